using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Fleet;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LumenLink.Rendezvous.Admin;

/// <summary>Enrols a board.</summary>
internal static class EnrolmentEndpoint
{
    private const string Body =
        """{"public_key": "…", "certificate": "…", "name": "attic", "level": "software", "hardware_model": 1}""";

    public static void MapEnrolment(this IEndpointRouteBuilder admin) => admin
        .MapPost("/beacons", EnrolAsync).Requires(Scope.Enrol)
        .WithName("enrolBeacon").WithSummary("Enrol a board")
        .WithDescription(
            "The certificate is looked at as an attestation will: it must be for the key, by a pinned device CA, in "
            + "its time and not revoked, and the policy must allow the level. Through a group the group says level, "
            + "region and, left out, name. 201: the beacon is new, and every replica takes it from now on. 200: this "
            + "very enrolment was there, or it is a dry run, which checks the same and changes nothing.")
        .WithParameters(QueryParameters.DryRun).Accepts<EnrolmentRequest>("application/json")
        .WithExample(Examples.Enrolment)
        .Produces<EnrolmentAnswer>().Produces<EnrolmentAnswer>(201)
        .ProducesAdminProblems().ProducesProblem(409).ProducesProblem(413).ProducesProblem(415);

    /// <summary>The code of an outcome's problem.</summary>
    public static ProblemCode CodeOf(EnrolOutcome outcome) => outcome == EnrolOutcome.FieldInvalid
        ? ProblemCode.InvalidParameter
        : Enum.Parse<ProblemCode>(outcome.ToString()); // they have one name

    private static async Task<Results<Created<EnrolmentAnswer>, Ok<EnrolmentAnswer>, ProblemHttpResult>> EnrolAsync(
        ApiCaller caller, HttpRequest request, Enroller enroller, FleetReadings fleet, LumenMetrics metrics,
        ILogger<Enroller> logger, CancellationToken cancellationToken)
    {
        QueryReader query = new(request);
        bool isDryRun = query.Choice(QueryParameters.DryRun) == QueryParameters.Yes;
        if (query.Problem is not null)
            return query.Problem;
        (byte[] body, ProblemHttpResult? problem) = await RequestBody.ReadAsync(request, cancellationToken);
        if (problem is not null)
            return problem;
        if (RequestBody.Parse<EnrolmentRequest>(body) is not { } asked)
            return RequestBody.Malformed(Body);

        string by = caller.Name;
        EnrolmentResult result = await enroller.EnrolAsync(caller.TenantId, asked, isDryRun, by, cancellationToken);
        metrics.Enrolments(result.Outcome).Inc();
        if (result.Beacon is not { } board)
        {
            logger.EnrolmentRefused(result.Outcome, by);
            return result.Field is { } field
                ? Problems.Of(CodeOf(result.Outcome), result.Detail, ("parameter", field))
                : Problems.Of(CodeOf(result.Outcome), result.Detail);
        }

        if (!isDryRun)
        {
            logger.BeaconEnrolled(board.Id, board.Enrolment.Name, result.Outcome, by);
            fleet.Forget(caller.TenantId);
        }

        if (board.RevokedAt is { } revoked)
        {
            return Problems.Of(
                ProblemCode.BeaconRevoked,
                $"Beacon {board.Id} was revoked at {revoked:yyyy-MM-dd HH:mm} UTC: give the board a new key.");
        }

        EnrolmentAnswer answer = EnrolmentAnswer.Of(result.Outcome, isDryRun, board);
        return result.Outcome == EnrolOutcome.Enrolled && !isDryRun
            ? TypedResults.Created($"/api/v1/beacons/{board.Id}", answer)
            : TypedResults.Ok(answer);
    }
}
