using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Control;

/// <summary>
/// Looks each second what there is to deliver, whichever replica was asked for it, and sends at once to the beacons
/// that can be reached over MQTT from here. The others get theirs behind their next receipt.
/// </summary>
internal sealed class ControlPush(
    IControlStore store, PendingControl pending, ControlSender sender, SessionCache sessions, IBroker broker,
    LumenMetrics metrics, TimeProvider time, ILogger<ControlPush> logger) : BackgroundService
{
    private readonly SemaphoreSlim asked = new(0, 1);

    /// <summary>Something was asked for here: the next look is now.</summary>
    public void Wake()
    {
        try
        {
            asked.Release();
        }
        catch (SemaphoreFullException)
        {
            // It was woken already.
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        asked.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(ControlPolicy.PollEvery, time);
        Task<bool> tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
        Task woken = asked.WaitAsync(stoppingToken);
        try
        {
            while (true)
            {
                await LookAsync(stoppingToken);
                Task first = await Task.WhenAny(tick, woken);
                await first;
                if (tick.IsCompleted)
                    tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
                if (woken.IsCompleted)
                    woken = asked.WaitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    /// <summary>One look, and what it sends.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TrustPolicy.StoreTimeout);
            pending.Replace(
                await store.ListControlDueAsync(time.GetUtcNow(), ControlPolicy.PendingBeacons, limit.Token));
            metrics.ControlPending.Set(pending.Count);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            metrics.ControlFailures.Inc();
            logger.ControlNotRead(exception);
            return;
        }

        foreach (BeaconId beacon in pending.Snapshot())
            await PushAsync(beacon);
    }

    private async Task PushAsync(BeaconId beacon)
    {
        if (sessions.Current(beacon) is not { IsAtBroker: true } session || !broker.CanReach(beacon)
            || !pending.TryTake(beacon))
            return;
        foreach (ReadOnlyMemory<byte> frame in await sender.TakeAsync(session))
            await broker.SendAsync(beacon, frame);
    }
}
