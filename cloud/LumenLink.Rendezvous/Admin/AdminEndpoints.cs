using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LumenLink.Rendezvous.Admin;

/// <summary>Who an administrative call comes from, once it is admitted.</summary>
/// <param name="Name">As it is kept with what was asked for.</param>
internal sealed record AdminCaller(string Name);

/// <summary>The calls under /api/v1/admin: one gate before all of them, and what they share.</summary>
internal static class AdminEndpoints
{
    /// <summary>Where all of them are.</summary>
    public const string Path = "/api/v1/admin";

    /// <summary>Where the calls of one beacon are.</summary>
    public const string BeaconPath = Path + "/beacons";

    /// <summary>Where the audit is.</summary>
    public const string AuditPath = Path + "/audit";

    /// <summary>Maps the calls.</summary>
    public static void MapAdmin(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder admin = app.MapGroup(Path).AddEndpointFilter(AdmitAsync);
        admin.MapEnrolment();
        admin.MapGroups();
        RouteGroupBuilder beacon = admin.MapGroup("/beacons/{id}");
        beacon.MapCommands();
        beacon.MapConfiguration();
        beacon.MapRevocation();
        beacon.MapPlace();
        admin.MapEvidence();
        admin.MapPoisoned();
        admin.MapAcknowledge();
        admin.MapGroup("/audit").MapAudit();
    }

    /// <summary>What every call for something that may not be there can be answered with besides its result.</summary>
    public static RouteHandlerBuilder ProducesAdminProblems(this RouteHandlerBuilder builder) =>
        builder.ProducesGateProblems().ProducesProblem(404);

    /// <summary>What every call can be answered with besides its result.</summary>
    public static RouteHandlerBuilder ProducesGateProblems(this RouteHandlerBuilder builder) => builder
        .WithTags("Administration")
        .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(503);

    /// <summary>Who asks.</summary>
    public static string CallerOf(HttpRequest request) =>
        request.HttpContext.Features.GetRequiredFeature<AdminCaller>().Name;

    /// <summary>The enrolled beacon of the path, or the problem.</summary>
    public static async Task<(BeaconView? Beacon, ProblemHttpResult? Problem)> FindAsync(
        string id, QueryReader query, IQueryStore store, CancellationToken cancellationToken)
    {
        if (query.Problem is not null)
            return (null, query.Problem);
        if (!BeaconId.TryParse(id, out BeaconId beacon))
        {
            return (null, Problems.Of(
                ProblemCode.InvalidParameter,
                $"id must be a beacon id of {BeaconId.TextLength} characters.", ("parameter", "id")));
        }

        BeaconView? view = await store.GetBeaconAsync(ApiLimits.TenantId, beacon, cancellationToken);
        return (view, view is null ? Unknown() : null);
    }

    /// <summary>The problem of a request that the store did not take.</summary>
    public static ProblemHttpResult Refuse(ControlRequestOutcome outcome) => outcome switch
    {
        ControlRequestOutcome.BeaconRevoked =>
            Problems.Of(ProblemCode.BeaconRevoked, "The beacon is revoked: nothing reaches it any more."),
        ControlRequestOutcome.TooManyPending => Problems.Of(ProblemCode.TooManyPending, CommandEndpoints.TooMany),
        _ => Unknown(),
    };

    private static ProblemHttpResult Unknown() =>
        Problems.Of(ProblemCode.BeaconUnknown, "No beacon is enrolled with this id.");

    private static async ValueTask<object?> AdmitAsync(
        EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        HttpContext context = invocation.HttpContext;
        AdminVerdict verdict = context.RequestServices.GetRequiredService<AdminGate>().Judge(context);
        if (verdict.IsAdmitted)
        {
            context.Features.Set(new AdminCaller(verdict.Caller));
            return await next(invocation);
        }

        if (verdict.Refusal == AdminRefusal.NoToken)
            context.Response.Headers.WWWAuthenticate = "Bearer";
        return Problems.Of(
            verdict.Refusal == AdminRefusal.NoToken ? ProblemCode.AdminTokenRequired : ProblemCode.AdminNotAllowed,
            AdminGate.Sentence(verdict.Refusal));
    }
}
