using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Tests.Rendezvous.Broker;
using LumenLink.Tests.Rendezvous.Support;
using LumenLink.Tests.Uplink.Broker;
using Microsoft.Data.Sqlite;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace LumenLink.Tests.Uplink;

/// <summary>
/// Replicas of the service as processes beside the real Mosquitto, in its documented configuration. What a client does
/// here it does once: what is stored after a kill was not sent again.
/// </summary>
public sealed class MosquittoTests
{
    [MosquittoFact]
    public async Task A_frame_is_acknowledged_after_its_commit_so_a_killed_replica_loses_none()
    {
        await using MosquittoWorld world = await MosquittoWorld.StartAsync();
        Replica replica = await world.ServeAsync("a");
        TestBeacon beacon = await world.EnrolAsync();
        await using TestClient client = await ConnectAsync(world, beacon);
        await client.AttestAsync();
        await using (SqliteConnection holding = await world.HoldAsync())
        {
            for (uint sequence = 1; sequence <= 3; sequence++)
                await PublishAsync(client, sequence);
            await MosquittoWorld.ConditionAsync(
                async () => await replica.MetricAsync("lumenlink_broker_frames_held") == 3, "all are held");
            await replica.Process.KillAsync();
        }

        Assert.Equal(0, await StoredAsync(world));
        replica = await world.ServeAsync("a");
        await ReceiptedAsync(client, 3);
        Assert.Equal(3, await StoredAsync(world));
        Assert.Equal(3, await replica.MetricAsync("lumenlink_broker_redelivered_total"));
    }

    [MosquittoFact]
    public async Task A_replica_that_stops_finishes_what_it_has_and_leaves_the_rest_to_the_others()
    {
        await using MosquittoWorld world = await MosquittoWorld.StartAsync();
        Replica a = await world.ServeAsync("a");
        Replica b = await world.ServeAsync("b");
        TestBeacon beacon = await world.EnrolAsync();
        await using TestClient client = await ConnectAsync(world, beacon);
        await client.AttestAsync();
        const uint Before = IngestPolicy.FramesOfOneBeacon; // what a replica takes of one beacon at once
        await using (SqliteConnection holding = await world.HoldAsync())
        {
            for (uint sequence = 1; sequence <= Before; sequence++)
                await PublishAsync(client, sequence);
            await MosquittoWorld.ConditionAsync(
                async () => await a.MetricAsync("lumenlink_broker_frames_held") > 0, "the one that stops has some");
            await a.Process.SayAsync("stop");
            await a.Process.LineAsync("Leaving the broker");
        }

        Assert.Equal(0, await a.Process.ExitAsync());
        await ReceiptedAsync(client, Before);

        // Every second one of these would go to a member that is gone.
        for (uint sequence = Before + 1; sequence <= 2 * Before; sequence++)
            await PublishAsync(client, sequence);
        await ReceiptedAsync(client, Before);
        Assert.Equal(2 * Before, await StoredAsync(world));
        Assert.Equal(0, await b.MetricAsync("lumenlink_broker_redelivered_total"));
    }

    [MosquittoFact]
    public Task A_backlog_larger_than_the_window_ends_no_connection() => TakeBacklogAsync(1500, null, 0);

    [MosquittoFact]
    public Task A_backlog_larger_than_there_is_room_for_does_not_end_one_connection_after_the_other() =>
        TakeBacklogAsync(SharedBrokerPolicy.MaxWaiting + 4000, 4 * SharedBrokerPolicy.MaxWaiting, 1);

    /// <summary>A replica that was away while its share grew.</summary>
    /// <param name="backlog">Messages that wait for it.</param>
    /// <param name="maxQueued">What the broker keeps at most; null: as cloud/mosquitto has it.</param>
    /// <param name="ended">Connections that may end because of them.</param>
    private static async Task TakeBacklogAsync(int backlog, int? maxQueued, int ended)
    {
        await using MosquittoWorld world = await MosquittoWorld.StartAsync(maxQueued: maxQueued);
        Replica replica = await world.ServeAsync("a");
        TestBeacon beacon = await world.EnrolAsync();
        await using TestClient client = await ConnectAsync(world, beacon);
        await client.AttestAsync();
        await replica.Process.KillAsync();
        for (int i = 0; i < backlog; i++)
            await client.PublishAsync($"ll/1/{beacon.IdText}/s", [1]);

        // As a beacon does: the same record again until its receipt comes.
        replica = await world.ServeAsync("a", connects: false);
        await MosquittoWorld.ConditionAsync(
            async () =>
            {
                await PublishAsync(client, 1);
                return client.HasNext;
            },
            "a record is receipted");
        Assert.Equal(1, await StoredAsync(world));
        string[] exceeded = [.. replica.Process.Output.Split('\n').Where(line => line.EndsWith("MaximumExceeded"))];
        Assert.InRange(exceeded.Length, 0, ended);
    }

