using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Fleet;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Surface;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace LumenLink.Rendezvous.Admin;

/// <summary>What a beacon is called and where it is.</summary>
internal static class PlaceEndpoint
{
    private const string Body =
        """{"name": "attic", "region": "hall-2", "location": {"latitude": 52.5200066, "longitude": 13.404954}}""";

    public static void MapPlace(this IEndpointRouteBuilder beacon)
    {
        beacon.MapGet("/place", GetAsync).Requires(Scope.Inspect).WithTag()
            .WithName("getPlace").WithSummary("What a beacon is called and where it is")
            .WithDescription("What to read before it is changed: its entity tag goes into the change as If-Match.")
            .WithParameters()
            .WithExample(Examples.Place)
            .ProducesAdminProblems();
        MapChange(beacon);
    }

    private static void MapChange(IEndpointRouteBuilder beacon) => beacon
        .MapPut("/place", PlaceAsync).Requires(Scope.Enrol).WithMetadata(new ConditionalChange())
        .WithName("placeBeacon").WithSummary("Say what a beacon is called and where it is")
        .WithDescription(
            "Name, region and location in place of those that it has; without a location nobody knows where it is. "
            + "Degrees are WGS 84, seven decimals are kept. Asking again changes nothing. With If-Match only what the "
            + "caller read is replaced.")
        .WithParameters().Accepts<PlaceRequest>("application/json")
        .WithExample(Examples.Gateway)
        .ProducesAdminProblems().ProducesProblem(412).ProducesProblem(413).ProducesProblem(415);

    private static async Task<Results<Ok<Place>, ProblemHttpResult>> GetAsync(
        string id, ApiCaller caller, HttpRequest request, IQueryStore query, CancellationToken cancellationToken)
    {
        (BeaconView? beacon, ProblemHttpResult? problem) =
            await AdminEndpoints.FindAsync(caller, id, new QueryReader(request), query, cancellationToken);
        return beacon is null
            ? problem!
            : TypedResults.Ok(Place.Of(new BeaconPlace(beacon.Name, beacon.Region, beacon.Location)));
    }

    private static async Task<Results<Ok<Gateway>, ProblemHttpResult>> PlaceAsync(
        string id, ApiCaller caller, HttpRequest request, IQueryStore query, IRegistryStore registry,
        FleetReadings fleet, TimeProvider time, ILogger<BeaconPlace> logger, IOptions<JsonOptions> json,
        CancellationToken cancellationToken)
    {
        (BeaconView? beacon, ProblemHttpResult? problem) =
            await AdminEndpoints.FindAsync(caller, id, new QueryReader(request), query, cancellationToken);
        if (beacon is null)
            return problem!;
        (byte[] body, problem) = await RequestBody.ReadAsync(request, cancellationToken);
        if (problem is not null)
            return problem;
        if (RequestBody.Parse<PlaceRequest>(body) is not { } asked)
            return RequestBody.Malformed(Body);
        if (asked.Read(out BeaconPlace? place) is { } fault)
            return Problems.Of(ProblemCode.InvalidParameter, fault.Sentence, ("parameter", fault.Field));
        string by = caller.Name;
        PlaceOutcome outcome = await registry.PlaceAsync(
            beacon.Id, place!,
            there => AnswerTag.AdmitsChange(
                request, () => AnswerTag.Of(Place.Of(there), json.Value.SerializerOptions)),
            by, time.GetUtcNow(), cancellationToken);
        if (outcome == PlaceOutcome.Changed)
            return AdminEndpoints.Changed();
        logger.BeaconPlaced(beacon.Id, by);
        fleet.Forget(caller.TenantId);
        BeaconView? now = await query.GetBeaconAsync(caller.TenantId, beacon.Id, cancellationToken);
        return TypedResults.Ok(Gateway.Of(now ?? beacon, time.GetUtcNow()));
    }
}
