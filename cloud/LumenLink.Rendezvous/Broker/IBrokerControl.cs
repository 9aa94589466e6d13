using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Broker;

/// <summary>What a kind of broker beside the service is asked for beyond MQTT.</summary>
internal interface IBrokerControl : IBrokerConnections
{
    /// <summary>True while the broker ends connections when it is asked to.</summary>
    bool CanDisconnect { get; }

    /// <summary>Topic on which the broker answers; null when it answers nothing.</summary>
    string? AnswerTopic { get; }

    /// <summary>Takes an answer of the broker.</summary>
    void OnAnswer(byte[] payload);

    /// <summary>
    /// Tells the broker what it is to know, for as long as the connection lasts. Never throws but for the end.
    /// </summary>
    /// <param name="publish">Publishes to the broker.</param>
    /// <param name="cancellationToken">The connection is over.</param>
    Task RunAsync(Func<string, byte[], CancellationToken, Task> publish, CancellationToken cancellationToken);
}

/// <summary>
/// For a broker that has no call to end a connection: says so, once for each revoked beacon. Its frames commit nothing
/// all the same.
/// </summary>
internal sealed class NoBrokerControl(ILogger<NoBrokerControl> logger) : IBrokerControl
{
    /// <inheritdoc/>
    public bool CanDisconnect => false;

    /// <inheritdoc/>
    public string? AnswerTopic => null;

    /// <inheritdoc/>
    public void OnAnswer(byte[] payload)
    {
        // Nothing was asked.
    }

    /// <inheritdoc/>
    public Task DisconnectAsync(BeaconId beacon, IngestOutcome reason)
    {
        logger.NotDisconnectedAtBroker($"it has no such call, and the connection of {beacon} stays");
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task RunAsync(
        Func<string, byte[], CancellationToken, Task> publish, CancellationToken cancellationToken) =>
        new TaskCompletionSource().Task.WaitAsync(cancellationToken);
}
