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
        AcknowledgementHold hold = new(TimeSpan.FromSeconds(60), time);
        TimeSpan commit = Hold / 7 * 3;
        Assert.Equal([Hold, Hold - commit, Hold - (2 * commit), default], [Wait(), Wait(), Wait(), Wait()]);
        time.Advance(commit);
        Assert.Equal([commit, default], [Wait(), Wait()]);
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(Hold, Wait());

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
    public async Task A_store_that_stalls_costs_a_connection_one_hold_and_its_receipts_follow(
        MqttProtocolVersion version)
    {
        TestBeacon beacon = await service.EnrolAsync();
        await using TestClient client = await TestClient.ConnectAsync(service, beacon, version);
        await client.AttestAsync();
        StallStore();
        Task timer = time.NextTimer(Hold);
        Task<MqttClientPublishResult> first = client.PublishAsync(Records(beacon, 1));
        await timer;
        await service.Store.CommitEntered!.Task;
        Assert.False(first.IsCompleted);
        time.Advance(Hold);
        Assert.Equal(MqttClientPublishReasonCode.Success, (await first).ReasonCode);

        // No time passes from here on: what is behind the first is not held at all, a PINGREQ neither.
        for (uint sequence = 2; sequence <= 4; sequence++)
        {
            MqttClientPublishResult next = await client.PublishAsync(Records(beacon, sequence));
            Assert.Equal(MqttClientPublishReasonCode.Success, next.ReasonCode);
        }

        await client.Mqtt.PingAsync();
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
        Task timer = time.NextTimer(Hold);
        Task<MqttClientPublishResult> publish = client.PublishAsync(frame);
        await timer;
        await service.Store.CommitEntered!.Task;
        time.Advance(Hold);
        await publish;
        await client.PublishAsync(frame);
        await client.PublishAsync(frame);
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
        Task timer = time.NextTimer(Hold);
        Task<MqttClientPublishResult> publish = client.PublishAsync(Records(beacon, 1));
        await timer;
        time.Advance(Hold);
        await publish;
        for (uint sequence = 2; sequence <= IngestPolicy.FramesOfOneBeacon; sequence++)
            await client.PublishAsync(Records(beacon, sequence));
        time.Advance(Hold);
        timer = time.NextTimer(Hold);
        publish = client.PublishAsync(Records(beacon, 99));
        await timer;
        Assert.False(publish.IsCompleted);
        time.Advance(Hold);
        Assert.Equal(MqttClientPublishReasonCode.QuotaExceeded, (await publish).ReasonCode);
        Assert.Equal(1, service.Count(IngestOutcome.BeaconQueueFull));
        service.Store.Release.SetResult();
        for (int i = 0; i < IngestPolicy.FramesOfOneBeacon; i++)
            await client.NextAsync();
        await client.AssertServedAsync(99);
    }

    private void StallStore() => service.Store.CommitEntered =
        new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    private static byte[] Records(TestBeacon beacon, uint sequence) =>
        beacon.Session!.Records(beacon.Boot, 1, TestRecords.Report(sequence, [sequence]));
}
