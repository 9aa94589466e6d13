using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Composition;

/// <summary>
/// What each replica does for itself: takes up service keys, destroys keys whose end has come, counts open alarms and
/// what is under which master key. What one does for all is <see cref="Upkeep"/>.
/// </summary>
internal sealed class Housekeeping(
    IRendezvousStore store, SecretBox box, KeyRefresh serviceKeys, SharedKeys sharedKeys, EpochKeys epochs,
    CloneWatch clones, LumenMetrics metrics,
    TimeProvider time, ILogger<Housekeeping> logger) : BackgroundService
{
    /// <summary>How often keys are destroyed.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Rounds between two counts of what is sealed.</summary>
    private const int CountEvery = 60;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Interval, time);
        for (int round = 0; !stoppingToken.IsCancellationRequested; round++)
        {
            try
            {
                await RunAsync(round % CountEvery == 0, stoppingToken);
                await timer.WaitForNextTickAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task RunAsync(bool countSealed, CancellationToken cancellationToken)
    {
        serviceKeys.Look();
        epochs.DestroyExpired();
        sharedKeys.DestroyExpired();
        try
        {
            await clones.CountAsync(cancellationToken);
            if (countSealed)
                await CountSealedAsync(cancellationToken);
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
