using System.Net.Sockets;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Tests.Rendezvous.Support;
using MQTTnet;
using MQTTnet.Formatter;

namespace LumenLink.Tests.Rendezvous.Broker;

/// <summary>How long a PUBACK waits when the store does not commit, and what the client sees of it.</summary>
public sealed class AcknowledgementHoldTests : IAsyncLifetime
{
    /// <summary>M2Mqtt's MqttSettings.DefaultDelayRetry: without a PUBACK the publish goes out again.</summary>
    private static readonly TimeSpan ClientRetry = TimeSpan.FromMilliseconds(1000);

    private static readonly TimeSpan Hold = IngestPolicy.HoldAcknowledgement;
    private readonly SteppedTime time = new();
    private readonly TestService service;

    public AcknowledgementHoldTests() => service = new TestService(time);

    public async Task InitializeAsync() => await service.StartAsync();

    public async Task DisposeAsync()
    {
        service.Store.Release.TrySetResult();
        await service.DisposeAsync();
    }

    [Theory]
    [InlineData(0, 700)]
    [InlineData(1, 250)]
    [InlineData(2, 500)]
    [InlineData(3, 700)]
    [InlineData(60, 700)]
    [InlineData(65_535, 700)]
    public void What_a_client_states_can_only_shorten_its_own_waits(int keepAliveS, int holdMs)
    {
        TimeSpan keepAlive = TimeSpan.FromSeconds(keepAliveS);
        TimeSpan hold = AcknowledgementHold.MostOf(keepAlive);
        Assert.Equal(TimeSpan.FromMilliseconds(holdMs), hold);
        Assert.True(keepAliveS == 0 || hold < keepAlive / 3);
    }

    [Fact]
    public void The_hold_is_over_before_a_beacon_sends_again_and_two_commits_fit_into_it()
    {
        Assert.True(Hold < ClientRetry);
        Assert.True(IngestPolicy.CommitTarget * 2 <= Hold);
    }

