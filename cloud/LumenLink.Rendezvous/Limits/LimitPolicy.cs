namespace LumenLink.Rendezvous.Limits;

/// <summary>
/// Every number of the rate limit; nothing else repeats one. A service of production has these; who hosts one in
/// another process, as the tests do, may give it another policy.
/// </summary>
internal sealed record LimitPolicy
{
    /// <summary>Calls that a client may make in a minute.</summary>
    public int PerMinute { get; init; } = 100;

    /// <summary>Calls that it may make at once, when it made none for a while.</summary>
    public int Burst { get; init; } = 10;

    /// <summary>
    /// Clients that a process remembers, where it limits by itself. One is remembered for as long as it takes to earn
    /// a burst; when more call within that time the oldest are forgotten, who then have a burst again.
    /// </summary>
    public int MaxClients { get; init; } = 65_536;

    /// <summary>
    /// Replicas that a replica takes to be there, when it has not heard from Redis since it started.
    /// </summary>
    public const int ReplicasAssumed = 2;

    /// <summary>Replicas at most.</summary>
    public const int MaxReplicas = 64;

    /// <summary>
    /// How much longer than needed Redis keeps what it knows of a client: it counts time to live from the beginning of
    /// a millisecond.
    /// </summary>
    public static readonly TimeSpan KeptLonger = TimeSpan.FromSeconds(1);

    /// <summary>The whole allowance.</summary>
    public GcraRate Whole => ShareOf(1);

    /// <summary>
    /// One of several equal parts of the allowance. Each part has a burst of one at least, so that of more replicas
    /// than the burst has calls all together allow a greater burst, and never a higher rate.
    /// </summary>
    public GcraRate ShareOf(int replicas) =>
        new(
            replicas * TimeSpan.TicksPerMinute / TimeSpan.TicksPerMicrosecond / PerMinute,
            Math.Max(1, Burst / replicas));
}
