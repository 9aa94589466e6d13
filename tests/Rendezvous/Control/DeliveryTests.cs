using LumenLink.Protocol;
using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Control;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Tests.Rendezvous.Broker;
using LumenLink.Tests.Rendezvous.Frames;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Control;

/// <summary>How commands and configurations get to a beacon, by either door and from any replica.</summary>
public sealed class DeliveryTests : IAsyncLifetime
{
    private ControlScene scene = null!;

    private RunningService Service => scene.Service;

    private BeaconSession Session => scene.Session;

    public async Task InitializeAsync() => scene = await ControlScene.StartAsync();

    public async Task DisposeAsync() => await scene.DisposeAsync();

    [Fact]
    public async Task A_command_reaches_a_connected_beacon_by_itself_and_its_end_is_kept()
    {
        await using TestClient client = await scene.ConnectAsync();
        uint id = await scene.CommandAsync(
            "identify", new { command = "identify", argument = 90, expires_in_s = 600 });
        CommandFrame command = Session.Command(await client.NextAsync());
        Assert.Equal(
            (id, BeaconCommand.Identify, (ushort)90, Service.Now.AddSeconds(600).ToUnixTimeMilliseconds()),
            (command.CommandId, command.Command, command.Argument, command.ExpiresUnixMs));
        Assert.Equal("sent", await scene.CommandAsync(id, "state"));
        await client.PublishAsync(Session.Ack(ControlSubject.Command, id, ControlOutcome.Done));
        Assert.Equal("acknowledged", await scene.CommandAsync(id, "state"));
        Assert.Equal(("done", "Done.", "1"),
            (await scene.CommandAsync(id, "outcome"), await scene.CommandAsync(id, "meaning"),
                await scene.CommandAsync(id, "sent_count")));
        Assert.Equal(1, scene.Count(IngestOutcome.Acknowledged));
        LumenMetrics metrics = Service.Get<LumenMetrics>();
        Assert.Equal((1, 1), (metrics.ControlSent(ControlSubject.Command).Value,
            metrics.ControlAcknowledged(ControlOutcome.Done).Value));
    }

    [Fact]
    public async Task Over_HTTP_what_waits_comes_behind_the_receipt_and_the_next_behind_the_acknowledgement()
    {
        await scene.Posts.AttestAsync();
        uint first = await scene.CommandAsync("identify");
        uint second = await scene.CommandAsync("send_diagnostics");
        Assert.Empty((await scene.Posts.PostAsync()).Frames);
        await scene.LookAsync();
        byte[][] down = (await scene.Posts.PostAsync(scene.Records())).Frames;
        Session.Receipt(down[0]);
        Assert.Equal(first, Session.Command(Assert.Single(down[1..])).CommandId);
        down = (await scene.Posts.PostAsync(
            Session.Ack(ControlSubject.Command, first, ControlOutcome.Done), scene.Records())).Frames;
        Session.Receipt(down[0]);
        Assert.Equal(second, Session.Command(Assert.Single(down[1..])).CommandId);
        Assert.Empty((await scene.Posts.PostAsync(
            Session.Ack(ControlSubject.Command, second, ControlOutcome.CommandUnknown))).Frames);
        Assert.Equal("command_unknown", await scene.CommandAsync(second, "outcome"));
    }

    [Fact]
    public async Task A_body_down_that_is_full_of_receipts_leaves_the_rest_to_the_next()
    {
        await scene.Posts.AttestAsync();
        await scene.Posts.PostAsync(scene.Records());
        uint id = await scene.CommandAsync("identify");
        await scene.LookAsync();
        byte[][] full = [.. Enumerable.Range(0, WireLimits.MaxPostFrames).Select(_ => scene.Records())];
        byte[][] down = (await scene.Posts.PostAsync(full)).Frames;
        Assert.Equal(WireLimits.MaxPostFrames, down.Length);
        Assert.All(down, frame => Session.Receipt(frame));
        Assert.Equal(id, Session.Command((await scene.Posts.PostAsync()).Frame).CommandId);
    }

    [Fact]
    public async Task What_is_not_acknowledged_comes_again_after_half_a_minute_and_not_before()
    {
        await scene.AttestAsync();
        uint id = await scene.CommandAsync("reboot");
        Assert.Equal(id, (await scene.NextCommandAsync()).CommandId);
        Assert.Empty(await scene.BehindAsync());
        Service.Advance(ControlPolicy.ResendAfter - TimeSpan.FromMilliseconds(1));
        Assert.Empty(await scene.BehindAsync());
        Service.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(id, (await scene.NextCommandAsync()).CommandId);
        Assert.Equal(IngestOutcome.Acknowledged, await scene.AckAsync(ControlSubject.Command, id));
        Service.Advance(TimeSpan.FromMinutes(10));
        Assert.Empty(await scene.BehindAsync());
        Assert.Equal("2", await scene.CommandAsync(id, "sent_count"));
    }

