using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using LumenLink.Rendezvous.Webhooks;

namespace LumenLink.Rendezvous.Composition;

/// <summary>
/// The jobs that one replica does for all: whichever gets the store's lock. Nothing on the path of a frame waits for
/// it. A job that failed is tried again a minute later; another replica takes over within a minute after the lock is
/// free.
/// </summary>
internal sealed class Upkeep(
    IUpkeepStore store, LumenMetrics metrics, TimeProvider time, ILogger<Upkeep> logger) : BackgroundService
{
    private static readonly (UpkeepJob Job, TimeSpan Every, JobRun Run)[] Jobs =
    [
        (UpkeepJob.Trust, UpkeepPolicy.Interval, (s, now, stop) => s.PruneTrustAsync(now, stop)),
        (UpkeepJob.Control, UpkeepPolicy.Seldom, (s, now, stop) => s.PruneControlAsync(now, stop)),
        (UpkeepJob.Poisoned, UpkeepPolicy.Seldom,
            (s, now, stop) => s.PrunePoisonedAsync(now - IngestPolicy.PoisonedKept, stop)),
        (UpkeepJob.Alarms, UpkeepPolicy.Seldom,
            (s, now, stop) => s.PruneAlarmsAsync(now - ClonePolicy.AcknowledgedKept, stop)),
        (UpkeepJob.ApiKeys, UpkeepPolicy.Seldom,
            (s, now, stop) => s.PruneApiKeysAsync(now - AccessPolicy.EndedKept, stop)),
        (UpkeepJob.Presence, UpkeepPolicy.Interval, FollowPresenceAsync),
        (UpkeepJob.Deliveries, UpkeepPolicy.Interval, (s, now, stop) => s.PruneDeliveriesAsync(now, stop)),
        (UpkeepJob.Audit, UpkeepPolicy.Seldom, (s, now, stop) => s.PruneAuditAsync(now - AuditPolicy.Kept, stop)),
        (UpkeepJob.Statuses, UpkeepPolicy.Seldom,
            (s, now, stop) => s.PruneStatusesAsync(now - UpkeepPolicy.Retention, stop)),
        (UpkeepJob.RollUp, UpkeepPolicy.Interval,
            (s, now, stop) => s.RollUpAsync(now, UpkeepPolicy.Retention, stop)),
        (UpkeepJob.Retention, UpkeepPolicy.Seldom,
            (s, now, stop) => s.RetainAsync(now, UpkeepPolicy.Retention, stop)),
    ];

    private readonly DateTimeOffset[] due = new DateTimeOffset[Jobs.Length];
    private IUpkeepLock? held;

    private delegate Task JobRun(IRendezvousStore store, DateTimeOffset now, CancellationToken stop);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(UpkeepPolicy.Interval, time);
        try
        {
            do
                await RunAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end of the service: another replica is to take over now, not when this process is gone.
        }
        finally
        {
            await LetGoAsync();
        }
    }

    /// <summary>In as many transactions as it takes, so that none is long however many go at once.</summary>
    private static async Task FollowPresenceAsync(IRendezvousStore store, DateTimeOffset now, CancellationToken stop)
    {
        const int Batch = WebhookPolicy.PresenceBatch;
        while (await store.FollowPresenceAsync(now, FleetPolicy.LiveWithin, Batch, stop) == Batch)
        {
        }
    }

    private async Task RunAsync(CancellationToken stop)
    {
        if (held is null && !await TakeAsync(stop))
            return;
        for (int i = 0; i < Jobs.Length && held!.IsHeld; i++)
            await RunAsync(i, stop);
        if (held!.IsHeld)
            return;
        logger.UpkeepLost();
        await LetGoAsync();
    }

    private async Task<bool> TakeAsync(CancellationToken stop)
    {
        try
        {
            held = await store.TryTakeUpkeepAsync(stop);
        }
        catch (Exception exception) when (!stop.IsCancellationRequested)
        {
            metrics.HousekeepingFailures.Inc();
            logger.UpkeepNotTaken(exception);
        }

        if (held is null)
            return false;
        Array.Clear(due);
        metrics.UpkeepHeld.Set(1);
        logger.UpkeepTaken();
        return true;
    }

    private async Task RunAsync(int index, CancellationToken stop)
    {
        (UpkeepJob job, TimeSpan every, JobRun run) = Jobs[index];
        DateTimeOffset now = time.GetUtcNow();
        if (now < due[index])
            return;
        try
        {
            await run(held!.Store, now, stop);
            due[index] = now + every;
            metrics.UpkeepDone(job).Set(now.ToUnixTimeSeconds());
            logger.UpkeepDone(job);
        }
        catch (Exception exception) when (!stop.IsCancellationRequested)
        {
            metrics.UpkeepFailures(job).Inc();
            logger.UpkeepFailed(job, exception);
        }
    }

    private async Task LetGoAsync()
    {
        metrics.UpkeepHeld.Set(0);
        if (held is null)
            return;
        await held.DisposeAsync();
        held = null;
    }
}
