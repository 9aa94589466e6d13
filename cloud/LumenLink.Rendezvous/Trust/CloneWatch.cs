using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Trust;

/// <summary>
/// Raises alarms, and tells of them. Never throws for a store that does not answer: two that share an identity go on
/// and are noticed again.
/// </summary>
internal sealed class CloneWatch(
    IAlarmStore store, LiveFeed live, LumenMetrics metrics, TimeProvider time, ILogger<CloneWatch> logger)
{
    /// <summary>Raises an alarm, or counts into the one that is open.</summary>
    /// <param name="beacon">Whose.</param>
    /// <param name="tenantId">Owner, from the registry.</param>
    /// <param name="kind">What happened.</param>
    /// <param name="detail">One sentence for operators, no secrets.</param>
    /// <param name="count">How often it happened.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    public async Task RaiseAsync(
        BeaconId beacon, int tenantId, AlarmKind kind, string detail, long count,
        CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        try
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TrustPolicy.StoreTimeout);
            AlarmView alarm =
                await store.RaiseAlarmAsync(tenantId, beacon, kind, detail, count, now, limit.Token);
            if (alarm.Count > count)
                return;
            logger.AlarmOpened(beacon, kind, detail);
            live.Publish(new AlarmEvent(now, tenantId, beacon, kind, detail));
            await CountAsync(limit.Token);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            metrics.AlarmFailures.Inc();
            logger.AlarmNotRaised(beacon, kind, exception);
        }
    }

    /// <summary>Tells how many alarms are open. Throws what the store throws.</summary>
    public async Task CountAsync(CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<AlarmKind, long> open = await store.CountOpenAlarmsAsync(cancellationToken);
        foreach (AlarmKind kind in Enum.GetValues<AlarmKind>())
            metrics.AlarmsOpen(kind).Set(open.GetValueOrDefault(kind));
    }
}