    [Fact]
    public async Task One_command_is_on_its_way_at_a_time_and_the_next_when_it_is_acknowledged_or_expired()
    {
        await scene.AttestAsync();
        uint first = await scene.CommandAsync("identify", new { command = "identify", expires_in_s = 60 });
        uint second = await scene.CommandAsync("rescan");
        uint third = await scene.CommandAsync("reattest");
        Assert.Equal(first, (await scene.NextCommandAsync()).CommandId);
        Assert.Empty(await scene.BehindAsync());
        Service.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(second, (await scene.NextCommandAsync()).CommandId);
        Assert.Equal("expired", await scene.CommandAsync(first, "state"));
        FrameAnswer answer = await Service.HandleAsync(
            scene.Beacon, Session.Ack(ControlSubject.Command, second, ControlOutcome.Done));
        Assert.Equal(third, Session.Command(Assert.Single(answer.Behind).ToArray()).CommandId);
    }

    [Fact]
    public async Task A_configuration_is_signed_once_as_the_specification_says_and_sent_until_its_end_is_known()
    {
        await scene.AttestAsync();
        Assert.Equal(1u, await scene.ConfigureAsync("report_ms=30000\nregion=hall 2"));
        byte[] frame = Assert.Single(await scene.BehindAsync());
        ConfigFrame config = Session.Config(frame);
        Assert.Equal(1u, config.Version);
        Assert.Equal("report_ms=30000\nregion=hall 2\n"u8, config.Text.AsSpan(config.TextOffset, config.TextLength));
        byte[] id = new byte[8];
        scene.Beacon.Id.CopyTo(id);
        byte[] message = [.. TestBeacon.Domain("LL1.config"), .. id, .. frame.AsSpan(6, frame.Length - 6 - 72)];
        Assert.True(TestBeacon.Verify(config.Certificate.Key, message, config.Signature));
        byte[] certificate = frame[(12 + config.TextLength)..^72];
        Assert.Equal((141, 2), (certificate.Length, certificate[8]));
        Assert.True(TestBeacon.Verify(
            Service.Operator.RootPublicKey,
            [.. TestBeacon.Domain("LL1.cert"), .. certificate.AsSpan(0, 77)], certificate[77..]));

        Service.Advance(ControlPolicy.ResendAfter);
        Assert.Equal(frame, Assert.Single(await scene.BehindAsync()));
        await scene.AckAsync(ControlSubject.Configuration, 1, ControlOutcome.Accepted);
        Assert.Equal("on_trial", await scene.ConfigurationAsync("state"));
        Service.Advance(ControlPolicy.ResendAfter);
        Assert.Empty(await scene.BehindAsync());
        Service.Advance(ControlPolicy.AskAgainAfter);
        Assert.Equal(frame, Assert.Single(await scene.BehindAsync()));
        await scene.AckAsync(ControlSubject.Configuration, 1, ControlOutcome.Done);
        Service.Advance(TimeSpan.FromHours(1));
        Assert.Empty(await scene.BehindAsync());
        Assert.Equal("in_effect", await scene.ConfigurationAsync("state"));
    }

    [Fact]
    public async Task A_beacon_that_forgot_what_was_in_effect_is_sent_it_again_by_itself()
    {
        await scene.AttestAsync();
        await scene.ConfigureAsync("region=attic");
        byte[] frame = Assert.Single(await scene.BehindAsync());
        await scene.AckAsync(ControlSubject.Configuration, 1);
        Service.Advance(TimeSpan.FromHours(1));
        await scene.TellAsync(configVersion: 1);
        Assert.Empty(await scene.BehindAsync());
        Assert.Equal("in_effect", await scene.ConfigurationAsync("state"));

        await scene.TellAsync(configVersion: 0);
        Assert.Equal("sent", await scene.ConfigurationAsync("state"));
        Assert.Equal(frame, Assert.Single(await scene.BehindAsync()));
        await scene.AckAsync(ControlSubject.Configuration, 1, ControlOutcome.Accepted);
        Assert.Equal("on_trial", await scene.ConfigurationAsync("state"));
        await scene.AckAsync(ControlSubject.Configuration, 1);
        Assert.Equal(("in_effect", "2"),
            (await scene.ConfigurationAsync("state"), await scene.ConfigurationAsync("sent_count")));
        Assert.Empty(await scene.BehindAsync());
    }

