using System.Text.Json;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LumenLink.Rendezvous.Query;

/// <summary>The beacons: list and detail.</summary>
internal static class FleetEndpoints
{
    public static void MapFleet(this IEndpointRouteBuilder api)
    {
        api.MapGet("/gateways", ListAsync).Requires(Scope.Find)
            .WithName("listGateways").WithTags("Fleet").WithSummary("Beacons that a client may rely on")
            .WithDescription(
                "Live trusted beacons, ordered by name; other ones with the status filter. A refused beacon says why. "
                + "A suspected one has an open alarm (GET /api/v1/alarms): it may have been copied. "
                + "Levels: an emulated chip is for development and is called so in security_level_label.")
            .WithParameters(
                QueryParameters.Status, QueryParameters.Region, QueryParameters.Level, QueryParameters.Limit,
                QueryParameters.BeaconCursor)
            .WithExample(new Page<Gateway>([Examples.Gateway, Examples.RefusedGateway], Examples.RefusedGateway.Id))
            .ProducesProblem(400).ProducesProblem(503);
        api.MapGet("/beacons/{id}", DetailAsync).Requires(Scope.Read)
            .WithName("getBeacon").WithTags("Fleet").WithSummary("One beacon in full")
            .WithDescription("Where it stands, its newest attestations, and what it last said of itself.")
            .WithParameters()
            .WithExample(Examples.Detail)
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(503);
        api.MapGet("/beacons/{id}/hours", HoursAsync).Requires(Scope.Read)
            .WithName("getBeaconHours").WithTags("Fleet").WithSummary("What a beacon sent, hour by hour")
            .WithDescription(
                "Records and sightings by the hour in which they were stored, oldest first, kept longer than the "
                + "sightings themselves. An hour is there a quarter of an hour after its end; hours without anything "
                + "are left out.")
            .WithParameters(QueryParameters.Hours)
            .WithExample(Examples.Hours)
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(503);
    }

    private static async Task<Results<Ok<Page<Gateway>>, ProblemHttpResult>> ListAsync(
        ApiCaller caller, HttpRequest request, IQueryStore store, TimeProvider time,
        CancellationToken cancellationToken)
    {
        QueryReader query = new(request);
        string status = query.Choice(QueryParameters.Status) ?? NameOf(FleetStatus.Live);
        string? region = query.Label(QueryParameters.Region, EnrolmentPolicy.MaxRegion);
        string? level = query.Choice(QueryParameters.Level);
        int limit = query.Number(QueryParameters.Limit);
        BeaconId? cursor = query.Beacon(QueryParameters.BeaconCursor);
        if (query.Problem is not null)
            return query.Problem;

        IReadOnlyList<BeaconView> fleet = await store.ListBeaconsAsync(caller.TenantId, cancellationToken);
        if (!TryFindStart(fleet, cursor, out int start))
        {
            query.Refuse(QueryParameters.BeaconCursor, "must be the next_cursor of a page of this call");
            return query.Problem!;
        }

        DateTimeOffset now = time.GetUtcNow();
        Gateway[] found = [.. fleet.Skip(start).Select(beacon => Gateway.Of(beacon, now))
            .Where(gateway => status == QueryParameters.AnyStatus || NameOf(gateway.Status) == status)
            .Where(gateway => region is null || gateway.Region == region)
            .Where(gateway => level is null || NameOf(gateway.SecurityLevel) == level)
            .Take(limit + 1)];
        return TypedResults.Ok(found.Length <= limit
            ? new Page<Gateway>(found, null)
            : new Page<Gateway>(found[..limit], found[limit - 1].Id));
    }

    /// <summary>
    /// The list's order does not depend on filters or time, so a page goes on behind the last id of the one before.
    /// </summary>
    private static bool TryFindStart(IReadOnlyList<BeaconView> fleet, BeaconId? cursor, out int start)
    {
        start = 0;
        if (cursor is null)
            return true;
        for (int i = 0; i < fleet.Count; i++)
        {
            if (fleet[i].Id != cursor)
                continue;
            start = i + 1;
            return true;
        }

        return false;
    }

    private static async Task<Results<Ok<BeaconDetail>, ProblemHttpResult>> DetailAsync(
        string id, ApiCaller caller, HttpRequest request, IQueryStore store, TimeProvider time,
        CancellationToken cancellationToken)
    {
        QueryReader query = new(request);
        if (query.Problem is not null)
            return query.Problem;
        if (!BeaconId.TryParse(id, out BeaconId beacon))
            return NoId();
        if (await store.GetBeaconAsync(caller.TenantId, beacon, cancellationToken) is not { } view)
            return NoBeacon();

        IReadOnlyList<AttestationView> attestations = await store.ListAttestationsAsync(
            caller.TenantId, beacon, ApiLimits.Attestations, cancellationToken);
        StatusView? status = await store.GetStatusAsync(caller.TenantId, beacon, cancellationToken);
        return TypedResults.Ok(new BeaconDetail(
            Gateway.Of(view, time.GetUtcNow()), [.. attestations.Select(Attestation.Of)],
            status is null ? null : Status.Of(status)));
    }

    private static async Task<Results<Ok<BeaconHours>, ProblemHttpResult>> HoursAsync(
        string id, ApiCaller caller, HttpRequest request, IQueryStore store, TimeProvider time,
        CancellationToken cancellationToken)
    {
        QueryReader query = new(request);
        int hours = query.Number(QueryParameters.Hours);
        if (query.Problem is not null)
            return query.Problem;
        if (!BeaconId.TryParse(id, out BeaconId beacon))
            return NoId();
        if (await store.GetBeaconAsync(caller.TenantId, beacon, cancellationToken) is null)
            return NoBeacon();

        DateTimeOffset to = UpkeepPolicy.CountedUntil(time.GetUtcNow());
        IReadOnlyList<HourView> counted = await store.ListHoursAsync(
            caller.TenantId, beacon, to.AddHours(-hours), to, cancellationToken);
        return TypedResults.Ok(new BeaconHours(
            to.AddHours(-hours), to,
            [.. counted.Select(hour => new BeaconHour(hour.Hour, hour.Records, hour.Sightings))]));
    }

    private static ProblemHttpResult NoId() => Problems.Of(
        ProblemCode.InvalidParameter,
        $"id must be a beacon id of {BeaconId.TextLength} characters.", ("parameter", "id"));

    private static ProblemHttpResult NoBeacon() =>
        Problems.Of(ProblemCode.BeaconUnknown, "No beacon is enrolled with this id.");

    private static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
