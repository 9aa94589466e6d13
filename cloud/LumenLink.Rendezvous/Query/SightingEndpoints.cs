using System.Globalization;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LumenLink.Rendezvous.Query;

/// <summary>What was heard: sightings and presence.</summary>
internal static class SightingEndpoints
{
    public static void MapSightings(this IEndpointRouteBuilder api)
    {
        api.MapGet("/sightings", ListAsync).Requires(Scope.Read)
            .WithName("listSightings").WithTags("Sightings").WithSummary("Stored sightings, newest first")
            .WithDescription(
                "Addresses are pseudonyms of a day unless the operator chose raw ones (pseudonym_day is null).")
            .WithParameters(
                QueryParameters.Beacon, QueryParameters.Address, QueryParameters.From, QueryParameters.To,
                QueryParameters.Limit, QueryParameters.SightingCursor)
            .WithExample(new Page<Sighting>([Examples.Sighting], "90210"))
            .ProducesProblem(400).ProducesProblem(503);
        api.MapGet("/presence", PresenceAsync).Requires(Scope.Read)
            .WithName("listPresence").WithTags("Sightings").WithSummary("Who is around")
            .WithDescription("Every address heard within the last seconds, with the beacon that heard it loudest.")
            .WithParameters(QueryParameters.Since, QueryParameters.Limit)
            .WithExample(new PresenceList(Examples.At, [Examples.Presence]))
            .ProducesProblem(400).ProducesProblem(503);
    }

    private static async Task<Results<Ok<Page<Sighting>>, ProblemHttpResult>> ListAsync(
        ApiCaller caller, HttpRequest request, IQueryStore store, CancellationToken cancellationToken)
    {
        QueryReader query = new(request);
        BeaconId? beacon = query.Beacon(QueryParameters.Beacon);
        long? address = query.Address(QueryParameters.Address);
        DateTimeOffset? from = query.Time(QueryParameters.From);
        DateTimeOffset? to = query.Time(QueryParameters.To);
        int limit = query.Number(QueryParameters.Limit);
        long? before = query.Row(QueryParameters.SightingCursor);
        if (from >= to)
            query.Refuse(QueryParameters.To, "must be after from");
        if (query.Problem is not null)
            return query.Problem;

        IReadOnlyList<SightingView> found = await store.ListSightingsAsync(
            caller.TenantId, new SightingFilter(beacon, address, from, to, before, limit + 1), cancellationToken);
        string? cursor = found.Count <= limit ? null : found[limit - 1].RowId.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Ok(new Page<Sighting>([.. found.Take(limit).Select(Sighting.Of)], cursor));
    }

    private static async Task<Results<Ok<PresenceList>, ProblemHttpResult>> PresenceAsync(
        ApiCaller caller, HttpRequest request, IQueryStore store, TimeProvider time,
        CancellationToken cancellationToken)
    {
        QueryReader query = new(request);
        int seconds = query.Number(QueryParameters.Since);
        int limit = query.Number(QueryParameters.Limit);
        if (query.Problem is not null)
            return query.Problem;

        DateTimeOffset since = time.GetUtcNow() - TimeSpan.FromSeconds(seconds);
        IReadOnlyList<PresenceView> found = await store.ListPresenceAsync(
            caller.TenantId, since, limit, cancellationToken);
        return TypedResults.Ok(new PresenceList(since, [.. found.Select(Presence.Of)]));
    }
}
