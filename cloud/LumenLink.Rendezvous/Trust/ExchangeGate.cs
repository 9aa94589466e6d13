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
    private readonly Dictionary<BeaconId, TokenBucket> claimedRates = [];
    private readonly SemaphoreSlim slots = new(Environment.ProcessorCount * TrustPolicy.JudgedAtOncePerProcessor);
    private int waiting;

    /// <summary>
    /// True when this beacon, or whoever claims to be it, may begin or go on with an exchange now; always when nobody
    /// is named.
    /// </summary>
    public bool Allows(FrameSender sender)
    {
        if (sender.Beacon is not { } beacon)
            return true;
        DateTimeOffset now = time.GetUtcNow();
        lock (gate)
        {
            // Authenticated ids are as many as beacons. Claimed ones may be any: what is judged at once bounds them.
            return (sender.IsAuthenticated ? rates : claimedRates)
                .TryTake(beacon, TrustPolicy.ExchangeBurst, TrustPolicy.ExchangeEarnedEvery, now);
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
