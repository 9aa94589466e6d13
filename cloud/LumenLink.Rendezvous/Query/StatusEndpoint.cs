using System.Globalization;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Surface;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LumenLink.Rendezvous.Query;

/// <summary>What a beacon told of itself, over time.</summary>
internal static class StatusEndpoint
{
    private const char Separator = '-';

    public static void MapStatuses(this IEndpointRouteBuilder api) => api.MapGet("/beacons/{id}/statuses", ListAsync)
        .Requires(Scope.Read).WithTag()
        .WithName("listBeaconStatuses").WithTags("Fleet").WithSummary("What a beacon told of itself, newest first")
        .WithDescription(
            "Every status that was stored, about one in five minutes and one after each attestation; kept as long as "
            + "sightings. Counts are of a boot: they begin anew with each. A status that waited on the beacon is at "
            + "the time when it was stored, and says when it was made.")
        .WithParameters(
            QueryParameters.From, QueryParameters.To, QueryParameters.Limit, QueryParameters.StatusCursor)
        .WithExample(new Page<StatusRecord>([Examples.StatusRecord], "1895992800000-7-42"))
        .ProducesProblem(400).ProducesProblem(404).ProducesProblem(503);

    private static async Task<Results<Ok<Page<StatusRecord>>, ProblemHttpResult>> ListAsync(
        string id, ApiCaller caller, HttpRequest request, IQueryStore store, CancellationToken cancellationToken)
    {
        QueryReader query = new(request);
        DateTimeOffset? from = query.Time(QueryParameters.From);
        DateTimeOffset? to = query.Time(QueryParameters.To);
        int limit = query.Number(QueryParameters.Limit);
        StatusPosition? before = Cursor(query);
        if (from >= to)
            query.Refuse(QueryParameters.To, "must be after from");
        if (query.Problem is not null)
            return query.Problem;
        if (!BeaconId.TryParse(id, out BeaconId beacon))
            return FleetEndpoints.NoId();
        if (await store.GetBeaconAsync(caller.TenantId, beacon, cancellationToken) is null)
            return FleetEndpoints.NoBeacon();
        IReadOnlyList<StatusRecordView> found = await store.ListStatusesAsync(
            caller.TenantId, beacon, new StatusFilter(from, to, before, limit + 1), cancellationToken);
        return TypedResults.Ok(new Page<StatusRecord>(
            [.. found.Take(limit).Select(StatusRecord.Of)], found.Count <= limit ? null : CursorOf(found[limit - 1])));
    }

    private static string CursorOf(StatusRecordView last) => string.Create(
        CultureInfo.InvariantCulture,
        $"{last.View.ReceivedAt.ToUnixTimeMilliseconds()}{Separator}{last.Boot}{Separator}{last.Sequence}");

    private static StatusPosition? Cursor(QueryReader query)
    {
        if (query.Any(QueryParameters.StatusCursor) is not { } text)
            return null;
        string[] parts = text.Split(Separator);
        if (parts.Length == 3 && parts.All(part => part.Length > 0 && part.All(char.IsAsciiDigit))
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long unixMs)
            && unixMs <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            && uint.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out uint boot)
            && uint.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out uint sequence))
            return new StatusPosition(DateTimeOffset.FromUnixTimeMilliseconds(unixMs), boot, sequence);
        query.Refuse(QueryParameters.StatusCursor, "must be the next_cursor of a page of this call");
        return null;
    }
}
