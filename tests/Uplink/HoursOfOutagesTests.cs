using System.Data.Common;
using LumenLink.Simulator;
using LumenLink.Tests.Uplink.Support;

namespace LumenLink.Tests.Uplink;

/// <summary>Hours in which network, service and power come and go as a seed decides.</summary>
public sealed class HoursOfOutagesTests
{
    private const int Boards = 4;
    private const ulong Seed = 20260101;
    private static readonly TimeSpan Length = TimeSpan.FromHours(2);
    private static readonly TimeSpan DrainsWithin = TimeSpan.FromMinutes(30);

    [Fact]
    public async Task Every_record_that_was_durable_is_stored_once()
    {
        await using UplinkWorld world = await UplinkWorld.StartAsync(Seed, Boards);
        DurableRecords[] durable = [.. world.Boards.Select(board => Watch(world, board))];
        foreach (UplinkBoard board in world.Boards)
            board.Driven.PowerOn();
        Plan(world, durable, new Random((int)Seed));
        world.Run(Length);

        foreach (UplinkBoard board in world.Boards)
            board.Driven.RequestFlush();
        world.RunUntil(
            () => world.Boards.All(board => board.Counter("QueueDepth") == 0 && board.Counter("Attested") == 1),
            DrainsWithin, "empty queues");
        string state = world.Describe();
        Assert.All(durable, board => Assert.True(board.Cuts > 0, state));
        Assert.All(world.Boards, board => Assert.True(board.Board.Boots > 2, state));
        for (int i = 0; i < Boards; i++)
        {
            IReadOnlyCollection<(long, long)> wanted = durable[i].All();
            List<(long, long)> stored = await StoredAsync(world, world.Boards[i]);
            Assert.Equal(wanted, stored);
            Assert.True(wanted.Count > Length.TotalMinutes / 2, state);
            Assert.True(world.Boards[i].Counter("DroppedRecords") == 0, state);
            Assert.True(world.Boards[i].Counter("RecordsRefused") == 0, state);
            Assert.True(world.Boards[i].Board.UncaughtExceptions == 0, state);
        }
    }

    private static DurableRecords Watch(UplinkWorld world, UplinkBoard board)
    {
        DurableRecords durable = new(board);
        durable.OnCut = () => world.At(TimeSpan.FromMilliseconds(world.World.NowMs) + TimeSpan.FromSeconds(20), () =>
        {
            if (!board.Board.IsPowered)
                Restore(board);
        });
        board.Board.Flash.Faults = durable;
        return durable;
    }

    /// <summary>Everything that will go wrong, and when. Nothing is left broken at the end.</summary>
    private static void Plan(UplinkWorld world, DurableRecords[] durable, Random random)
    {
        for (int i = 0; i < Boards; i++)
        {
            UplinkBoard board = world.Boards[i];
            DurableRecords flash = durable[i];
            Often(random, 20, 600, (from, to) =>
            {
                world.At(from, () => board.Board.Network.IsUp = false);
                world.At(to, () => board.Board.Network.IsUp = true);
            });
            Often(random, 45, 300, (from, to) =>
            {
                world.At(from, board.Driven.PowerOff);
                world.At(to, () => Restore(board));
            });
            Often(random, 30, 1, (from, _) => world.At(
                from,
                () => flash.Arm(random.Next(2) == 0 ? FlashFault.PowerCutBefore : FlashFault.PowerCutAfter)));
        }

        Often(random, 40, 240, (from, to) =>
        {
            world.At(from, () => Wait(world.Service.StopAsync));
            world.At(to, () => Wait(world.Service.StartAgainAsync));
        });
    }

    /// <summary>Draws times at which something begins and ends, one after the other.</summary>
    private static void Often(Random random, int everyMinutes, int lastsSeconds, Action<TimeSpan, TimeSpan> happens)
    {
        TimeSpan at = TimeSpan.FromMinutes(2 + (random.NextDouble() * everyMinutes));
        while (at < Length - TimeSpan.FromMinutes(15))
        {
            TimeSpan end = at + TimeSpan.FromSeconds(1 + (random.NextDouble() * lastsSeconds));
            happens(at, end);
            at = end + TimeSpan.FromMinutes((0.5 + random.NextDouble()) * everyMinutes);
        }
    }

    private static void Restore(UplinkBoard board)
    {
        board.Driven.PowerOff();
        board.Driven.PowerOn();
    }

    private static void Wait(Func<Task> work) => Task.Run(work).GetAwaiter().GetResult();

    private static async Task<List<(long Boot, long Sequence)>> StoredAsync(UplinkWorld world, UplinkBoard board)
    {
        await using DbConnection connection = world.Service.Database.Connect();
        await connection.OpenAsync();
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT boot, seq FROM frames
            WHERE refused = 0 AND beacon_id = {unchecked((long)board.Id.Value)} ORDER BY boot, seq
            """;
        List<(long, long)> stored = [];
        await using DbDataReader rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
            stored.Add((rows.GetInt64(0), rows.GetInt64(1)));
        return stored;
    }
}
