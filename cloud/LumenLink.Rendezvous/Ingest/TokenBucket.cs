namespace LumenLink.Rendezvous.Ingest;

/// <summary>Allows a burst, then one more per interval. Not safe for several threads.</summary>
internal struct TokenBucket(int burst, TimeSpan earnedEvery)
{
    private DateTimeOffset emptyAt;

    /// <summary>True when none is left.</summary>
    public readonly bool IsEmpty(DateTimeOffset now) => emptyAt + earnedEvery - now > earnedEvery * burst;

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

/// <summary>A bucket for each of many. Not safe for several threads.</summary>
internal static class TokenBuckets
{
    /// <summary>
    /// Takes one from a key's bucket; false when none is left. Over <see cref="IngestPolicy.RatesRemembered"/> keys
    /// everyone starts with a full burst again.
    /// </summary>
    public static bool TryTake<TKey>(
        this Dictionary<TKey, TokenBucket> rates, TKey key, int burst, TimeSpan earnedEvery, DateTimeOffset now)
        where TKey : notnull
    {
        if (rates.Count >= IngestPolicy.RatesRemembered && !rates.ContainsKey(key))
            rates.Clear();
        TokenBucket bucket =
            rates.TryGetValue(key, out TokenBucket known) ? known : new TokenBucket(burst, earnedEvery);
        bool allowed = bucket.TryTake(now);
        rates[key] = bucket;
        return allowed;
    }
}
