using System.Globalization;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Surface;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LumenLink.Rendezvous.Admin;

/// <summary>A record that the database refused.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Beacon">Whose.</param>
/// <param name="Boot">Boot of the record.</param>
/// <param name="Sequence">Number of the record within it.</param>
/// <param name="At">When it was set aside.</param>
/// <param name="Reason">What the database said.</param>
/// <param name="Frame">The whole frame as it came, base64.</param>
internal sealed record PoisonedRecord(
    long Id, string Beacon, long Boot, long Sequence, DateTimeOffset At, string Reason, byte[] Frame)
{
    public static PoisonedRecord Of(PoisonedView view) => new(
        view.Id, view.Beacon.ToString(), view.Boot, view.Sequence, view.At, view.Reason, view.Frame);
}

/// <summary>Records that were set aside.</summary>
internal static class PoisonedEndpoint
{
    public static void MapPoisoned(this IEndpointRouteBuilder admin) => admin
        .MapGet("/poisoned", ListAsync).Requires(Scope.Inspect).WithTag()
        .WithName("listPoisoned").WithSummary("Records that the database refused, newest first")
        .WithDescription(
            "Each with the frame in which it came and what the database said. Its beacon was told that it is refused "
            + "for good; the other records of the frame are stored. Kept as long as sightings; lumen decode reads the "
            + "frame.")
        .WithParameters(QueryParameters.Limit, QueryParameters.PoisonedCursor)
        .WithExample(new Page<PoisonedRecord>([Examples.Poisoned], "17"))
        .ProducesGateProblems();

    private static async Task<Results<Ok<Page<PoisonedRecord>>, ProblemHttpResult>> ListAsync(
        ApiCaller caller, HttpRequest request, IPoisonStore store, CancellationToken cancellationToken)
    {
        QueryReader query = new(request);
        int limit = query.Number(QueryParameters.Limit);
        long? before = query.Row(QueryParameters.PoisonedCursor);
        if (query.Problem is not null)
            return query.Problem;
        IReadOnlyList<PoisonedView> found =
            await store.ListPoisonedAsync(caller.TenantId, before, limit + 1, cancellationToken);
        string? cursor = found.Count <= limit ? null : found[limit - 1].Id.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Ok(new Page<PoisonedRecord>([.. found.Take(limit).Select(PoisonedRecord.Of)], cursor));
    }
}
