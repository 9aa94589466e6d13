namespace LumenLink.Client;

/// <summary>How a client calls the service; what is not set is as most applications want it.</summary>
public sealed class LumenLinkClientOptions
{
    /// <summary>
    /// Key that the operator gave this application; sent as a bearer token, over TLS only (loopback excepted). Null
    /// calls without one.
    /// </summary>
    public string? ApiKey { get; init; }

    /// <summary>When a call is tried again.</summary>
    public RetryPolicy Retry { get; init; } = new();

    /// <summary>How long one try may take, from its first byte to its last; 30 s.</summary>
    public TimeSpan TryTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Silence after which a watch takes its connection for lost; 45 s, three of the service's signs of life.
    /// </summary>
    public TimeSpan WatchSilence { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Clock of every wait; the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
