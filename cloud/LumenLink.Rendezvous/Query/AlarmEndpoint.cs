using System.Globalization;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Surface;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LumenLink.Rendezvous.Query;

/// <summary>Where an alarm stands.</summary>
internal enum AlarmState
{
    /// <summary>Nobody has looked: the beacon is not trusted.</summary>
    Open,

    /// <summary>An operator has looked, and said so.</summary>
    Acknowledged,
}

/// <summary>An alarm: a sign that one identity runs twice.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Beacon">Whose.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Meaning">What that means, in plain words.</param>
/// <param name="State">Where it stands.</param>
/// <param name="FirstAt">When first.</param>
/// <param name="LastAt">When last.</param>
/// <param name="Count">How often.</param>
/// <param name="Detail">What happened last.</param>
/// <param name="AcknowledgedAt">When an operator closed it.</param>
/// <param name="AcknowledgedBy">Who did.</param>
internal sealed record Alarm(
    long Id, string Beacon, AlarmKind Kind, string Meaning, AlarmState State, DateTimeOffset FirstAt,
    DateTimeOffset LastAt, long Count, string Detail, DateTimeOffset? AcknowledgedAt, string? AcknowledgedBy)
{
    public static Alarm Of(AlarmView view) => new(
        view.Id, view.Beacon.ToString(), view.Kind, FleetWords.Meaning(view.Kind),
        view.AcknowledgedAt is null ? AlarmState.Open : AlarmState.Acknowledged, view.FirstAt, view.LastAt, view.Count,
        view.Detail, view.AcknowledgedAt, view.AcknowledgedAt is null ? null : view.AcknowledgedBy);
}

/// <summary>The list of alarms.</summary>
internal static class AlarmEndpoint
{
    public static void MapAlarms(this IEndpointRouteBuilder api) => api
        .MapGet("/alarms", ListAsync).Requires(Scope.Read).WithTag()
        .WithName("listAlarms").WithTags("Fleet").WithSummary("Signs that one identity runs twice, newest first")
        .WithDescription(
            "One alarm for each beacon and kind; it counts until it is acknowledged, and opens anew when it happens "
            + "again. While one is open its beacon is suspected: not trusted, in no pack, and still stored.")
        .WithParameters(
            QueryParameters.AlarmState, QueryParameters.AlarmBeacon, QueryParameters.Limit, QueryParameters.AlarmCursor)
        .WithExample(new Page<Alarm>([Examples.Alarm], "17"))
        .ProducesProblem(400).ProducesProblem(503);

    private static async Task<Results<Ok<Page<Alarm>>, ProblemHttpResult>> ListAsync(
        ApiCaller caller, HttpRequest request, IQueryStore store, CancellationToken cancellationToken)
    {
        QueryReader query = new(request);
        string? state = query.Choice(QueryParameters.AlarmState);
        BeaconId? beacon = query.Beacon(QueryParameters.AlarmBeacon);
        int limit = query.Number(QueryParameters.Limit);
        long? before = query.Row(QueryParameters.AlarmCursor);
        if (query.Problem is not null)
            return query.Problem;

        bool? isOpen = state == QueryParameters.AnyStatus ? null : state is null or QueryParameters.OpenAlarms;
        IReadOnlyList<AlarmView> found = await store.ListAlarmsAsync(
            caller.TenantId, new AlarmFilter(isOpen, beacon, before, limit + 1), cancellationToken);
        string? cursor = found.Count <= limit ? null : found[limit - 1].Id.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Ok(new Page<Alarm>([.. found.Take(limit).Select(Alarm.Of)], cursor));
    }
}
