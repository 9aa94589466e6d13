using LumenLink.Bench;
using LumenLink.Tests.Rendezvous.Broker;
using LumenLink.Tests.Rendezvous.Support;
using LumenLink.Tests.Uplink.Broker;
using MQTTnet;
using MQTTnet.Formatter;
using Xunit.Abstractions;

namespace LumenLink.Tests.Uplink;

/// <summary>
/// Replicas of the service behind the real Mosquitto, over one PostgreSQL, that come and go under load.
/// </summary>
public sealed class RollingReplicaTests(ITestOutputHelper output)
{
    private const int Beacons = 6;
    private const int Between = 15;

    /// <summary>
    /// Each of three replicas is ended by SIGTERM while frames are on their way, after another one has come in its
    /// place. A client sends each record once, and would fail without its receipt: not one is asked for again.
    /// </summary>
    [MosquittoPostgresFact]
    public async Task Replicas_come_and_go_under_load_and_no_record_is_lost_doubled_or_asked_for_again()
    {
        await using MosquittoWorld world = await MosquittoWorld.StartAsync(isPostgres: true);
        Queue<Replica> replicas = new();
        foreach (string name in (string[])["a", "b", "c"])
            replicas.Enqueue(await world.ServeAsync(name));
        List<Sender> senders = [];
        for (int i = 0; i < Beacons; i++)
            senders.Add(await Sender.StartAsync(world, await world.EnrolAsync($"board-{i}")));
        await MoreAsync(senders);
        double redelivered = 0;
        foreach (string name in (string[])["d", "e", "f"])
        {
            replicas.Enqueue(await world.ServeAsync(name));
            await MoreAsync(senders);
            Replica leaving = replicas.Dequeue();
            redelivered += await leaving.MetricAsync("lumenlink_broker_redelivered_total");
            await leaving.Process.TerminateAsync();
            Assert.Equal(0, await leaving.Process.ExitAsync());
            await MoreAsync(senders);
        }

        long sent = 0;
        foreach (Sender sender in senders)
            sent += await sender.StopAsync();
        foreach (Replica replica in replicas)
            redelivered += await replica.MetricAsync("lumenlink_broker_redelivered_total");
        output.WriteLine($"records {sent}, sent again 0, delivered again by the broker {redelivered}");
        Assert.Equal(sent, await world.ScalarAsync("SELECT count(*) FROM frames WHERE refused = 0"));
        Assert.Equal(sent, await world.ScalarAsync("SELECT count(*) FROM sightings"));
        Assert.Equal(sent, await world.ScalarAsync("SELECT sum(record_count)::bigint FROM beacon_activity"));
        Assert.True(sent > 6 * Beacons * Between);
    }

    /// <summary>
    /// The one that does the upkeep is killed: PostgreSQL sees its connection end, and another one does it, without a
    /// word between them.
    /// </summary>
    [MosquittoPostgresFact]
    public async Task When_the_replica_with_the_upkeep_is_killed_another_has_it_within_a_minute()
    {
        await using MosquittoWorld world = await MosquittoWorld.StartAsync(isPostgres: true);
        Replica first = await world.ServeAsync("a");
        await MosquittoWorld.ConditionAsync(() => HasUpkeepAsync(first), "the first one has it");
        Replica second = await world.ServeAsync("b");
        Assert.False(await HasUpkeepAsync(second));
        await first.Process.KillAsync();
        await MosquittoWorld.ConditionAsync(
            () => HasUpkeepAsync(second), () => "the second one has it\n" + second.Process.Output, withinSeconds: 120);
    }

    private static async Task<bool> HasUpkeepAsync(Replica replica) =>
        await replica.MetricAsync("lumenlink_upkeep_held ") == 1;

    /// <summary>Waits until each has so many more receipts.</summary>
    private static Task MoreAsync(List<Sender> senders) =>
        Task.WhenAll(senders.Select(sender => sender.ReachAsync(sender.Receipted + Between)));

    /// <summary>
    /// A beacon that sends one record after the other, each once, when the receipt of the one before is there.
    /// </summary>
    private sealed class Sender
    {
        private readonly TestClient _client;
        private readonly CancellationTokenSource _end = new();
        private readonly Task _running;
        private TaskCompletionSource _progress = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private Sender(TestClient client)
        {
            _client = client;
            _running = Task.Run(RunAsync);
        }

        public long Receipted { get; private set; }

        public static async Task<Sender> StartAsync(MosquittoWorld world, TestBeacon beacon)
        {
            TestClient client = await TestClient.ConnectAsync(
                world.Mosquitto.BeaconPort, beacon, MqttProtocolVersion.V500,
                tls => tls.WithCertificateValidationHandler(_ => true));
            await client.AttestAsync();
            return new Sender(client);
        }

        public async Task ReachAsync(long receipted)
        {
            while (Receipted < receipted)
            {
                Task progress = Volatile.Read(ref _progress).Task;
                if (Receipted < receipted && await Task.WhenAny(progress, _running) == _running)
                    await _running;
            }
        }

        public async Task<long> StopAsync()
        {
            await _end.CancelAsync();
            await _running;
            await _client.DisposeAsync();
            return Receipted;
        }

        private async Task RunAsync()
        {
            TestBeacon beacon = _client.Beacon;
            for (uint sequence = 1; !_end.IsCancellationRequested; sequence++)
            {
                MqttClientPublishResult taken = await _client.PublishAsync(
                    beacon.Session!.Records(beacon.Boot, 1, TestRecords.Report(sequence, [sequence])));
                Assert.Equal(MqttClientPublishReasonCode.Success, taken.ReasonCode);
                beacon.Session!.Receipt(await _client.NextAsync());
                Receipted = sequence;
                Interlocked.Exchange(
                    ref _progress, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
                    .SetResult();
            }
        }
    }
}

/// <summary>Skipped, with the reason, where Mosquitto or PostgreSQL is not installed.</summary>
public sealed class MosquittoPostgresFact : FactAttribute
{
    public MosquittoPostgresFact() => Skip = Mosquitto.SkipReason ?? PostgresCluster.SkipReason;
}