    [MosquittoFact]
    public async Task A_revoked_beacon_loses_its_connection_and_each_one_that_it_makes_again()
    {
        await using MosquittoWorld world = await MosquittoWorld.StartAsync();
        Replica a = await world.ServeAsync("a");
        Replica b = await world.ServeAsync("b");
        TestBeacon beacon = await world.EnrolAsync();
        TestBeacon other = await world.EnrolAsync("barn");
        await using TestClient stays = await ConnectAsync(world, other);
        await stays.AttestAsync();
        await using TestClient client = await ConnectAsync(world, beacon);
        await client.AttestAsync();
        await PublishAsync(client, 1);
        await ReceiptedAsync(client, 1);

        await MosquittoWorld.RevokeAsync(a, beacon);
        await client.Disconnected.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(1, await StoredAsync(world));

        // The firmware says that it is online first of all.
        await using TestClient again = await ConnectAsync(world, beacon);
        await again.Mqtt.PublishAsync(
            new MqttApplicationMessageBuilder().WithTopic($"ll/1/{beacon.IdText}/s").WithPayload("online")
                .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build());
        await again.Disconnected.WaitAsync(TimeSpan.FromSeconds(30));

        // Its session's key is good for nothing, whoever sends on its topic.
        double before = await RefusedAsync(a, b);
        await using TestClient third = await ConnectAsync(world, beacon);
        await PublishAsync(third, 2);
        await MosquittoWorld.ConditionAsync(
            async () => await RefusedAsync(a, b) > before, "the frame is refused");
        await third.Disconnected.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(1, await StoredAsync(world));

        await PublishAsync(stays, 1);
        await ReceiptedAsync(stays, 1);
        Assert.False(stays.Disconnected.IsCompleted, "another beacon was disconnected");
        Assert.Equal("ok", await MosquittoWorld.ReadinessAsync(a, "broker"));
    }

    [MosquittoFact]
    public async Task A_revocation_while_the_broker_is_away_is_told_when_it_is_back()
    {
        await using MosquittoWorld world = await MosquittoWorld.StartAsync();
        Replica replica = await world.ServeAsync("a");
        TestBeacon beacon = await world.EnrolAsync();
        await world.Mosquitto.Process.KillAsync();
        await MosquittoWorld.ConditionAsync(
            async () => await MosquittoWorld.ReadinessAsync(replica, "broker") == "away", "the broker is away");
        await MosquittoWorld.RevokeAsync(replica, beacon);
        await MosquittoWorld.ConditionAsync(
            async () => await replica.MetricAsync("lumenlink_broker_revocations_pending") == 1, "it is kept");
        await world.Mosquitto.StartAsync();
        await using TestClient client = await ConnectAsync(world, beacon);
        await MosquittoWorld.ConditionAsync(
            async () => await replica.MetricAsync("lumenlink_broker_revocations_pending") == 0, "the broker is told");
        Assert.Contains(beacon.IdText, world.Mosquitto.DisabledClients, StringComparison.Ordinal);
    }

