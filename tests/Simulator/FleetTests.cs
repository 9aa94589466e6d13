using LumenLink.Simulator;

namespace LumenLink.Tests.Simulator;

public sealed class FleetTests
{
    private const string Composition = "HelloDevice.HelloComposition";

    [Fact]
    public void A_hello_beacon_runs_an_hour_of_virtual_time_exactly()
    {
        using TestWorld test = new();
        SimBoard board = test.Board(radio: new SyntheticCrowd(7));
        DrivenBoard driven = new(board, TestWorld.Image, Composition);
        driven.PowerOn();
        test.Scheduler.RunUntil(3_600_000 - 1);
        Assert.Equal(360, driven.ReadCounters()["Windows"]);
        Assert.Equal(360, driven.LinkJobs);
        Assert.Equal(driven.ReadCounters()["Heard"], board.RadioLog.Delivered);
        Assert.InRange(board.RadioLog.Delivered, 360 * 5, 360 * 8);
        Assert.Equal(new ScanWindow(0, 9000, board.RadioLog.Windows[0].Delivered), board.RadioLog.Windows[0]);
        Assert.All(board.RadioLog.Windows, window => Assert.Equal(9000, window.CloseMs - window.OpenMs));
        // Two switches and one wake by the link job in each 10 s cycle, and the first tick.
        Assert.InRange(driven.Ticks, 360 * 3 - 2, 360 * 3 + 2);
        Assert.Equal(0, board.UncaughtExceptions);
    }

    [Fact]
    public void A_flush_closes_the_window_at_its_time()
    {
        using TestWorld test = new();
        SimBoard board = test.Board(radio: new SyntheticCrowd(7));
        DrivenBoard driven = new(board, TestWorld.Image, Composition);
        driven.PowerOn();
        test.Scheduler.At(4321, driven.RequestFlush);
        test.Scheduler.RunUntil(60_000);
        Assert.Equal(4321, Assert.Single(board.RadioLog.Windows).CloseMs);
    }

    [Fact]
    public void Power_cycles_drop_memory_and_keep_the_world()
    {
        using TestWorld test = new();
        SimBoard board = test.Board(radio: new SyntheticCrowd(7));
        DrivenBoard driven = new(board, TestWorld.Image, Composition);
        driven.PowerOn();
        test.Scheduler.RunUntil(25_000);
        Assert.Equal(2, driven.ReadCounters()["Windows"]);
        driven.PowerOff();
        Assert.Empty(driven.ReadCounters());
        test.Scheduler.RunUntil(50_000);
        Assert.InRange(board.RadioLog.Windows[^1].CloseMs, 20_001, 25_000);
        driven.PowerOn();
        test.Scheduler.RunUntil(61_000);
        Assert.Equal(1, driven.ReadCounters()["Windows"]);
        Assert.Equal(50_000, board.RadioLog.Windows[^1].OpenMs);
        Assert.Equal(2, board.Boots);
    }

    [Fact]
    public void A_loop_that_lets_no_time_pass_is_ended_not_run_for_ever()
    {
        using TestWorld test = new();
        SimBoard board = test.Board();
        DrivenBoard driven = new(board, TestWorld.Image, "HelloDevice.RestlessComposition");
        driven.PowerOn();
        test.Scheduler.RunUntil(1000);
        Assert.False(driven.IsLoopAlive);
        Assert.Equal(1, board.UncaughtExceptions);
    }

    [Fact]
    public void Equal_seeds_give_equal_orders_and_other_seeds_others()
    {
        Assert.Equal(Order(11, isolated: false), Order(11, isolated: false));
        Assert.NotEqual(Order(11, isolated: false), Order(12, isolated: false));
    }

    [Fact]
    public void The_seed_alone_decides_the_order_of_what_is_due_at_once()
    {
        string[] orders = [.. Enumerable.Range(1, 8).Select(seed => OrderAtOnce((ulong)seed))];
        Assert.Equal(orders, Enumerable.Range(1, 8).Select(seed => OrderAtOnce((ulong)seed)));
        Assert.InRange(orders.Distinct().Count(), 4, 8);
    }

    [Fact]
    public void A_shared_image_and_isolated_ones_give_the_same_run() =>
        Assert.Equal(Order(11, isolated: false), Order(11, isolated: true));

    [Fact]
    public async Task A_held_clock_stands_still()
    {
        using TestWorld test = new();
        using IDisposable hold = test.World.HoldClock();
        using ManualResetEventSlim ran = new();
        test.Scheduler.At(1000, ran.Set);
        Task run = Task.Run(() => test.Scheduler.RunUntil(2000));
        Assert.False(ran.IsSet);
        Assert.Equal(0, test.World.NowMs);
        hold.Dispose();
        await run;
        Assert.True(ran.IsSet);
        Assert.Equal(2000, test.World.NowMs);
    }

    [Fact]
    public async Task A_paced_world_waits_for_the_wall_at_its_speed()
    {
        HandTime wall = new();
        using SimWorld world = SimWorld.Paced(20, TestWorld.UtcEpochMs, 1, wall);
        FleetScheduler scheduler = new(world);
        List<long> done = [];
        scheduler.At(1000, () => done.Add(world.NowMs));
        scheduler.At(3000, () => done.Add(world.NowMs));
        Task run = Task.Run(() => scheduler.RunUntil(3000));
        wall.AdvanceToAlarm();
        wall.AdvanceToAlarm();
        await run;
        Assert.Equal([1000, 3000], done);
        Assert.Equal(150, world.LinkMs);
    }

    [Fact]
    public void A_stopped_main_board_ends_at_its_next_wait()
    {
        using TestWorld test = new();
        SimBoard board = test.Board();
        MainBoard main = new(board, TestWorld.Image, "HelloDevice.EndlessProgram");
        main.PowerOn();
        test.Scheduler.RunUntil(3500);
        Assert.True(main.IsMainAlive);
        Assert.Equal(3, board.Console.Lines.Count);
        main.PowerOff();
        test.Scheduler.RunUntil(10_000);
        Assert.False(main.IsMainAlive);
        Assert.Equal(3, board.Console.Lines.Count);
        Assert.Equal(0, board.UncaughtExceptions);
    }

    private static string OrderAtOnce(ulong seed)
    {
        using TestWorld test = new(seed);
        List<int> order = [];
        test.Scheduler.Trace = (board, _) => order.Add(board);
        for (int index = 0; index < 5; index++)
            new DrivenBoard(test.Board("b" + index), TestWorld.Image, Composition).PowerOn();
        test.Scheduler.RunUntil(30_000);
        return string.Join(' ', order);
    }

    private static List<string> Order(ulong seed, bool isolated)
    {
        using TestWorld test = new(seed);
        List<string> order = [];
        test.Scheduler.Trace = (board, atMs) => order.Add($"{board}@{atMs}");
        test.World.Air.Changed += change => order.Add(Convert.ToHexString(change.Advertisement));
        for (int index = 0; index < 5; index++)
        {
            SimBoard board = test.Board("b" + index, new SyntheticCrowd(seed + (ulong)index));
            DeviceImage image = isolated ? DeviceImage.Load(deviceAssembly: "HelloDevice") : TestWorld.Image;
            new DrivenBoard(board, image, Composition).PowerOn();
        }

        test.Scheduler.RunUntil(120_000);
        return order;
    }
}
