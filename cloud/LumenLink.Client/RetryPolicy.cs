namespace LumenLink.Client;

/// <summary>
/// When a call is tried again: after failures that pass (<see cref="LumenLinkException.IsTransient"/>), with waits that
/// grow and are drawn from zero to the whole of them, so that clients that failed together do not come back together.
/// </summary>
public sealed class RetryPolicy
{
    /// <summary>How often a call is tried in all; 4. A watch goes on for ever.</summary>
    public int MaxTries { get; init; } = 4;

    /// <summary>The longest first wait; each further one may be twice as long. 200 ms.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest wait of all; 10 s.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The longest Retry-After of the service that is waited for; a call that is told to wait longer fails at once and
    /// says so. 30 s.
    /// </summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromSeconds(30);
}
