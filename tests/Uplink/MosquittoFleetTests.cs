using LumenLink.Simulator;
using LumenLink.Tests.Uplink.Broker;
using LumenLink.Tests.Uplink.Support;
using Xunit.Abstractions;

namespace LumenLink.Tests.Uplink;

/// <summary>
/// Boards with the firmware as it is at the real Mosquitto over TLS, behind it two replicas that share their frames:
/// one of them and then the broker are killed in the midst.
/// </summary>
public sealed class MosquittoFleetTests(ITestOutputHelper output)
{
    private const int Boards = 3;
    private const int Speed = 30;
    private static readonly string[] Faults = ["ReceiptsMissed", "DownlinkRefused", "Connects", "FramesSent"];

    [MosquittoTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_replicas_and_brokers_lose_nothing_and_store_nothing_twice(bool hasDefaultQueues)
    {
        await using MosquittoWorld world = await MosquittoWorld.StartAsync(hasDefaultQueues);
        await world.ServeAsync("a");
        Replica killed = await world.ServeAsync("b");
        using SimWorld sim = SimWorld.Paced(Speed, MosquittoWorld.Now.ToUnixTimeMilliseconds(), seed: 1);
        FleetScheduler scheduler = new(sim);
        List<UplinkBoard> boards = await MakeAsync(world, sim);
        using CancellationTokenSource end = new();
        Task loop = Task.Factory.StartNew(() => scheduler.Run(end.Token), TaskCreationOptions.LongRunning);
        boards.ForEach(board => board.Driven.PowerOn());
        await UntilAsync(() => boards.All(board => board.Counter("Attestations") > 0), "all are attested", boards);
        await SettleAsync(boards, 3);

        await killed.Process.KillAsync();
        await SettleAsync(boards, 2);
        killed = await world.ServeAsync("b");
        await world.Mosquitto.Process.KillAsync();
        await world.Mosquitto.StartAsync();
        await SettleAsync(boards, 3);

        await MosquittoWorld.ConditionAsync(
            () => IsBalancedAsync(world, boards), () => "the books are even\n" + Describe(boards),
            withinSeconds: 120);
        output.WriteLine(
            $"queues {(hasDefaultQueues ? "default" : "recommended")}: "
            + string.Join(", ", Faults.Select(name => $"{name} {boards.Sum(board => board.Counter(name))}"))
            + $", records {boards.Sum(board => board.Counter("RecordsSettled"))}");
        Assert.All(boards, board => Assert.Equal(0, board.Counter("DroppedRecords")));
        boards.ForEach(board => board.Driven.PowerOff());
        await end.CancelAsync();
        await loop;
    }

    /// <summary>
    /// Whether all that the boards made is receipted, and stored once: at a moment in which none of them made more.
    /// What is lost or stored twice is so for ever, and then there is no such moment.
    /// </summary>
    private static async Task<bool> IsBalancedAsync(MosquittoWorld world, List<UplinkBoard> boards)
    {
        foreach (UplinkBoard board in boards)
        {
            board.Driven.RequestFlush();
            (long Waiting, long Settled, long Sightings) before = BooksOf(board);
            long id = unchecked((long)board.Id.Value);
            long records = await world.ScalarAsync(
                $"SELECT count(*) FROM frames WHERE refused = 0 AND beacon_id = {id}");
            long sightings = await world.ScalarAsync($"SELECT count(*) FROM sightings WHERE beacon_id = {id}");
            if (before != (0, records, sightings) || BooksOf(board) != before)
                return false;
        }

        return true;
    }

    private static (long Waiting, long Settled, long Sightings) BooksOf(UplinkBoard board) =>
        (board.Counter("QueueDepth"), board.Counter("RecordsSettled"), board.Counter("SightingsRecorded"));

    private static async Task<List<UplinkBoard>> MakeAsync(MosquittoWorld world, SimWorld sim)
    {
        DeviceImage image = DeviceImage.Load();
        string configuration = FormattableString.Invariant(
            $"""
            transports=mqtts://localhost:{world.Mosquitto.BeaconPort}
            audience=lumenlink-dev
            wifi_ssid=lumenlink-sim
            wifi_password=simulated
            root_key_1={Convert.ToHexStringLower(world.Operator.RootPublicKey)}
            privacy=raw
            hardware_model=65535
            region=north

            """);
        List<UplinkBoard> boards = [];
        for (int i = 0; i < Boards; i++)
        {
            boards.Add(new UplinkBoard(
                sim, image, world.Folder, new UplinkBoardMake($"board-{i}", (ulong)i + 1), world.Authority.Bundle,
                configuration));
            await world.EnrolAsync(boards[i]);
        }

        return boards;
    }

    /// <summary>Waits until every board has so many more records receipted.</summary>
    private static async Task SettleAsync(List<UplinkBoard> boards, int more)
    {
        long[] before = [.. boards.Select(board => board.Counter("RecordsSettled"))];
        await UntilAsync(
            () => boards.Zip(before).All(pair => pair.First.Counter("RecordsSettled") >= pair.Second + more),
            $"{more} more records of each are receipted", boards);
    }

    private static Task UntilAsync(Func<bool> holds, string what, List<UplinkBoard> boards) =>
        MosquittoWorld.ConditionAsync(
            () => Task.FromResult(holds()),
            () => what + "\n" + Describe(boards), withinSeconds: 120);

    private static string Describe(List<UplinkBoard> boards) => string.Join(
        '\n', boards.Select(board => string.Join(
            ", ", board.Driven.ReadCounters().Where(counter => counter.Value != 0))));
}
