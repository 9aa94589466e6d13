using System.Security.Cryptography.X509Certificates;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;
using MQTTnet;
using MQTTnet.Formatter;

namespace LumenLink.Rendezvous.Broker;

/// <summary>
/// The service as a client of a broker beside it, where replicas share the beacons' frames. Connects again, with a
/// jittered and growing pause, for as long as the service runs.
/// </summary>
internal sealed class SharedBroker(
    RendezvousSettings settings, BrokerAddress address, SharedIntake intake, IBrokerControl control,
    LumenMetrics metrics, TimeProvider time, ILogger<SharedBroker> logger) : BackgroundService, IBroker
{
    private readonly X509Certificate2Collection? trusted = BrokerChannel.LoadTrusted(settings);
    private readonly string clientId = $"lumenlink-{settings.Replica}";
    private volatile SharedConnection? current;

    /// <summary>
    /// The broker sent more at once than there is room for: it would do so again with each connection to that session,
    /// so the next one is to a new session, and beacons send again.
    /// </summary>
    private bool leavesSession;

    /// <inheritdoc/>
    public BrokerHealth Health => current is null
        ? BrokerHealth.Away
        : control.CanDisconnect ? BrokerHealth.Ok : BrokerHealth.CannotDisconnect;

    /// <summary>
    /// True while the broker is there: which beacons are connected to it nobody says, and what goes to one that is not
    /// is lost and sent again when its time has come.
    /// </summary>
    public bool CanReach(BeaconId beacon) => current is not null;

    /// <inheritdoc/>
    public Task SendAsync(BeaconId beacon, ReadOnlyMemory<byte> frame) =>
        current?.SendAsync(beacon, frame) ?? Task.CompletedTask;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        BackOff pause = new(
            SharedBrokerPolicy.ReconnectFirst, SharedBrokerPolicy.ReconnectMax, isJittered: true, time);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                if (await RunAsync(stoppingToken))
                    pause.Reset();
                await pause.WaitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    /// <summary>One connection from its beginning to its end; true if it came about.</summary>
    private async Task<bool> RunAsync(CancellationToken stoppingToken)
    {
        await using SharedConnection connection = new(
            new MqttClientFactory().CreateMqttClient(
                new BrokerChannelFactory(
                    address, trusted, () => metrics.Frames(Ingest.IngestOutcome.PayloadTooLarge).Inc())),
            Options(), address.Group, intake, control, metrics);
        try
        {
            bool isKept = await connection.OpenAsync(stoppingToken);
            leavesSession = false;
            logger.BrokerConnected($"{address}", clientId, isKept);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            logger.BrokerAway($"{address}", exception.Message, exception);
            return false;
        }

        current = connection;
        metrics.BrokerConnected.Set(1);
        try
        {
            MqttClientDisconnectReason reason = await connection.Ended.WaitAsync(stoppingToken);
            leavesSession = reason == MqttClientDisconnectReason.ReceiveMaximumExceeded;
            if (reason == MqttClientDisconnectReason.SessionTakenOver)
                logger.BrokerTakenOver($"{address}", clientId);
            else
                logger.BrokerAway($"{address}", $"{reason}");
            return reason != MqttClientDisconnectReason.SessionTakenOver;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await LeaveAsync(connection);
            return true;
        }
        finally
        {
            current = null;
            metrics.BrokerConnected.Set(0);
        }
    }

    private async Task LeaveAsync(SharedConnection connection)
    {
        logger.BrokerLeft($"{address}");
        using CancellationTokenSource within = new(SharedBrokerPolicy.LeaveWithin);
        try
        {
            await connection.LeaveAsync(within.Token);
        }
        catch (Exception exception)
        {
            logger.BrokerAway($"{address}", "what it had sent was not finished before the end", exception);
        }
    }

    private MqttClientOptions Options() => new()
    {
        ChannelOptions = new MqttClientTcpOptions(), // the channel is ours, and knows where the broker is
        ClientId = clientId,
        Credentials = address.UserName is null
            ? null
            : new MqttClientCredentials(
                address.UserName, System.Text.Encoding.UTF8.GetBytes(address.Password ?? "")),
        ProtocolVersion = MqttProtocolVersion.V500,
        CleanSession = leavesSession,
        SessionExpiryInterval = (uint)SharedBrokerPolicy.SessionExpiry.TotalSeconds,
        ReceiveMaximum = SharedBrokerPolicy.InFlight,
        MaximumPacketSize = SharedBrokerPolicy.MaxPacketBytes,
        KeepAlivePeriod = SharedBrokerPolicy.KeepAlive,
        Timeout = SharedBrokerPolicy.AnswerWithin,
    };
}
