using System.Text.Json;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Fleet;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Surface;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LumenLink.Rendezvous.Query;

/// <summary>The beacons: list and detail.</summary>
internal static class FleetEndpoints
{
    public static void MapFleet(this IEndpointRouteBuilder api)
    {
        api.MapGet("/gateways", ListAsync).Requires(Scope.Find).WithTag()
            .WithName("listGateways").WithTags("Fleet").WithSummary("Beacons that a client may rely on")
            .WithDescription(
                "Live trusted beacons by name, or with near the nearest first; other ones with the status filter. Read "
                + "a few seconds ago at most. A refused beacon says why. Pages by name or distance have every beacon "
                + "once; by load one whose load changes meanwhile may come twice or not at all. "
                + "A suspected one has an open alarm (GET /api/v1/alarms): it may have been copied. "
                + "Levels: an emulated chip is for development and is called so in security_level_label.")
            .WithParameters(
                QueryParameters.Status, QueryParameters.Region, QueryParameters.Level, QueryParameters.Near,
                QueryParameters.WithinM, QueryParameters.Load, QueryParameters.Order, QueryParameters.Limit,
                QueryParameters.BeaconCursor)
            .WithExample(new Page<Gateway>([Examples.Gateway, Examples.RefusedGateway], Examples.RefusedGateway.Id))
            .ProducesProblem(400).ProducesProblem(503);
        api.MapGet("/beacons/{id}", DetailAsync).Requires(Scope.Read).WithTag()
            .WithName("getBeacon").WithTags("Fleet").WithSummary("One beacon in full")
            .WithDescription("Where it stands, its newest attestations, and what it last said of itself.")
            .WithParameters()
            .WithExample(Examples.Detail)
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(503);
        api.MapGet("/beacons/{id}/hours", HoursAsync).Requires(Scope.Read).WithTag()
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
        ApiCaller caller, HttpRequest request, FleetReadings fleet, TimeProvider time,
        CancellationToken cancellationToken)
    {
        QueryReader query = new(request);
        GatewayFilter filter = Read(query);
        string? cursor = query.Any(QueryParameters.BeaconCursor);
        if (query.Problem is not null)
            return query.Problem;
        FleetReading reading = await fleet.ReadAsync(caller.TenantId, cancellationToken);
        if (GatewayList.Read(reading.Beacons, filter, cursor, time.GetUtcNow()) is { } page)
            return TypedResults.Ok(page);
        query.Refuse(QueryParameters.BeaconCursor, "must be the next_cursor of a page of this call");
        return query.Problem!;
    }

    private static GatewayFilter Read(QueryReader query)
    {
        string? status = query.Choice(QueryParameters.Status);
        string? region = query.Label(QueryParameters.Region, EnrolmentPolicy.MaxRegion);
        string? level = query.Choice(QueryParameters.Level);
        GeoPoint? near = query.Place(QueryParameters.Near);
        int? withinM = query.NumberOrNull(QueryParameters.WithinM);
        int? load = query.NumberOrNull(QueryParameters.Load);
        string? order = query.Choice(QueryParameters.Order);
        if (withinM is not null && near is null)
            query.Refuse(QueryParameters.WithinM, ApiLimits.WithinNeedsNear);
        if (order == NameOf(GatewayOrder.Distance) && near is null)
            query.Refuse(QueryParameters.Order, "must not be distance without near");
        return new GatewayFilter(
            status == QueryParameters.AnyStatus ? null : ValueOf<FleetStatus>(status) ?? FleetStatus.Live, region,
            ValueOf<SecurityLevel>(level), near, withinM, load,
            ValueOf<GatewayOrder>(order) ?? (near is null ? GatewayOrder.Name : GatewayOrder.Distance),
            query.Number(QueryParameters.Limit));
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

    internal static ProblemHttpResult NoId() => Problems.Of(
        ProblemCode.InvalidParameter,
        $"id must be a beacon id of {BeaconId.TextLength} characters.", ("parameter", "id"));

    internal static ProblemHttpResult NoBeacon() =>
        Problems.Of(ProblemCode.BeaconUnknown, "No beacon is enrolled with this id.");

    private static T? ValueOf<T>(string? name)
        where T : struct, Enum =>
        name is null ? null : Enum.GetValues<T>().First(value => NameOf(value) == name);

    private static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
