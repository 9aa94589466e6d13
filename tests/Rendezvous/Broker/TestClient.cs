using System.Threading.Channels;
using System.Buffers;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Tests.Rendezvous.Support;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace LumenLink.Tests.Rendezvous.Broker;

/// <summary>A real MQTT client of a broker, with what came down as a queue.</summary>
internal sealed partial class TestClient : IAsyncDisposable
{
    private readonly Channel<byte[]> down = Channel.CreateUnbounded<byte[]>();
    private readonly TaskCompletionSource disconnected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TestClient(TestBeacon beacon)
    {
        Beacon = beacon;
        Mqtt = new MqttClientFactory().CreateMqttClient();
        Mqtt.ApplicationMessageReceivedAsync += args =>
        {
            Assert.Equal($"ll/1/{beacon.IdText}/d", args.ApplicationMessage.Topic);
            down.Writer.TryWrite(args.ApplicationMessage.Payload.ToArray());
            return Task.CompletedTask;
        };
        Mqtt.DisconnectedAsync += _ =>
        {
            disconnected.TrySetResult();
            return Task.CompletedTask;
        };
    }

    public TestBeacon Beacon { get; }

    public IMqttClient Mqtt { get; }

    /// <summary>Completes when the broker or the test ended the connection.</summary>
    public Task Disconnected => disconnected.Task;

    public string Up => $"ll/1/{Beacon.IdText}/u";

    public string Down => $"ll/1/{Beacon.IdText}/d";

    /// <summary>Connects with a fresh token and subscribes to the beacon's down topic.</summary>
    public static async Task<TestClient> ConnectAsync(
        int port, TestBeacon beacon, MqttProtocolVersion version = MqttProtocolVersion.V500,
        Action<MqttClientTlsOptionsBuilder>? tls = null, TimeSpan? keepAlive = null)
    {
        TestClient client = new(beacon);
        Assert.Equal(
            MqttClientConnectResultCode.Success,
            await client.TryConnectAsync(port, beacon.Token(), version, tls: tls, keepAlive: keepAlive));
        MqttClientSubscribeResult result =
            await client.Mqtt.SubscribeAsync(client.Down, MqttQualityOfServiceLevel.AtLeastOnce);
        Assert.Equal(MqttClientSubscribeResultCode.GrantedQoS1, result.Items.Single().ResultCode);
        return client;
    }

    public async Task<MqttClientConnectResultCode> TryConnectAsync(
        int port, string password, MqttProtocolVersion version, string? userName = null,
        Action<MqttClientTlsOptionsBuilder>? tls = null, TimeSpan? keepAlive = null)
    {
        MqttClientOptionsBuilder options = new MqttClientOptionsBuilder()
            .WithTcpServer("127.0.0.1", port)
            .WithClientId(Beacon.IdText)
            .WithCredentials(userName ?? Beacon.IdText, password)
            .WithProtocolVersion(version)
            .WithTimeout(TimeSpan.FromSeconds(20));
        if (keepAlive is { } period)
            options.WithKeepAlivePeriod(period);
        if (tls is not null)
            options.WithTlsOptions(tls);
        return (await Mqtt.ConnectAsync(options.Build())).ResultCode;
    }

    public Task<MqttClientPublishResult> PublishAsync(byte[] frame) => PublishAsync(Up, frame);

    public Task<MqttClientPublishResult> PublishAsync(
        string topic, byte[] payload, MqttQualityOfServiceLevel qos = MqttQualityOfServiceLevel.AtLeastOnce,
        bool retain = false) =>
        Mqtt.PublishAsync(
            new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload).WithQualityOfServiceLevel(qos)
                .WithRetainFlag(retain).Build());

    /// <summary>The next frame that came down.</summary>
    public async Task<byte[]> NextAsync() => await down.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    public bool HasNext => down.Reader.TryPeek(out _);

    /// <summary>The whole exchange through the broker.</summary>
    public async Task AttestAsync()
    {
        byte[] hello = Beacon.Hello();
        await PublishAsync(hello);
        await PublishAsync(Beacon.Evidence(hello, await NextAsync()));
        Assert.True(Beacon.Accept(await NextAsync()));
    }

    /// <summary>Sends one new record and sees it receipted: the service is in good order.</summary>
    public async Task AssertServedAsync(uint sequence)
    {
        MqttClientPublishResult result = await PublishAsync(
            Beacon.Session!.Records(Beacon.Boot, 1, TestRecords.Report(sequence, [sequence])));
        Assert.Equal(MqttClientPublishReasonCode.Success, result.ReasonCode);
        Assert.True(Beacon.Session!.Receipt(await NextAsync()).IsSettled(sequence));
    }

    public async ValueTask DisposeAsync()
    {
        if (Mqtt.IsConnected)
            await Mqtt.DisconnectAsync();
        Mqtt.Dispose();
    }
}
