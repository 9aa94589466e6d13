using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Surface;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LumenLink.Rendezvous.Admin;

/// <summary>Evidence on record.</summary>
internal static class EvidenceEndpoint
{
    public static void MapEvidence(this IEndpointRouteBuilder admin) => admin
        .MapGet("/evidence", ListAsync).Requires(Scope.Inspect).WithTag()
        .WithName("listEvidence").WithSummary("The newest Evidence of each beacon")
        .WithDescription(
            "What each beacon that is not revoked stated last, signed by its key, in a fixed order: against it a new "
            + "policy is tried before it is in force (lumen policy test).")
        .WithParameters(QueryParameters.Limit, QueryParameters.BeaconCursor)
        .WithExample(new Page<RecordedEvidence>([Examples.Evidence], Examples.Evidence.Beacon))
        .ProducesGateProblems();

    private static async Task<Results<Ok<Page<RecordedEvidence>>, ProblemHttpResult>> ListAsync(
        ApiCaller caller, HttpRequest request, IQueryStore store, CancellationToken cancellationToken)
    {
        QueryReader query = new(request);
        int limit = query.Number(QueryParameters.Limit);
        BeaconId? after = query.Beacon(QueryParameters.BeaconCursor);
        if (query.Problem is not null)
            return query.Problem;
        IReadOnlyList<EvidenceView> found =
            await store.ListEvidenceAsync(caller.TenantId, after, limit + 1, cancellationToken);
        RecordedEvidence[] items = [.. found.Take(limit).Select(RecordedEvidence.Of)];
        return TypedResults.Ok(new Page<RecordedEvidence>(items, found.Count > limit ? items[^1].Beacon : null));
    }
}
