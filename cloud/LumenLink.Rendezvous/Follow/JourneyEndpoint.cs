using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Query;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LumenLink.Rendezvous.Follow;

/// <summary>One sighting or record, from the radio to the API.</summary>
internal static class JourneyEndpoint
{
    /// <summary>What a caller is told of an id that it has nothing under.</summary>
    public const string Unknown = "No sighting or record of this id is kept.";

    public static void MapTrace(this IEndpointRouteBuilder api) => api
        .MapGet("/trace/{id}", FollowAsync).Requires(Scope.Read)
        .WithName("trace").WithTags("Sightings").WithSummary("One sighting or record, from the radio to the API")
        .WithDescription(
            $"What happened to it, step by step, with its times, bytes and rows. The id is {JourneyId.Form}. A step "
            + "whose subject is not kept says so and why; bytes are encoded again from the rows, since frames are not "
            + "kept.")
        .WithParameters()
        .WithExample(JourneyExample.Journey)
        .ProducesProblem(400).ProducesProblem(404).ProducesProblem(503);

    private static async Task<Results<Ok<Journey>, ProblemHttpResult>> FollowAsync(
        string id, ApiCaller caller, HttpRequest request, Journeys journeys, CancellationToken cancellationToken)
    {
        QueryReader query = new(request);
        if (query.Problem is not null)
            return query.Problem;
        if (!JourneyId.TryParse(id, out JourneyId? of, out string? fault))
            return Problems.Of(ProblemCode.InvalidParameter, $"id {fault}.", ("parameter", "id"));
        return await journeys.FollowAsync(caller.TenantId, of, cancellationToken) is { } journey
            ? TypedResults.Ok(journey)
            : Problems.Of(ProblemCode.RecordUnknown, Unknown);
    }
}
