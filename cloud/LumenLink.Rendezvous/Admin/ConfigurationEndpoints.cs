using System.Text;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Control;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Surface;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace LumenLink.Rendezvous.Admin;

/// <summary>The signed configuration of one beacon.</summary>
internal static class ConfigurationEndpoints
{
    /// <summary>What to do without a key.</summary>
    public const string NoKey =
        "Make a configuration key in the operator folder: lumen keys rotate configuration.";

    private const string Body = """{"settings": {"report_ms": "30000"}}""";
    private const string Json = "application/json";

    public static void MapConfiguration(this IEndpointRouteBuilder beacon)
    {
        beacon.MapPut("/configuration", SetAsync).Requires(Scope.Configure)
            .WithMetadata(new ConditionalChange())
            .WithName("configureBeacon").WithSummary("Give a beacon a configuration")
            .WithDescription(
                "Signed once, sent until its end is known, in place of every earlier one: a key that it does not have "
                + "is as the beacon was deployed. The beacon goes back to the one before when it does not reach the "
                + "service with it within an hour. Keys: " + string.Join(", ", ConfigurationText.Known)
                + ". The body may also be text/plain, a line key=value each. With If-Match nothing is given if "
                + "anything of what GET answers is another by now, how its delivery goes too.")
            .WithParameters().Accepts<ConfigurationRequest>(Json, "text/plain")
            .WithExample(Examples.Configuration).Produces<Query.Configuration>(202)
            .ProducesAdminProblems().ProducesProblem(409).ProducesProblem(412).ProducesProblem(413)
            .ProducesProblem(415);
        beacon.MapGet("/configuration", GetAsync).Requires(Scope.Inspect).WithTag()
            .WithName("getConfiguration").WithSummary("The configurations of a beacon")
            .WithDescription("Which one is in effect, as its last status says; which one is wanted; earlier ones.")
            .WithParameters()
            .WithExample(new BeaconConfiguration(2, Examples.Configuration, [Examples.Configuration]))
            .ProducesAdminProblems();
    }

    private static async Task<Results<Accepted<Query.Configuration>, ProblemHttpResult>> SetAsync(
        string id, ApiCaller caller, HttpRequest request, IQueryStore store, ControlRequests control,
        IOptions<JsonOptions> json, CancellationToken cancellationToken)
    {
        (BeaconView? beacon, ProblemHttpResult? problem) =
            await AdminEndpoints.FindAsync(caller, id, new QueryReader(request), store, cancellationToken);
        if (beacon is null)
            return problem!;
        (byte[] body, problem) = await RequestBody.ReadAsync(request, cancellationToken);
        if (problem is not null)
            return problem;
        if (!control.CanConfigure)
            return Problems.Of(ProblemCode.NoConfigurationKey, NoKey);
        if (Read(request, body, out string text) is { } wrong)
            return wrong;

        uint? after = null;
        if (request.Headers.IfMatch.Count > 0)
        {
            BeaconConfiguration there = await FindAsync(caller, beacon, store, cancellationToken);
            if (!AnswerTag.AdmitsChange(request, () => AnswerTag.Of(there, json.Value.SerializerOptions)))
                return AdminEndpoints.Changed();
            after = (uint)(there.Current?.Version ?? 0); // the store looks again when it writes
        }

        (ControlRequestOutcome outcome, ConfigurationView? added) = await control.ConfigureAsync(
            caller.TenantId, beacon.Id, text, after, caller.Name, cancellationToken);
        return added is null
            ? AdminEndpoints.Refuse(outcome)
            : TypedResults.Accepted(
                $"{AdminEndpoints.BeaconPath}/{beacon.Id}/configuration",
                Query.Configuration.Of(added, added.Version));
    }

    private static ProblemHttpResult? Read(HttpRequest request, byte[] body, out string text)
    {
        ConfigurationProblem? problem;
        if (request.HasJsonContentType())
        {
            text = "";
            if (RequestBody.Parse<ConfigurationRequest>(body) is not { } asked)
                return RequestBody.Malformed(Body);
            problem = ConfigurationText.Compose(asked.Settings, out text);
        }
        else
        {
            problem = ConfigurationText.Read(Encoding.Latin1.GetString(body), out text);
        }

        return problem is null
            ? null
            : Problems.Of(ProblemCode.ConfigurationInvalid, problem.Sentence, ("key", problem.Key));
    }

    private static async Task<Results<Ok<BeaconConfiguration>, ProblemHttpResult>> GetAsync(
        string id, ApiCaller caller, HttpRequest request, IQueryStore store, CancellationToken cancellationToken)
    {
        (BeaconView? beacon, ProblemHttpResult? problem) =
            await AdminEndpoints.FindAsync(caller, id, new QueryReader(request), store, cancellationToken);
        if (beacon is null)
            return problem!;
        return TypedResults.Ok(await FindAsync(caller, beacon, store, cancellationToken));
    }

    private static async Task<BeaconConfiguration> FindAsync(
        ApiCaller caller, BeaconView beacon, IQueryStore store, CancellationToken cancellationToken)
    {
        StatusView? status = await store.GetStatusAsync(caller.TenantId, beacon.Id, cancellationToken);
        IReadOnlyList<ConfigurationView> views =
            await store.ListConfigurationsAsync(caller.TenantId, beacon.Id, cancellationToken);
        return BeaconConfiguration.Of(status, views);
    }
}
