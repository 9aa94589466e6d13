using System.Threading.Channels;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Trust;

/// <summary>
/// What this replica knows of revocations, by whichever replica they were made: forgets the sessions of who was
/// revoked, and says when it cannot know. A commit asks the store anyway.
/// </summary>
internal sealed class Revocations(
    IRegistryStore store, SessionCache sessions, LumenMetrics metrics, TimeProvider time,
    ILogger<Revocations> logger) : IDisposable
{
    private const long Never = long.MinValue;
    private readonly SemaphoreSlim looking = new(1, 1);
    private readonly Channel<BeaconId> news = Channel.CreateUnbounded<BeaconId>();
    private long? seen;
    private long readAt = Never;
    private long failedAt = Never;

    /// <summary>Who was revoked, each once, for the one who ends their connections.</summary>
    public ChannelReader<BeaconId> News => news.Reader;

    /// <summary>Told of each beacon when this replica hears of its revocation; must neither wait nor throw.</summary>
    public event Action<BeaconId>? Revoked;

    private bool IsCurrent => Within(ref readAt, TrustPolicy.RevocationsCurrent);

    /// <summary>
    /// True if what this replica knows of revocations is not older than <see cref="TrustPolicy.RevocationsCurrent"/>;
    /// looks itself when it is. On false nobody may be judged: neither passed nor failed.
    /// </summary>
    public async ValueTask<bool> IsCurrentAsync(CancellationToken cancellationToken)
    {
        if (IsCurrent)
            return true;
        await looking.WaitAsync(cancellationToken);
        try
        {
            if (!IsCurrent && !Within(ref failedAt, TrustPolicy.RevocationsPoll))
                await ReadAsync(cancellationToken);
        }
        finally
        {
            looking.Release();
        }

        return IsCurrent;
    }

    /// <summary>One look now.</summary>
    /// <returns>Never fails for a store that does not answer.</returns>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        await looking.WaitAsync(cancellationToken);
        try
        {
            await ReadAsync(cancellationToken);
        }
        finally
        {
            looking.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => looking.Dispose();

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TrustPolicy.RevocationsCurrent);
        try
        {
            RevocationNews read;
            do
            {
                long started = time.GetTimestamp();
                read = await store.ReadRevocationsAsync(seen, TrustPolicy.RevocationsAtOnce, limit.Token);
                foreach (BeaconId beacon in read.Beacons)
                    Forget(beacon);
                seen = read.Epoch;
                Volatile.Write(ref readAt, started);
            }
            while (read.Beacons.Count == TrustPolicy.RevocationsAtOnce);

            Volatile.Write(ref failedAt, Never);
            metrics.RevocationEpoch.Set(read.Epoch);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Volatile.Write(ref failedAt, time.GetTimestamp());
            metrics.RevocationFailures.Inc();
            logger.RevocationsNotRead(exception);
        }
    }

    private void Forget(BeaconId beacon)
    {
        sessions.Forget(beacon);
        Revoked?.Invoke(beacon);
        news.Writer.TryWrite(beacon);
        logger.RevocationSeen(beacon);
    }

    private bool Within(ref long moment, TimeSpan limit)
    {
        long then = Volatile.Read(ref moment);
        return then != Never && time.GetElapsedTime(then) <= limit;
    }
}
