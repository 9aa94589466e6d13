namespace LumenLink.Rendezvous.Live;

/// <summary>Every number of the live events; nothing else repeats one.</summary>
internal static class LivePolicy
{
    /// <summary>Events that are held, by each replica and in Redis: as far back readers can go on.</summary>
    public const int Kept = 4096;

    /// <summary>Events of this process that wait to be sent to Redis; the oldest give way.</summary>
    public const int Waiting = 1024;

    /// <summary>Events sent or read at once.</summary>
    public const int Page = 256;

    /// <summary>Bytes of an event in Redis at most; what has more is told without its newest sightings.</summary>
    public const int MaxBytes = 2048;

    /// <summary>Characters of a sentence in it; the rest is cut off.</summary>
    public const int MaxDetail = 300;

    /// <summary>Readings after which the events' time to live in Redis begins anew.</summary>
    public const int RenewEvery = 300;

    /// <summary>How often Redis is read.</summary>
    public static readonly TimeSpan ReadEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>How long events stay in Redis when no replica reads them any more.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    /// <summary>How long a reader that comes from another replica waits for the event that it had last.</summary>
    public static readonly TimeSpan CatchUpWithin = TimeSpan.FromSeconds(2);
}
