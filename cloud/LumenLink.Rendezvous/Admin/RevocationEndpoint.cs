using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Fleet;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LumenLink.Rendezvous.Admin;

/// <summary>The end of a beacon.</summary>
internal static class RevocationEndpoint
{
    public static void MapRevocation(this IEndpointRouteBuilder beacon) => beacon
        .MapPost("/revocation", RevokeAsync).Requires(Scope.Revoke)
        .WithName("revokeBeacon").WithSummary("Revoke a beacon for ever")
        .WithDescription(
            "From the moment of the answer nothing of the beacon is stored any more, by any replica; within a second "
            + "its connections are ended and its sessions forgotten everywhere. It cannot be taken back: the board "
            + "needs a new key and a new enrolment. Asking again changes nothing.")
        .WithParameters()
        .WithExample(Examples.Gateway with { RevokedAt = Examples.At, Status = FleetStatus.Revoked, Trusted = false })
        .ProducesAdminProblems();

    private static async Task<Results<Ok<Gateway>, ProblemHttpResult>> RevokeAsync(
        string id, ApiCaller caller, HttpRequest request, IQueryStore query, IRegistryStore registry,
        Revocations revocations, FleetReadings fleet, TimeProvider time, ILogger<Revocations> logger,
        CancellationToken cancellationToken)
    {
        (BeaconView? beacon, ProblemHttpResult? problem) =
            await AdminEndpoints.FindAsync(caller, id, new QueryReader(request), query, cancellationToken);
        if (beacon is null)
            return problem!;
        string by = caller.Name;
        await registry.RevokeAsync(beacon.Id, by, time.GetUtcNow(), cancellationToken);
        logger.BeaconRevoked(beacon.Id, by);
        fleet.Forget(caller.TenantId);
        await revocations.LookAsync(cancellationToken);
        BeaconView? now = await query.GetBeaconAsync(caller.TenantId, beacon.Id, cancellationToken);
        return TypedResults.Ok(Gateway.Of(now ?? beacon, time.GetUtcNow()));
    }
}
