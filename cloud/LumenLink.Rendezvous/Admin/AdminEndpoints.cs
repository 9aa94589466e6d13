using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LumenLink.Rendezvous.Admin;

/// <summary>The calls under /api/v1/admin, and what they share.</summary>
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
        RouteGroupBuilder admin = app.MapGroup(Path);
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
        admin.MapKeys();
        admin.MapWebhooks();
        admin.MapGroup("/audit").MapAudit();
    }

    /// <summary>What every call for something that may not be there can be answered with besides its result.</summary>
    public static RouteHandlerBuilder ProducesAdminProblems(this RouteHandlerBuilder builder) =>
        builder.ProducesGateProblems().ProducesProblem(404);

    /// <summary>What every call can be answered with besides its result.</summary>
    public static RouteHandlerBuilder ProducesGateProblems(this RouteHandlerBuilder builder) => builder
        .WithTags("Administration")
        .ProducesProblem(400).ProducesProblem(503);

    /// <summary>The enrolled beacon of the path, which is the caller's, or the problem.</summary>
    public static async Task<(BeaconView? Beacon, ProblemHttpResult? Problem)> FindAsync(
        ApiCaller caller, string id, QueryReader query, IQueryStore store, CancellationToken cancellationToken)
    {
        if (query.Problem is not null)
            return (null, query.Problem);
        if (!BeaconId.TryParse(id, out BeaconId beacon))
        {
            return (null, Problems.Of(
                ProblemCode.InvalidParameter,
                $"id must be a beacon id of {BeaconId.TextLength} characters.", ("parameter", "id")));
        }

        BeaconView? view = await store.GetBeaconAsync(caller.TenantId, beacon, cancellationToken);
        return (view, view is null ? Unknown() : null);
    }

    /// <summary>The problem of a request that the store did not take.</summary>
    public static ProblemHttpResult Refuse(ControlRequestOutcome outcome) => outcome switch
    {
        ControlRequestOutcome.BeaconRevoked =>
            Problems.Of(ProblemCode.BeaconRevoked, "The beacon is revoked: nothing reaches it any more."),
        ControlRequestOutcome.Changed => Changed(),
        ControlRequestOutcome.TooManyPending => Problems.Of(ProblemCode.TooManyPending, CommandEndpoints.TooMany),
        _ => Unknown(),
    };

    /// <summary>The problem of a change to something that is not as the caller read it.</summary>
    public static ProblemHttpResult Changed() => Problems.Of(
        ProblemCode.PreconditionFailed, "It was changed since it was read. Read it again, then decide again.");

    private static ProblemHttpResult Unknown() =>
        Problems.Of(ProblemCode.BeaconUnknown, "No beacon is enrolled with this id.");
}