    [Fact]
    public void Waits_of_one_connection_share_the_hold_and_earn_it_back_while_none_waits()
    {
        bool isAllRead = false;
        AcknowledgementHold hold = new(TimeSpan.FromSeconds(60), time, () => isAllRead);
        TimeSpan commit = Hold / 7 * 3;
        Assert.Equal([Hold, Hold - commit, Hold - (2 * commit), default], [Wait(), Wait(), Wait(), Wait()]);
        time.Advance(commit);
        Assert.Equal([commit, default], [Wait(), Wait()]);
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal([Hold, Hold - commit], [Wait(), Wait()]);
        isAllRead = true;
        Assert.Equal([Hold - (2 * commit), Hold, Hold], [Wait(), Wait(), Wait()]);

        TimeSpan Wait()
        {
            TimeSpan most = hold.Begin();
            time.Advance(commit < most ? commit : most);
            hold.End();
            return most;
        }
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task A_store_that_stalls_costs_each_publish_one_hold_and_its_receipts_follow(
        MqttProtocolVersion version)
    {
        TestBeacon beacon = await service.EnrolAsync();
        await using TestClient client = await TestClient.ConnectAsync(service, beacon, version);
        await client.AttestAsync();
        StallStore();
        for (uint sequence = 1; sequence <= 4; sequence++)
        {
            Task<MqttClientPublishResult> publish = await BeginAsync(client, Records(beacon, sequence));
            Assert.False(publish.IsCompleted);
            time.Advance(Hold);
            Assert.Equal(MqttClientPublishReasonCode.Success, (await publish).ReasonCode);
            await client.Mqtt.PingAsync();
        }

        await service.Store.CommitEntered!.Task;
        Assert.False(client.HasNext);
        Assert.Equal(4, service.Metrics.AcknowledgedEarly.Value);
        service.Store.Release.SetResult();
        List<ReceiptEntry> receipts = [];
        for (int i = 0; i < 4; i++)
            receipts.Add(beacon.Session!.Receipt(await client.NextAsync()));
        Assert.All(new uint[] { 1, 2, 3, 4 }, one => Assert.Contains(receipts, receipt => receipt.IsSettled(one)));
        Assert.True(client.Mqtt.IsConnected);
        Assert.Equal(4, service.Store.Records.Count);
    }

    [Fact]
    public async Task A_client_with_a_short_keep_alive_is_acknowledged_sooner()
    {
        TestBeacon beacon = await service.EnrolAsync();
        TimeSpan keepAlive = TimeSpan.FromSeconds(2);
        await using TestClient client =
            await TestClient.ConnectAsync(service.Broker.Port, beacon, keepAlive: keepAlive);
        await client.AttestAsync();
        StallStore();
        Task timer = time.NextTimer(keepAlive / IngestPolicy.HoldShareOfKeepAlive);
        Task<MqttClientPublishResult> publish = client.PublishAsync(Records(beacon, 1));
        await timer;
        time.Advance(keepAlive / IngestPolicy.HoldShareOfKeepAlive);
        Assert.Equal(MqttClientPublishReasonCode.Success, (await publish).ReasonCode);
    }

    [Fact]
    public async Task A_publish_that_is_sent_again_while_the_store_stalls_is_not_queued_again()
    {
        TestBeacon beacon = await service.EnrolAsync();
        await using TestClient client = await TestClient.ConnectAsync(service, beacon);
        await client.AttestAsync();
        StallStore();
        byte[] frame = Records(beacon, 1);
        for (int i = 0; i < 3; i++)
        {
            Task<MqttClientPublishResult> publish = await BeginAsync(client, frame);
            await service.Store.CommitEntered!.Task;
            time.Advance(Hold);
            await publish;
        }

        Assert.Equal(0, service.Metrics.Queued.Value);
        service.Store.Release.SetResult();
        for (int i = 0; i < 3; i++)
            Assert.True(beacon.Session!.Receipt(await client.NextAsync()).IsSettled(1));
        Assert.Equal(
            (1, 2, 1),
            (service.Count(IngestOutcome.Accepted), service.Count(IngestOutcome.Joined), service.Store.CommitCalls));
    }

    [Fact]
    public async Task A_client_that_there_is_no_room_for_waits_its_hold_for_the_answer()
    {
        TestBeacon beacon = await service.EnrolAsync();
        await using TestClient client = await TestClient.ConnectAsync(service, beacon);
        await client.AttestAsync();
        StallStore();
        Task<MqttClientPublishResult> publish;
        for (uint sequence = 1; sequence <= IngestPolicy.FramesOfOneBeacon; sequence++)
        {
            publish = await BeginAsync(client, Records(beacon, sequence));
            time.Advance(Hold);
            await publish;
        }

        publish = await BeginAsync(client, Records(beacon, 99));
        Assert.False(publish.IsCompleted);
        time.Advance(Hold);
        Assert.Equal(MqttClientPublishReasonCode.QuotaExceeded, (await publish).ReasonCode);
        Assert.Equal(1, service.Count(IngestOutcome.BeaconQueueFull));
        service.Store.Release.SetResult();
        for (int i = 0; i < IngestPolicy.FramesOfOneBeacon; i++)
            await client.NextAsync();
        await client.AssertServedAsync(99);
    }

    [Fact]
    public async Task Publishes_that_came_together_share_one_hold_and_a_ping_behind_them_waits_no_longer()
    {
        TestBeacon beacon = await service.EnrolAsync();
        await using (TestClient client = await TestClient.ConnectAsync(service, beacon))
            await client.AttestAsync();
        using TcpClient raw = await RawMqtt.ConnectAsync(service.Broker.Port, beacon);
        StallStore();
        Task timer = time.NextTimer(Hold);
        byte[] ping = [0xC0, 0];
        await raw.GetStream().WriteAsync((byte[])
        [
            .. RawMqtt.Publish(MqttTopics.ConnectionUp, 1, Records(beacon, 1)),
            .. RawMqtt.Publish(MqttTopics.ConnectionUp, 2, Records(beacon, 2)),
            .. RawMqtt.Publish(MqttTopics.ConnectionUp, 3, Records(beacon, 3)), .. ping,
        ]);
        await timer;
        time.Advance(Hold); // and no further
        byte[] heads = new byte[4];
        for (int i = 0; i < heads.Length; i++)
            (heads[i], _) = await RawMqtt.ReadAsync(raw.GetStream());
        // Answers to pings and acknowledgements are queues of their own in the broker: either may be sent first.
        Assert.Equal(
            [RawMqtt.Puback, RawMqtt.Puback, RawMqtt.Puback, RawMqtt.Pingresp], heads.Order());
        Assert.Equal(3, service.Metrics.AcknowledgedEarly.Value);
    }

    /// <summary>Publishes, and returns when the publish waits its whole hold.</summary>
    private async Task<Task<MqttClientPublishResult>> BeginAsync(TestClient client, byte[] frame)
    {
        Task timer = time.NextTimer(Hold);
        Task<MqttClientPublishResult> publish = client.PublishAsync(frame);
        await timer;
        return publish;
    }

    private void StallStore() => service.Store.CommitEntered =
        new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    private static byte[] Records(TestBeacon beacon, uint sequence) =>
        beacon.Session!.Records(beacon.Boot, 1, TestRecords.Report(sequence, [sequence]));
}
