using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Admin;
using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Replicas;
using LumenLink.Rendezvous.Store;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LumenLink.Rendezvous.Query;

/// <summary>For those who watch the process: alive, ready, metrics.</summary>
internal static class HealthEndpoints
{
    /// <summary>What a part that works begins with.</summary>
    private const string Well = "ok";

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/health", () => TypedResults.Ok(new Alive("alive"))).Requires(Scope.Open)
            .WithName("health").WithTags("Operation").WithSummary("The process answers")
            .WithDescription("Asks nothing else: a process that answers here need not be restarted.")
            .WithExample(new Alive("alive"));
        app.MapGet("/health/ready", ReadyAsync).Requires(Scope.Open)
            .WithName("ready").WithTags("Operation").WithSummary("The service can do its work")
            .WithDescription(
                "Really asks the store, the broker, the service keys and Redis; a problem names the parts that fail. "
                + "Without Redis the service is degraded, and ready: each replica limits to its share. "
                + "The audit is told and fails nothing.")
            .WithExample(new Ready("ready", Parts(new ReadinessReport(StoreHealth.Ok, BrokerHealth.Ok, true))))
            .ProducesProblem(503);
        app.MapGet("/metrics", ExportAsync).Requires(Scope.Open)
            .WithName("metrics").WithTags("Operation").WithSummary("Metrics in the text format of Prometheus")
            .WithDescription(
                "On the metrics port; in development on the HTTP port too. Needs Authorization: Bearer with the "
                + "metrics token when the service has one.")
            .WithExample(Examples.Metrics, "text/plain")
            .Produces<string>(200, "text/plain").ProducesProblem(401);
    }

    private static async Task<Results<Ok<Ready>, ProblemHttpResult>> ReadyAsync(
        HttpResponse response, IReadiness readiness, TimeProvider time, CancellationToken cancellationToken)
    {
        using CancellationTokenSource within = new(ApiLimits.ReadyWithin, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, within.Token);
        ReadinessReport report = await AskAsync(readiness, limit.Token, cancellationToken);
        IReadOnlyDictionary<string, string> parts = Parts(report);
        if (report.IsReady)
            return TypedResults.Ok(new Ready(report.Redis == RedisHealth.Away ? "degraded" : "ready", parts));
        response.Headers.RetryAfter = $"{Problems.RetryAfterSeconds}";
        string sick = string.Join(", ", parts
            .Where(part => !part.Value.StartsWith(Well, StringComparison.Ordinal)
                && part.Key is not ("audit" or "redis"))
            .Select(part => part.Key));
        return Problems.Of(ProblemCode.NotReady, $"Not ready: {sick}.", ("parts", parts));
    }

    private static async Task<ReadinessReport> AskAsync(
        IReadiness readiness, CancellationToken limit, CancellationToken caller)
    {
        try
        {
            return await readiness.CheckAsync(limit).WaitAsync(limit); // a store may not heed the token
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested)
        {
            // Only the store can keep it waiting; what it did not say is not known to be well.
            return new ReadinessReport(StoreHealth.Unreachable, readiness.Broker, false, Redis: readiness.Redis);
        }
    }

    private static Dictionary<string, string> Parts(ReadinessReport report) => new()
    {
        ["store"] = report.Store switch
        {
            StoreHealth.Ok => Well,
            StoreHealth.SchemaTooOld => "schema too old: run the migrate command",
            StoreHealth.SchemaTooNew => "schema newer than this build",
            _ => "does not answer",
        },
        ["broker"] = report.Broker switch
        {
            BrokerHealth.Ok => Well,
            BrokerHealth.CannotDisconnect => $"{Well}, but it ends no connections of revoked beacons",
            BrokerHealth.Away => "away",
            _ => "does not listen",
        },
        ["keys"] = report.Keys ? Well
            : report.Store == StoreHealth.Ok ? "cannot be had"
            : "not asked: the store is not well",
        ["audit"] = report.Audit switch
        {
            AuditHealth.Ok => Well,
            AuditHealth.NoKey => "no key signs its heads",
            AuditHealth.NotSigned => "no head is signed",
            _ => "heads wait to be exported",
        },
        ["redis"] = report.Redis switch
        {
            RedisHealth.Ok => Well,
            RedisHealth.Unused => $"{Well}: none is set, this process is the only one",
            _ => "away: limits are shared out among the replicas, live events are this replica's own",
        },
    };

    private static async Task ExportAsync(
        HttpContext context, MetricsGate gate, LumenMetrics metrics, CancellationToken cancellationToken)
    {
        if (!gate.Admits(context.Request))
        {
            context.Response.Headers.WWWAuthenticate = BearerToken.Scheme.TrimEnd();
            await Problems.Of(
                ProblemCode.MetricsTokenRequired, "Send the metrics token as Authorization: Bearer.")
                .ExecuteAsync(context);
            return;
        }

        context.Response.ContentType = Prometheus.PrometheusConstants.TextContentTypeWithVersionAndEncoding;
        await metrics.Registry.CollectAndExportAsTextAsync(context.Response.Body, cancellationToken);
    }
}
