using System.Buffers;
using System.Collections;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;
using MQTTnet;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace LumenLink.Rendezvous.Broker;

/// <summary>
/// The broker inside the service: it takes beacons' frames and gives them theirs, and
/// carries nothing else. No message is dispatched from client to client, so there is no
/// retained message, no wildcard and no fan-out. A PUBACK waits for the commit, so shortly that
/// no client sends again or gives its connection up for it.
/// </summary>
internal sealed class EmbeddedBroker : IHostedService, IBroker, IBrokerConnections, IAsyncDisposable
{
    private readonly ConcurrentDictionary<BeaconId, BeaconConnection> connections = new();
    private readonly ConnectionJudge judge;
    private readonly PublishHandler publishes;
    private readonly LumenMetrics metrics;
    private readonly TimeProvider time;
    private readonly ILogger<EmbeddedBroker> logger;
    private readonly MqttListener listener;
    private readonly MqttServer server;

    public EmbeddedBroker(
        IPEndPoint address, SslServerAuthenticationOptions? tls, ConnectionJudge judge, FrameIntake intake,
        LumenMetrics metrics, TimeProvider time, ILogger<EmbeddedBroker> logger)
    {
        this.judge = judge;
        this.metrics = metrics;
        this.time = time;
        this.logger = logger;
        publishes = new PublishHandler(this, intake, metrics, time);
        listener = new MqttListener(address, tls, metrics, time, logger);
        MqttServerOptions options = new()
        {
            DefaultCommunicationTimeout = IngestPolicy.ConnectWithin,
            EnablePersistentSessions = false,
            MaxPendingMessagesPerClient = IngestPolicy.MaxUnacknowledged,
            PendingMessagesOverflowStrategy = MqttPendingMessagesOverflowStrategy.DropNewMessage,
        };
        server = new MqttServerFactory().CreateMqttServer(options, [listener], new MqttNetNullLogger());
        server.ValidatingConnectionAsync += OnConnectingAsync;
        server.ClientConnectedAsync += OnConnectedAsync;
        server.ClientDisconnectedAsync += OnDisconnectedAsync;
        server.InterceptingSubscriptionAsync += OnSubscribingAsync;
        server.InterceptingPublishAsync += publishes.OnPublishAsync;
        server.InterceptingInboundPacketAsync += OnInboundAsync;
        server.InterceptingOutboundPacketAsync += OnOutboundAsync;
        server.ClientAcknowledgedPublishPacketAsync += OnAcknowledgedAsync;
    }

    /// <summary>The port that is listened on, once started.</summary>
    public int Port => listener.Port;

