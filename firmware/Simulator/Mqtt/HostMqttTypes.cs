namespace LumenLink.Simulator;

/// <summary>What a CONNECT says.</summary>
internal sealed record HostMqttConnect
{
    /// <summary>Protocol level: 3, 4 or 5.</summary>
    public required int Version { get; init; }

    public required string ClientId { get; init; }

    public string? User { get; init; }

    public string? Password { get; init; }

    public HostMqttWill? Will { get; init; }

    public bool CleanSession { get; init; }

    /// <summary>Seconds; 0: never.</summary>
    public ushort KeepAliveS { get; init; }

    public uint SessionExpiryS { get; init; }

    public ushort ReceiveMaximum { get; init; }

    public uint MaximumPacketBytes { get; init; }

    /// <summary>Whether the broker's certificate is checked.</summary>
    public bool Verifies { get; init; }
}

/// <summary>What a broker publishes when a client vanishes.</summary>
internal sealed record HostMqttWill(string Topic, string Message, int Qos, bool Retain);

/// <summary>How a connect ended.</summary>
internal enum HostMqttOutcome
{
    /// <summary>The broker answered; the code says what.</summary>
    Answered,

    /// <summary>No connection came about.</summary>
    NotOpened,

    /// <summary>The connection came about, the answer did not.</summary>
    NotAnswered,
}

/// <summary>How a connect ended, with details.</summary>
/// <param name="Outcome">How.</param>
/// <param name="Code">The broker's code when it answered: 0, or why it refused.</param>
/// <param name="Error">Why no connection came about, as a code of Winsock.</param>
internal readonly record struct HostMqttConnected(HostMqttOutcome Outcome, int Code = 0, int Error = 0);

/// <summary>What a client tells device code; each call comes as a callback of the board, one at a time.</summary>
internal interface IHostMqttEvents
{
    void OnReceived(string topic, byte[] message, bool isDuplicate, int qos, bool isRetained);

    void OnPublished(ushort messageId, bool isPublished);

    void OnSubscribed(ushort messageId, byte[] granted);

    void OnUnsubscribed(ushort messageId);

    void OnConnectionClosed();
}

/// <summary>What the device may set; one object for all clients of a power cycle.</summary>
internal interface IHostMqttSettings
{
    int QueueSize { get; }
}
