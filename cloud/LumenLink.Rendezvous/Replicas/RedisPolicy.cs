namespace LumenLink.Rendezvous.Replicas;

/// <summary>Every number of how Redis is used, but those of the rate limit; nothing else repeats one.</summary>
internal sealed record RedisPolicy
{
    /// <summary>
    /// How long an answer is waited for. Who waits in vain goes on without, and after that nobody waits at all until
    /// Redis answers again.
    /// </summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often Redis is asked whether it is back.</summary>
    public TimeSpan ProbeEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a replica says that it is there.</summary>
    public TimeSpan AnnounceEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A replica that has not said so for so long is not counted.</summary>
    public TimeSpan MemberFor { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a connection may take; a start of the service waits for one of them.</summary>
    public TimeSpan ConnectWithin { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The first wait between connections; it doubles.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(5);
}
