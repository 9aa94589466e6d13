using LumenLink.Protocol;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace LumenLink.Tests.Rendezvous.Broker;

public sealed class EmbeddedBrokerTests : IAsyncLifetime
{
    /// <summary>Stands still: no PUBACK comes early because the machine is slow.</summary>
    private readonly TestService service = new(new SteppedTime());
    private TestBeacon beacon = new();

    public async Task InitializeAsync()
    {
        await service.StartAsync();
        beacon = await service.EnrolAsync();
    }

    public async Task DisposeAsync()
    {
        service.Store.Release.TrySetResult();
        await service.DisposeAsync();
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task A_beacon_connects_attests_and_is_receipted(MqttProtocolVersion version)
    {
        await using TestClient client = await TestClient.ConnectAsync(service, beacon, version);
        await client.AttestAsync();
        await client.AssertServedAsync(1);
        MqttClientPublishResult hint = await client.PublishAsync($"ll/1/{beacon.IdText}/s", "online"u8.ToArray());
        Assert.Equal(MqttClientPublishReasonCode.Success, hint.ReasonCode);
        Assert.True(service.Broker.CanReach(beacon.Id));
        Assert.Equal(
            (1, 1, 1, 1, 1),
            (service.Count(TokenOutcome.Accepted), service.Count(IngestOutcome.Challenged),
                service.Count(IngestOutcome.Attested), service.Count(IngestOutcome.Accepted),
                service.Count(IngestOutcome.StatusHint)));
    }

    [Fact]
    public async Task A_receipt_grants_the_short_topic_and_what_comes_there_is_the_connections_own()
    {
        await using TestClient client = await TestClient.ConnectAsync(service, beacon);
        await client.AttestAsync();
        await client.PublishAsync(client.Up, beacon.Session!.Records(5, 1, TestRecords.Report(1, [7])));
        byte[] frame = await client.NextAsync();
        ReceiptFrame receipt = new();
        Assert.True(beacon.Session.Opens(frame));
        Assert.Equal(WireError.None, receipt.Read(frame, 0, frame.Length));
        Assert.True(receipt.GrantsShortTopic);
        await client.PublishAsync("u", beacon.Session.Records(5, 2, TestRecords.Report(2, [8])));
        Assert.True(beacon.Session.Receipt(await client.NextAsync()).IsSettled(2));
        Assert.All(service.Store.Records.Keys, key => Assert.Equal(beacon.Id, key.Beacon));
    }

    [Fact]
    public async Task A_PUBACK_and_a_receipt_wait_for_the_commit()
    {
        await using TestClient client = await TestClient.ConnectAsync(service, beacon);
        await client.AttestAsync();
        service.Store.CommitEntered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<MqttClientPublishResult> publish =
            client.PublishAsync(beacon.Session!.Records(5, 1, TestRecords.Report(1, [7])));
        await service.Store.CommitEntered.Task;

        // Another beacon's whole exchange goes through meanwhile; a PUBACK sent too early would be here by then.
        await using TestClient other = await TestClient.ConnectAsync(service, await service.EnrolAsync("cellar"));
        await other.AttestAsync();
        Assert.False(publish.IsCompleted);
        Assert.False(client.HasNext);
        service.Store.Release.SetResult();
        Assert.Equal(MqttClientPublishReasonCode.Success, (await publish).ReasonCode);
        Assert.True(beacon.Session!.Receipt(await client.NextAsync()).IsSettled(1));
    }

    [Fact]
    public async Task What_is_forged_truncated_or_not_the_beacons_own_is_refused_by_name_and_the_next_frame_is_served()
    {
        TestBeacon neighbour = await service.EnrolAsync("cellar");
        await using TestClient other = await TestClient.ConnectAsync(service, neighbour);
        await other.AttestAsync();
        await using TestClient client = await TestClient.ConnectAsync(service, beacon);
        await client.AttestAsync();
        byte[] good = beacon.Session!.Records(5, 1, TestRecords.Report(100, [7]));
        byte[] forged = [.. good];
        forged[^1] ^= 1;
        byte[] theirs = neighbour.Session!.Records(5, 1, TestRecords.Report(100, [7]));
        (string Topic, byte[] Frame, IngestOutcome Outcome, MqttClientPublishReasonCode Code)[] cases =
        [
            ("u", forged, IngestOutcome.TagMismatch, MqttClientPublishReasonCode.PayloadFormatInvalid),
            ("u", theirs, IngestOutcome.SessionOfAnotherBeacon, MqttClientPublishReasonCode.PayloadFormatInvalid),
            ("u/", good, IngestOutcome.TopicNotOwn, MqttClientPublishReasonCode.NotAuthorized),
            (client.Up, forged, IngestOutcome.TagMismatch, MqttClientPublishReasonCode.PayloadFormatInvalid),
            (client.Up, theirs, IngestOutcome.SessionOfAnotherBeacon, MqttClientPublishReasonCode.PayloadFormatInvalid),
            (client.Up, good[..4], IngestOutcome.TooShort, MqttClientPublishReasonCode.PayloadFormatInvalid),
            (client.Up, [], IngestOutcome.TooShort, MqttClientPublishReasonCode.PayloadFormatInvalid),
            (client.Up, new byte[2100],
             IngestOutcome.PayloadTooLarge, MqttClientPublishReasonCode.PayloadFormatInvalid),
            (other.Up, good, IngestOutcome.TopicNotOwn, MqttClientPublishReasonCode.NotAuthorized),
            (client.Down, good, IngestOutcome.TopicNotOwn, MqttClientPublishReasonCode.NotAuthorized),
            ("ll/1/x/u", good, IngestOutcome.TopicNotOwn, MqttClientPublishReasonCode.NotAuthorized),
            (client.Up, neighbour.Hello(), IngestOutcome.BeaconMismatch, MqttClientPublishReasonCode.NotAuthorized),
            ($"ll/1/{beacon.IdText}/s", [0xFF],
             IngestOutcome.ValueInvalid, MqttClientPublishReasonCode.PayloadFormatInvalid),
        ];
        uint sequence = 1;
        foreach (var (topic, frame, outcome, code) in cases)
        {
            double before = service.Count(outcome);
            Assert.Equal((outcome, code), (outcome, (await client.PublishAsync(topic, frame)).ReasonCode));
            Assert.Equal((outcome, before + 1), (outcome, service.Count(outcome)));
            await client.AssertServedAsync(sequence++);
        }

        await other.AssertServedAsync(1);
    }

    [Fact]
    public async Task A_megabyte_is_refused_before_it_is_read_and_hurts_nobody_else()
    {
        await using TestClient other = await TestClient.ConnectAsync(service, await service.EnrolAsync("cellar"));
        await other.AttestAsync();
        await using TestClient client = await TestClient.ConnectAsync(service, beacon);
        await Assert.ThrowsAnyAsync<Exception>(() => client.PublishAsync(new byte[1 << 20]));
        await client.Disconnected;
        Assert.Equal(1, service.Count(IngestOutcome.PayloadTooLarge));
        await other.AssertServedAsync(1);
        await using TestClient again = await TestClient.ConnectAsync(service, beacon);
        await again.AttestAsync();
        await again.AssertServedAsync(1);
    }

    [Fact]
    public async Task Retained_and_QoS_2_messages_are_refused()
    {
        await using TestClient client = await TestClient.ConnectAsync(service, beacon);
        byte[] frame = beacon.Hello();
        MqttClientPublishResult retained = await client.PublishAsync(client.Up, frame, retain: true);
        Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, retained.ReasonCode);
        MqttClientPublishResult exactlyOnce =
            await client.PublishAsync(client.Up, frame, MqttQualityOfServiceLevel.ExactlyOnce);
        Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, exactlyOnce.ReasonCode);
        Assert.Equal(2, service.Count(IngestOutcome.DeliveryNotAllowed));
        Assert.Equal(0, service.Count(IngestOutcome.Challenged));
    }

    [Theory]
    [InlineData("#")]
    [InlineData("ll/1/+/d")]
    [InlineData("ll/1/AAAAAAAAAAA/d")]
    [InlineData("$SYS/#")]
    public async Task Only_the_own_down_topic_can_be_subscribed_to(string filter)
    {
        await using TestClient client = await TestClient.ConnectAsync(service, beacon);
        MqttClientSubscribeResult result = await client.Mqtt.SubscribeAsync(filter);
        Assert.Equal(MqttClientSubscribeResultCode.NotAuthorized, result.Items.Single().ResultCode);
        Assert.Equal(1, service.Count(IngestOutcome.SubscriptionNotOwn));
    }

    [Fact]
    public async Task Each_bad_token_is_refused_under_its_own_outcome_and_a_good_one_accepted_after()
    {
        string used = beacon.Token("lumenlink-dev", 5, 10);
        await using (TestClient first = new(beacon))
            Assert.Equal(MqttClientConnectResultCode.Success, await first.TryConnectAsync(service, used));
        await using (TestClient retry = new(beacon))
            Assert.Equal(MqttClientConnectResultCode.Success, await retry.TryConnectAsync(service, used));
        service.Time.Advance(TimeSpan.FromSeconds(31));
        (string Token, TokenOutcome Outcome, MqttClientConnectResultCode Code)[] cases =
        [
            (used, TokenOutcome.Used, MqttClientConnectResultCode.NotAuthorized),
            (beacon.Token("elsewhere", 5, 11),
             TokenOutcome.SignatureInvalid, MqttClientConnectResultCode.NotAuthorized),
            (beacon.Token("lumenlink-dev", 4, 99), TokenOutcome.EarlierBoot, MqttClientConnectResultCode.NotAuthorized),
            ("hunter2", TokenOutcome.Malformed, MqttClientConnectResultCode.BadUserNameOrPassword),
        ];
        foreach (var (token, outcome, code) in cases)
        {
            await using TestClient client = new(beacon);
            Assert.Equal((outcome, code), (outcome, await client.TryConnectAsync(service, token)));
            Assert.Equal((outcome, 1), (outcome, service.Count(outcome)));
        }

        TestBeacon stranger = new("stranger");
        await using TestClient unknown = new(stranger);
        Assert.Equal(
            MqttClientConnectResultCode.NotAuthorized, await unknown.TryConnectAsync(service, stranger.Token()));
        Assert.Equal(1, service.Count(TokenOutcome.BeaconUnknown));
        await using TestClient misnamed = new(beacon);
        Assert.Equal(
            MqttClientConnectResultCode.BadUserNameOrPassword,
            await misnamed.TryConnectAsync(service, beacon.Token("lumenlink-dev", 5, 11), userName: stranger.IdText));
        await using TestClient good = new(beacon);
        Assert.Equal(
            MqttClientConnectResultCode.Success,
            await good.TryConnectAsync(service, beacon.Token("lumenlink-dev", 5, 11)));
        Assert.Equal(1, service.Count(TokenOutcome.Retry));
    }

    [Fact]
    public async Task A_store_that_fails_turns_connections_away_without_using_their_tokens_up()
    {
        string token = beacon.Token();
        service.Store.Failure = new IOException("no route to the database");
        await using (TestClient client = new(beacon))
            Assert.Equal(MqttClientConnectResultCode.ServerUnavailable, await client.TryConnectAsync(service, token));
        Assert.Equal(1, service.Count(TokenOutcome.CouldNotCheck));
        service.Store.Failure = null;
        await using TestClient again = new(beacon);
        Assert.Equal(MqttClientConnectResultCode.Success, await again.TryConnectAsync(service, token));
    }

    [Fact]
    public async Task A_revoked_beacon_is_disconnected_and_stays_out()
    {
        await using TestClient client = await TestClient.ConnectAsync(service, beacon);
        await client.AttestAsync();
        await service.Store.RevokeAsync(beacon.Id, "test", service.Time.Now, default);
        _ = client.PublishAsync(beacon.Session!.Records(5, 1, TestRecords.Report(1, [7])));
        await client.Disconnected;
        Assert.Equal(1, service.Count(IngestOutcome.Revoked));
        await using TestClient again = new(beacon);
        Assert.Equal(MqttClientConnectResultCode.NotAuthorized, await again.TryConnectAsync(service, beacon.Token()));
        Assert.Empty(service.Store.Records);
    }

    [Fact]
    public async Task A_connection_can_be_ended_from_the_service()
    {
        await using TestClient client = await TestClient.ConnectAsync(service, beacon);
        await service.Broker.DisconnectAsync(beacon.Id, IngestOutcome.Revoked);
        await client.Disconnected;
    }

    [Fact]
    public async Task A_client_that_sends_nothing_good_is_disconnected()
    {
        await using TestClient client = await TestClient.ConnectAsync(service, beacon);
        for (int i = 0; i <= IngestPolicy.BadPacketBurst && client.Mqtt.IsConnected; i++)
            _ = client.PublishAsync(client.Up, [9]);
        await client.Disconnected;
        Assert.InRange(
            service.Count(IngestOutcome.VersionUnknown), IngestPolicy.BadPacketBurst, IngestPolicy.BadPacketBurst + 1);
    }
}
