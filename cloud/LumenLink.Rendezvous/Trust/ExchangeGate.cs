using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Trust;

/// <summary>
/// Bounds what attestation may cost: so many exchanges per beacon, so many at the
/// same time, so many waiting. The rest is told to back off without being looked at.
/// </summary>
internal sealed class ExchangeGate(TimeProvider time) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<BeaconId, TokenBucket> rates = [];
    private readonly SemaphoreSlim slots = new(Environment.ProcessorCount * TrustPolicy.JudgedAtOncePerProcessor);
    private int waiting;

    /// <summary>True when this beacon may begin or go on with an exchange now.</summary>
    public bool Allows(BeaconId beacon)
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (gate)
        {
            // Ids are authenticated, so they are as many as beacons.
            return rates.TryTake(beacon, TrustPolicy.ExchangeBurst, TrustPolicy.ExchangeEarnedEvery, now);
        }
    }

    /// <summary>
    /// Waits for a slot; false at once when too many wait already. Every true is followed by one <see cref="Leave"/>.
    /// </summary>
    public async ValueTask<bool> TryEnterAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref waiting) > TrustPolicy.JudgedWaiting)
        {
            Interlocked.Decrement(ref waiting);
            return false;
        }

        try
        {
            await slots.WaitAsync(cancellationToken);
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    /// <summary>Gives the slot back.</summary>
    public void Leave() => slots.Release();

    /// <inheritdoc/>
    public void Dispose() => slots.Dispose();
}
