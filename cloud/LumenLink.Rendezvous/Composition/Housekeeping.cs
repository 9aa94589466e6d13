using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Composition;

/// <summary>
/// Takes up service keys, destroys keys whose end has come, prunes what is spent, keeps retention, counts what is under
/// which master key.
/// </summary>
internal sealed class Housekeeping(
    IRendezvousStore store, SecretBox box, KeyRefresh serviceKeys, SharedKeys sharedKeys, EpochKeys epochs,
    CloneWatch clones, LumenMetrics metrics,
    TimeProvider time, ILogger<Housekeeping> logger) : BackgroundService
{
    /// <summary>How often keys are destroyed and trust rows pruned.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>How long sightings and diagnostics are kept.</summary>
    internal static readonly TimeSpan Retention = TimeSpan.FromDays(7);

    /// <summary>Rounds between two runs of retention.</summary>
    private const int RetainEvery = 60;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Interval, time);
        for (int round = 0; !stoppingToken.IsCancellationRequested; round++)
        {
            try
            {
                await RunAsync(round % RetainEvery == 0, stoppingToken);
                await timer.WaitForNextTickAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task RunAsync(bool retain, CancellationToken cancellationToken)
    {
        serviceKeys.Look();
        epochs.DestroyExpired();
        sharedKeys.DestroyExpired();
        try
        {
            DateTimeOffset now = time.GetUtcNow();
            await store.PruneTrustAsync(now, cancellationToken);
            await clones.CountAsync(cancellationToken);
            if (!retain)
                return;
            await CountSealedAsync(cancellationToken);
            await store.PruneControlAsync(now, cancellationToken);
            await store.PrunePoisonedAsync(now - IngestPolicy.PoisonedKept, cancellationToken);
            await store.PruneAlarmsAsync(now - ClonePolicy.AcknowledgedKept, cancellationToken);
            await store.PruneAuditAsync(now - AuditPolicy.Kept, cancellationToken);
            await store.RetainAsync(now, Retention, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            metrics.HousekeepingFailures.Inc();
            logger.HousekeepingFailed(exception);
        }
    }

    /// <summary>Tells under which keys the stored secrets are, and when some can be opened by nobody here.</summary>
    private async Task CountSealedAsync(CancellationToken cancellationToken)
    {
        ILookup<SealedUnder, long> counts = await MasterKeyRotation.CountAsync(store, box, cancellationToken);
        foreach (SealedUnder under in Enum.GetValues<SealedUnder>())
        {
            long rows = counts[under].Sum();
            metrics.SealedRows(under).Set(rows);
            if (under == SealedUnder.UnknownKey && rows > 0)
                logger.SealedUnderUnknownKey(rows);
        }
    }
}
