using System.Net;
using System.Net.Http.Json;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Control;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Simulator;
using LumenLink.Tests.Uplink.Support;
using LumenLink.Tests.Uplink.Week;

namespace LumenLink.Tests.Uplink;

/// <summary>
/// The whole image under twenty schedules of its strands: each board has a seed of its own that decides at which host
/// calls loop, link job, supervisor and callbacks are suspended.
/// </summary>
public sealed class PreemptionTests
{
    private const int Seeds = 20;

    /// <summary>At first, after a cut, after another, by command.</summary>
    private const int Boots = 4;

    private const double ChancePerCall = 0.1;

    private static readonly TimeSpan Within = TimeSpan.FromMinutes(25);

    [Fact]
    public async Task No_schedule_loses_a_record_or_stops_a_strand()
    {
        await using UplinkWorld world = await UplinkWorld.StartAsync(1, [.. Enumerable.Range(1, Seeds).Select(MakeOf)]);
        using StoredSide stored = new(world);
        WeekBoard[] boards = [.. world.Boards.Select(board => new WeekBoard(world, board, stored.Has))];
        foreach (WeekBoard board in boards)
            board.Board.Driven.PowerOn();
        RunUntilAttested(world, boards);

        await CommandAsync(world, boards, "identify", 5);
        Disturb(world, boards);
        RunUntilAttested(world, boards);
        foreach (string command in (string[])["rescan", "send_diagnostics", "reattest", "reboot"])
            await CommandAsync(world, boards, command);
        world.RunUntil(() => boards.All(board => board.Board.Board.Boots == Boots), Within, "restarts");
        RunUntilAttested(world, boards);

        foreach (WeekBoard board in boards)
            board.Board.Driven.RequestFlush();
        world.RunUntil(() => boards.All(board => board.Board.Counter("QueueDepth") == 0), Within, "empty queues");
        foreach (WeekBoard board in boards)
            board.Lose();
        world.Run(TimeSpan.FromMinutes(1));
        KeepBooks(boards, stored);
        Assert.All(boards, Check);
        Assert.Equal(0, stored.Refused);
        Assert.True(boards.Select(board => board.Board.Board.Suspensions).Distinct().Count() > Seeds / 2);
    }

    private static UplinkBoardMake MakeOf(int seed) => new(
        FormattableString.Invariant($"board-{seed}"), (ulong)seed, 200, ReportMs: 20_000,
        Preemption: new Preemption((ulong)seed, ChancePerCall));

    /// <summary>Broker, network, service and power go and come back, one after the other.</summary>
    private static void Disturb(UplinkWorld world, WeekBoard[] boards)
    {
        TimeSpan lasts = TimeSpan.FromMinutes(2);
        world.Set(WayFault.Refused, WayFault.None);
        world.Run(lasts);
        world.Set(WayFault.Refused, WayFault.Refused);
        world.Run(3 * lasts);
        world.Set(WayFault.None, WayFault.None);
        ForHalf(boards, 0, board => board.Wifi(isUp: false));
        ForHalf(boards, 1, board => board.Board.Board.Network.IsBlackHole = true);
        world.Run(lasts);
        ForHalf(boards, 0, board => board.Wifi(isUp: true));
        ForHalf(boards, 1, board => board.Board.Board.Network.IsBlackHole = false);
        world.Run(lasts);
        world.StopService();
        world.Run(lasts);
        world.StartService();
        ForHalf(boards, 0, board => board.Ledger.Arm(FlashFault.PowerCutBefore));
        ForHalf(boards, 1, board => board.Ledger.Arm(FlashFault.PowerCutAfter));
        world.Run(lasts);
        foreach (WeekBoard board in boards)
            board.Restore();
    }

    private static void ForHalf(WeekBoard[] boards, int rest, Action<WeekBoard> what)
    {
        for (int i = rest; i < boards.Length; i += 2)
            what(boards[i]);
    }

    private static void RunUntilAttested(UplinkWorld world, WeekBoard[] boards) =>
        world.RunUntil(() => boards.All(board => board.Board.Counter("Attested") == 1), Within, "attested boards");

    /// <summary>Asks every board for a command and lets time pass until each says that it is done.</summary>
    private static async Task CommandAsync(UplinkWorld world, WeekBoard[] boards, string command, int argument = 0)
    {
        List<(BeaconId Board, uint Id)> asked = [];
        foreach (WeekBoard board in boards)
        {
            using HttpResponseMessage response = await world.Service.Http.PostAsync(
                new Uri($"/api/v1/admin/beacons/{board.Board.Id}/commands", UriKind.Relative),
                JsonContent.Create(new { command, argument }));
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            asked.Add((board.Board.Id, uint.Parse(response.Headers.Location!.ToString().Split('/')[^1], null)));
        }

        world.RunUntil(() => asked.TrueForAll(one => IsDone(world, one.Board, one.Id)), Within, command);
    }

    private static bool IsDone(UplinkWorld world, BeaconId board, uint id)
    {
        world.Service.Get<ControlPush>().LookAsync(default).GetAwaiter().GetResult();
        CommandView? asked = world.Service.Store.GetCommandAsync(1, board, id, default).GetAwaiter().GetResult();
        return asked?.Delivery.Outcome == ControlOutcome.Done;
    }

    private static void KeepBooks(WeekBoard[] boards, StoredSide stored)
    {
        foreach (WeekBoard board in boards)
            board.Ledger.Look();
        stored.Settle(boards);
    }

    private static void Check(WeekBoard board)
    {
        SimBoard sim = board.Board.Board;
        Assert.Empty(sim.Deadlocks);
        Assert.Null(sim.LastUncaught);
        Assert.Empty(board.Ledger.Complaints);
        Assert.Empty(board.Ledger.Missing);
        Assert.Empty(board.Ledger.Dropped);
        Assert.Equal((0, 0, 0), (board.Total("Faults"), board.Total("RecordsRefused"), board.Total("TornRecords")));
        Assert.True(board.Ledger.Stored > 30 && board.Ledger.Cuts == 1, $"{board.Ledger.Stored} stored");
        Assert.True(sim.Suspensions > 1000, $"{sim.Suspensions} suspensions");
    }
}
