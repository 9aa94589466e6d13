namespace LumenLink.Rendezvous.Ingest;

/// <summary>Allows a burst, then one more per interval. Not safe for several threads.</summary>
internal struct TokenBucket(int burst, TimeSpan earnedEvery)
{
    private DateTimeOffset emptyAt;

    /// <summary>Takes one; false when none is left.</summary>
    public bool TryTake(DateTimeOffset now)
    {
        DateTimeOffset from = emptyAt > now ? emptyAt : now;
        DateTimeOffset next = from + earnedEvery;
        if (next - now > earnedEvery * burst)
            return false;
        emptyAt = next;
        return true;
    }
}