    [Fact]
    public async Task Command_and_configuration_come_in_one_answer()
    {
        await scene.AttestAsync();
        await scene.CommandAsync("identify");
        await scene.ConfigureAsync("region=a");
        byte[][] behind = await scene.BehindAsync();
        Assert.Equal(2, behind.Length);
        Assert.Equal(BeaconCommand.Identify, Session.Command(behind[0]).Command);
        Assert.Equal(1u, Session.Config(behind[1]).Version);
    }

    [Fact]
    public async Task A_session_that_was_not_confirmed_gets_nothing()
    {
        await using TestClient client =
            await TestClient.ConnectAsync(Service.Get<EmbeddedBroker>().Port, scene.Beacon);
        await client.AttestAsync();
        uint id = await scene.CommandAsync("identify");
        await scene.LookAsync();
        await client.PublishAsync(scene.Beacon.Hello());
        Assert.Equal((byte)FrameType.Challenge, (await client.NextAsync())[1]);
        Assert.Equal("waiting", await scene.CommandAsync(id, "state"));
        await client.PublishAsync(scene.Records());
        Session.Receipt(await client.NextAsync());
        await scene.LookAsync();
        Assert.Equal(id, Session.Command(await client.NextAsync()).CommandId);
    }

    [Fact]
    public async Task A_new_session_takes_over_when_the_beacon_confirms_it()
    {
        await scene.AttestAsync();
        BeaconSession old = Session;
        Assert.Equal(IngestOutcome.Attested, await Service.AttestAsync(scene.Beacon));
        uint id = await scene.CommandAsync("identify");
        await scene.LookAsync();
        FrameAnswer answer = await Service.HandleAsync(
            scene.Beacon, old.Records(scene.Beacon.Boot, 1, TestRecords.Report(50, [1])));
        Assert.Equal(id, old.Command(Assert.Single(answer.Behind).ToArray()).CommandId);
        await scene.BehindAsync();
        Service.Advance(ControlPolicy.ResendAfter);
        Assert.Equal(id, (await scene.NextCommandAsync()).CommandId);
    }

    [Fact]
    public async Task What_is_asked_at_one_replica_is_delivered_by_the_one_that_has_the_connection()
    {
        await using RunningService other = await Service.StartReplicaAsync();
        await using TestClient client = await scene.ConnectAsync();
        uint id = await scene.CommandAsync("identify", at: other);
        Assert.Equal(id, Session.Command(await client.NextAsync()).CommandId);
        await client.PublishAsync(Session.Ack(ControlSubject.Command, id, ControlOutcome.Done));
        Assert.Equal(
            "acknowledged",
            (await other.ReadAsync($"{scene.Path}/commands/{id}")).GetProperty("state").GetString());
        Assert.Equal(0, other.Get<LumenMetrics>().ControlSent(ControlSubject.Command).Value);
    }

    [Fact]
    public async Task What_waits_survives_a_restart()
    {
        await scene.AttestAsync();
        uint id = await scene.CommandAsync("identify");
        await Service.StopAsync();
        await Service.StartAgainAsync();
        Assert.Equal(id, (await scene.NextCommandAsync()).CommandId);
    }

    [Fact]
    public async Task A_beacon_that_moved_to_HTTP_gets_it_there_though_its_connection_is_not_over()
    {
        await using TestClient client = await scene.ConnectAsync();
        await scene.Posts.PostAsync(scene.Records());
        uint id = await scene.CommandAsync("identify");
        await scene.LookAsync();
        byte[][] down = (await scene.Posts.PostAsync(scene.Records())).Frames;
        Assert.Equal(id, Session.Command(down[^1]).CommandId);
        Assert.False(client.HasNext);
    }

    [Fact]
    public async Task A_store_that_fails_keeps_nothing_back_but_the_command()
    {
        await scene.AttestAsync();
        uint id = await scene.CommandAsync("identify");
        await scene.LookAsync();
        await Service.Database.ExecuteAsync(
            "CREATE TRIGGER broken BEFORE UPDATE ON commands BEGIN SELECT RAISE(ABORT, 'broken on purpose'); END");
        FrameAnswer answer = await Service.HandleAsync(scene.Beacon, scene.Records());
        Assert.Equal((IngestOutcome.Accepted, 0), (answer.Outcome, answer.Behind.Count));
        Session.Receipt(answer.Reply.ToArray());
        Assert.Equal(1, Service.Get<LumenMetrics>().ControlFailures.Value);
        await Service.Database.ExecuteAsync("DROP TRIGGER broken");
        Assert.Equal(id, (await scene.NextCommandAsync()).CommandId);
    }
}
