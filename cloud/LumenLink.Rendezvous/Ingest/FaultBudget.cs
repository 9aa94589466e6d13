namespace LumenLink.Rendezvous.Ingest;

/// <summary>How many bad packets or frames of one beacon are put up with. Safe for use by several threads.</summary>
internal sealed class FaultBudget
{
    private readonly Lock gate = new();
    private TokenBucket left = new(IngestPolicy.BadPacketBurst, IngestPolicy.BadPacketEarnedEvery);

    /// <summary>Counts an outcome if it is the beacon's fault; false when that was one too many.</summary>
    public bool Allows(IngestOutcome outcome, DateTimeOffset now)
    {
        if (!IngestOutcomes.IsFault(outcome))
            return true;
        lock (gate)
            return left.TryTake(now);
    }
}
