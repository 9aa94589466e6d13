namespace LumenLink.Simulator;

/// <summary>
/// Times and sizes of the MQTT client, in one place. Times of the protocol are wall time, never scaled.
/// </summary>
internal static class HostMqttLimits
{
    /// <summary>How long a CONNECT waits for its answer.</summary>
    public const int ConnectAnswerMs = 30_000;

    /// <summary>How long a PUBLISH, SUBSCRIBE or UNSUBSCRIBE waits before it is sent again or given up.</summary>
    public const int RetryMs = 1000;

    /// <summary>How often one of those is sent in all.</summary>
    public const int Attempts = 3;

    /// <summary>Messages in the inflight queue unless the device sets a bound.</summary>
    public const int InflightQueueSize = int.MaxValue;

    /// <summary>How long Close blocks its caller, board milliseconds.</summary>
    public const int CloseMs = 200;

    /// <summary>Longest topic, characters.</summary>
    public const int TopicCharacters = ushort.MaxValue;

    /// <summary>Longest packet that a board can take in, bytes; a longer one does not fit its memory.</summary>
    public const int ReceivedPacketBytes = 256 * 1024;

    /// <summary>First size of a connection's send buffer, bytes; a fleet has thousands.</summary>
    public const int SendBufferBytes = 256;

    /// <summary>What a connection's send buffer shrinks back to, bytes.</summary>
    public const int SendBufferBytesMax = 4096;
}
