using System.Globalization;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Fleet;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LumenLink.Rendezvous.Admin;

/// <summary>What an operator says of an alarm.</summary>
internal static class AcknowledgeEndpoint
{
    /// <summary>What is answered when there is no such alarm.</summary>
    public const string Unknown = "There is no alarm of this number.";

    public static void MapAcknowledge(this IEndpointRouteBuilder admin) => admin
        .MapPost("/alarms/{number}/acknowledge", AcknowledgeAsync).Requires(Scope.Acknowledge)
        .WithName("acknowledgeAlarm").WithSummary("Say that an alarm was looked into")
        .WithDescription(
            "Closes it: without another open alarm its beacon is trusted again from now on. If it happens again, an "
            + "alarm of a new number opens. Asking again changes nothing.")
        .WithParameters()
        .WithExample(Examples.Alarm with
        {
            State = AlarmState.Acknowledged,
            AcknowledgedAt = Examples.At,
            AcknowledgedBy = "admin token",
        })
        .ProducesAdminProblems();

    private static async Task<Results<Ok<Alarm>, ProblemHttpResult>> AcknowledgeAsync(
        string number, ApiCaller caller, HttpRequest request, IAlarmStore store, CloneWatch clones, FleetReadings fleet,
        TimeProvider time, ILogger<CloneWatch> logger, CancellationToken cancellationToken)
    {
        if (new QueryReader(request).Problem is { } problem)
            return problem;
        string by = caller.Name;
        AlarmView? alarm =
            long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long id)
                ? await store.AcknowledgeAlarmAsync(caller.TenantId, id, by, time.GetUtcNow(), cancellationToken)
                : null;
        if (alarm is null)
            return Problems.Of(ProblemCode.AlarmUnknown, Unknown);
        logger.AlarmAcknowledged(alarm.Id, alarm.Beacon, alarm.AcknowledgedBy, alarm.Kind);
        fleet.Forget(caller.TenantId);
        await clones.CountAsync(cancellationToken);
        return TypedResults.Ok(Alarm.Of(alarm));
    }
}
