using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Broker;

/// <summary>
/// Bounds what anybody can have the service do by publishing on a beacon's topic: bad frames and looks at the registry
/// for each topic, exchanges in all. Who floods a topic denies it to its beacon, and costs the others nothing.
/// </summary>
internal sealed class ClaimGate(TimeProvider time) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<BeaconId, TokenBucket> faults = [];
    private readonly Dictionary<BeaconId, TokenBucket> looks = [];
    private readonly SemaphoreSlim exchanges = new(TrustPolicy.UnknownSendersAtOnce);

    /// <summary>False while too many bad frames came on this topic.</summary>
    public bool Admits(BeaconId beacon)
    {
        lock (gate)
            return !faults.TryGetValue(beacon, out TokenBucket bucket) || !bucket.IsEmpty(time.GetUtcNow());
    }

    /// <summary>Counts a frame of this topic if it was bad.</summary>
    public void Note(BeaconId beacon, IngestOutcome outcome)
    {
        if (!IngestOutcomes.IsFault(outcome))
            return;
        lock (gate)
        {
            faults.TryTake(
                beacon, IngestPolicy.BadPacketBurst, IngestPolicy.BadPacketEarnedEvery, time.GetUtcNow());
        }
    }

    /// <summary>True when the registry may be asked about this beacon once more.</summary>
    public bool AllowsLook(BeaconId beacon)
    {
        lock (gate)
        {
            return looks.TryTake(
                beacon, SharedBrokerPolicy.LookBurst, SharedBrokerPolicy.LookEarnedEvery, time.GetUtcNow());
        }
    }

    /// <summary>Waits for a place among the exchanges. Followed by one <see cref="Leave"/>.</summary>
    public Task EnterAsync(CancellationToken cancellationToken) => exchanges.WaitAsync(cancellationToken);

    /// <summary>Gives the place back.</summary>
    public void Leave() => exchanges.Release();

    /// <inheritdoc/>
    public void Dispose() => exchanges.Dispose();
}