    [MosquittoFact]
    public async Task Who_forges_topics_or_joins_the_replicas_group_makes_refusals_and_nothing_else()
    {
        await using MosquittoWorld world = await MosquittoWorld.StartAsync();
        Replica replica = await world.ServeAsync("a");
        TestBeacon beacon = await world.EnrolAsync();
        TestBeacon stranger = new("stranger");
        await using TestClient evil = await ConnectAsync(world, stranger);
        await evil.Mqtt.SubscribeAsync("$share/rendezvous/ll/1/+/u", MqttQualityOfServiceLevel.AtLeastOnce);
        await evil.Mqtt.SubscribeAsync($"ll/1/{beacon.IdText}/d", MqttQualityOfServiceLevel.AtLeastOnce);
        await using TestClient client = await ConnectAsync(world, beacon);
        await client.AttestAsync();
        for (uint sequence = 1; sequence <= 10; sequence++)
        {
            await PublishAsync(client, sequence);
            await ReceiptedAsync(client, 1);
        }

        Assert.False(evil.HasNext, "a stranger was given a frame of a beacon");

        // Another's topic, and the plugin's, are not its to write.
        foreach (string topic in new[] { client.Up, client.Down, "$CONTROL/dynamic-security/v1" })
        {
            MqttClientPublishResult denied = await evil.PublishAsync(topic, [1, 2, 3]);
            Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, denied.ReasonCode);
        }

        // Who claims to be the beacon forges tags, and a Hello of somebody else; its session lives on.
        await using TestClient claims = await ConnectAsync(world, beacon);
        await client.Disconnected.WaitAsync(TimeSpan.FromSeconds(30));
        byte[] forged = beacon.Session!.Records(beacon.Boot, 1, TestRecords.Report(11, [11]));
        forged[^1] ^= 1;
        for (int i = 0; i < 40; i++)
            await claims.PublishAsync(forged);
        await claims.PublishAsync(stranger.Hello());
        await MosquittoWorld.ConditionAsync(
            async () => await replica.MetricAsync("lumenlink_frames_total{outcome=\"TagMismatch\"}") == 40
                && await replica.MetricAsync("lumenlink_frames_total{outcome=\"BeaconMismatch\"}") == 1,
            "each is refused and counted");
        Assert.Equal(10, await StoredAsync(world));
        await PublishAsync(claims, 11);
        await ReceiptedAsync(claims, 1);
        Assert.Equal(11, await StoredAsync(world));
    }

    [MosquittoFact]
    public async Task Readiness_tells_a_broker_of_another_CA_and_one_that_cannot_end_connections()
    {
        await using MosquittoWorld world = await MosquittoWorld.StartAsync();
        Replica trusting = await world.ServeAsync("a", kind: "other");
        Assert.Equal(
            "ok, but it ends no connections of revoked beacons",
            await MosquittoWorld.ReadinessAsync(trusting, "broker"));
        string ca = Path.Combine(world.Folder, "other-ca.crt");
        await File.WriteAllTextAsync(ca, world.Operator.ForeignCa.ExportCertificatePem());
        Replica wary = await world.ServeAsync("b", connects: false, caFile: ca);
        await wary.Process.LineAsync("The connection to the broker at localhost");
        Assert.Equal("away", await MosquittoWorld.ReadinessAsync(wary, "broker"));
        Assert.DoesNotContain(Mosquitto.Password, wary.Process.Output, StringComparison.Ordinal);
    }

    private static Task<TestClient> ConnectAsync(MosquittoWorld world, TestBeacon beacon) => TestClient.ConnectAsync(
        world.Mosquitto.BeaconPort, beacon, MqttProtocolVersion.V500,
        tls => tls.WithCertificateValidationHandler(_ => true));

    private static async Task PublishAsync(TestClient client, uint sequence) =>
        Assert.Equal(
            MqttClientPublishReasonCode.Success,
            (await client.PublishAsync(
                client.Beacon.Session!.Records(client.Beacon.Boot, 1, TestRecords.Report(sequence, [sequence]))))
            .ReasonCode);

    private static async Task ReceiptedAsync(TestClient client, uint count)
    {
        for (uint i = 0; i < count; i++)
            client.Beacon.Session!.Receipt(await client.NextAsync());
    }

    private static Task<long> StoredAsync(MosquittoWorld world) =>
        world.ScalarAsync("SELECT count(*) FROM frames WHERE refused = 0");

    /// <summary>Frames under a session that is none any more, by whatever the replica noticed it.</summary>
    private static async Task<double> RefusedAsync(params Replica[] replicas)
    {
        double sum = 0;
        foreach (Replica replica in replicas)
        {
            foreach (string outcome in new[] { "SessionUnknown", "SessionEnded", "Revoked" })
                sum += await replica.MetricAsync($"lumenlink_frames_total{{outcome=\"{outcome}\"}}");
        }

        return sum;
    }
}