    /// <inheritdoc/>
    public BrokerHealth Health => server.IsStarted ? BrokerHealth.Ok : BrokerHealth.NotListening;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => server.StartAsync();

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(new MqttServerStopOptions());

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await server.StopAsync(new MqttServerStopOptions());
        server.Dispose();
    }

    /// <inheritdoc/>
    public Task DisconnectAsync(BeaconId beacon, IngestOutcome reason) =>
        connections.TryGetValue(beacon, out BeaconConnection? connection)
            ? EndAsync(connection, reason)
            : Task.CompletedTask;

    /// <inheritdoc/>
    public bool CanReach(BeaconId beacon) =>
        connections.TryGetValue(beacon, out BeaconConnection? connection) && connection.Down is not null;

    /// <inheritdoc/>
    public Task SendAsync(BeaconId beacon, ReadOnlyMemory<byte> frame)
    {
        if (connections.TryGetValue(beacon, out BeaconConnection? connection))
            return SendAsync(connection, frame);
        metrics.DownlinksLost.Inc();
        return Task.CompletedTask;
    }

    /// <summary>
    /// Sends a frame to the down topic of a connected beacon, if it subscribed; else the frame is of no use any more.
    /// </summary>
    public async Task SendAsync(BeaconConnection connection, ReadOnlyMemory<byte> frame)
    {
        if (connection.Down is not { } session)
        {
            metrics.DownlinksLost.Inc();
            return;
        }

        MqttApplicationMessage message = new()
        {
            Topic = MqttTopics.Down(connection.IdText),
            PayloadSegment = frame.ToArray(),
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        };
        if (connection.HasEnded || !session.TryEnqueueApplicationMessage(message, out _))
            metrics.DownlinksLost.Inc();
        if (!connection.Sent())
            await EndAsync(connection, IngestOutcome.DownlinkNotRead);
    }

    /// <summary>Ends a connection once. Does not wait for it: a handler of the connection itself may ask.</summary>
    public Task EndAsync(BeaconConnection connection, IngestOutcome reason)
    {
        if (!connection.TryEnd())
            return Task.CompletedTask;
        logger.Disconnected(connection.Beacon, reason);
        if (reason == IngestOutcome.DownlinkNotRead)
            metrics.Frames(reason).Inc();
        _ = Task.Run(() => CloseAsync(connection));
        return Task.CompletedTask;
    }

    /// <summary>The beacon of an MQTT session.</summary>
    public static BeaconConnection? ConnectionOf(IDictionary sessionItems) =>
        sessionItems[BeaconConnection.Key] as BeaconConnection;

    private async Task CloseAsync(BeaconConnection connection)
    {
        try
        {
            MqttServerClientDisconnectOptions options =
                new() { ReasonCode = MqttDisconnectReasonCode.AdministrativeAction };
            await server.DisconnectClientAsync(connection.IdText, options);
        }
        catch (InvalidOperationException)
        {
            // It is gone already.
        }
    }

    private async Task OnConnectingAsync(ValidatingConnectionEventArgs args)
    {
        args.ReasonCode =
            await judge.JudgeAsync(args.ClientId, args.UserName, args.RawPassword, args.CancellationToken);
        if (args.ReasonCode != MqttConnectReasonCode.Success || !BeaconId.TryParse(args.ClientId, out BeaconId beacon))
            return;
        BoundedChannel? channel = listener.Authenticated(args.ChannelAdapter);
        AcknowledgementHold hold = new(
            TimeSpan.FromSeconds(args.KeepAlivePeriod ?? 0), time, () => channel?.IsAllRead ?? false);
        args.SessionItems[BeaconConnection.Key] = new BeaconConnection(beacon, hold);
    }

    private Task OnConnectedAsync(ClientConnectedEventArgs args)
    {
        if (ConnectionOf(args.SessionItems) is { } connection)
            connections[connection.Beacon] = connection;
        metrics.Connections.Set(connections.Count);
        return Task.CompletedTask;
    }

    private Task OnDisconnectedAsync(ClientDisconnectedEventArgs args)
    {
        if (args.DisconnectType != MqttClientDisconnectType.Takeover
            && ConnectionOf(args.SessionItems) is { } connection)
            connections.TryRemove(new KeyValuePair<BeaconId, BeaconConnection>(connection.Beacon, connection));
        metrics.Connections.Set(connections.Count);
        metrics.Disconnects(args.DisconnectType).Inc();
        ConnectionOf(args.SessionItems)?.TryEnd();
        return Task.CompletedTask;
    }

    private async Task OnSubscribingAsync(InterceptingSubscriptionEventArgs args)
    {
        BeaconConnection? connection = ConnectionOf(args.SessionItems);
        if (connection is not null && args.TopicFilter.Topic == MqttTopics.Down(connection.IdText))
        {
            connection.Down = args.Session;
            args.Response.ReasonCode = MqttSubscribeReasonCode.GrantedQoS1;
            args.TopicFilter.QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce;
            return;
        }

        args.ProcessSubscription = false;
        args.Response.ReasonCode = MqttSubscribeReasonCode.NotAuthorized;
        if (connection is not null)
            await publishes.RefuseAsync(connection, IngestOutcome.SubscriptionNotOwn);
    }

    private async Task OnInboundAsync(InterceptingPacketEventArgs args)
    {
        // Topic aliases are not offered (see below): MQTTnet would keep as many and as long ones as a client likes.
        if (args.Packet is MqttPublishPacket publish)
            publish.TopicAlias = 0;
        bool isReplied = args.Packet is MqttPingReqPacket or MqttSubscribePacket or MqttUnsubscribePacket
            or MqttPublishPacket { QualityOfServiceLevel: > MqttQualityOfServiceLevel.AtMostOnce } or MqttPubRelPacket;
        if (isReplied && ConnectionOf(args.SessionItems) is { } connection && !connection.OweReply())
        {
            args.ProcessPacket = false;
            await EndAsync(connection, IngestOutcome.DownlinkNotRead);
        }
    }

    private static Task OnOutboundAsync(InterceptingPacketEventArgs args)
    {
        switch (args.Packet)
        {
            case MqttConnAckPacket connAck:
                connAck.RetainAvailable = false;
                connAck.WildcardSubscriptionAvailable = false;
                connAck.SharedSubscriptionAvailable = false;
                connAck.SubscriptionIdentifiersAvailable = false;
                connAck.TopicAliasMaximum = 0;
                connAck.MaximumQoS = MqttQualityOfServiceLevel.AtLeastOnce;
                connAck.MaximumPacketSize = IngestPolicy.MaxPacketBytes;
                break;
            case MqttPubAckPacket or MqttPubRecPacket or MqttPubCompPacket or MqttPingRespPacket or MqttSubAckPacket
                or MqttUnsubAckPacket:
                ConnectionOf(args.SessionItems)?.Replied();
                break;
        }

        return Task.CompletedTask;
    }

    private Task OnAcknowledgedAsync(ClientAcknowledgedPublishPacketEventArgs args)
    {
        ConnectionOf(args.SessionItems)?.Acknowledged();
        return Task.CompletedTask;
    }
}
