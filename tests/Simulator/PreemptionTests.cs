using LumenLink.Simulator;

namespace LumenLink.Tests.Simulator;

/// <summary>Strands of a board that are suspended at host calls, as a seed decides.</summary>
public sealed class PreemptionTests
{
    private const int Seeds = 12;
    private const long RunMs = 2000;

    [Fact]
    public void Updates_that_nobody_guards_are_lost_and_the_same_for_equal_seeds()
    {
        Outcome[] first = Each("UnguardedComposition");
        Assert.Contains(first, one => one.Lost > 0);
        Assert.Equal(first, Each("UnguardedComposition"));
        Assert.True(first.Distinct().Count() > 1);
    }

    [Fact]
    public void Without_preemption_nothing_is_lost_and_no_circle_closes()
    {
        Assert.Equal(0, Run("UnguardedComposition", null).Lost);
        Assert.Equal(0, Run("LockOrderComposition", null).Deadlocks);
    }

    [Fact]
    public void Updates_under_a_lock_are_all_there_whatever_the_seed()
    {
        Outcome[] outcomes = Each("GuardedComposition");
        Assert.All(outcomes, one => Assert.Equal((0L, 0, 0L), (one.Lost, one.Deadlocks, one.Uncaught)));
        Assert.True(outcomes.Distinct().Count() > 1);
    }

    [Fact]
    public void A_circle_of_locks_is_told_with_the_stacks_of_both()
    {
        using TestWorld test = new();
        SimBoard board = test.Board(preemption: new Preemption(1));
        DrivenBoard driven = new(board, TestWorld.Image, "HelloDevice.LockOrderComposition");
        driven.PowerOn();
        test.Scheduler.RunUntil(60_000);
        string told = Assert.Single(board.Deadlocks);
        Assert.Contains("HelloDevice.LockOrderComposition.FromLoop", told, StringComparison.Ordinal);
        Assert.Contains("HelloDevice.LockOrderComposition.FromJob", told, StringComparison.Ordinal);
        Assert.Equal(1, board.UncaughtExceptions);
        Assert.Equal(told, board.LastUncaught?.Message);
    }

    [Fact]
    public void A_board_that_loses_its_power_loses_its_suspended_strands()
    {
        using TestWorld test = new();
        SimBoard board = test.Board(preemption: new Preemption(3, 0.5));
        DrivenBoard driven = new(board, TestWorld.Image, "HelloDevice.GuardedComposition");
        for (int boot = 1; boot <= 20; boot++)
        {
            driven.PowerOn();
            test.Scheduler.RunUntil(test.World.NowMs + 1333);
            Assert.True(driven.ReadCounters()["Shared"] > 0);
            driven.PowerOff();
        }

        test.Scheduler.RunUntil(test.World.NowMs + 1000);
        Assert.Equal((20, 0L), (board.Boots, board.UncaughtExceptions));
        Assert.Empty(board.Deadlocks);
    }

    [Fact]
    public void Main_on_its_threads_is_preempted_too()
    {
        using TestWorld test = new();
        SimBoard board = test.Board(preemption: new Preemption(5, 0.5));
        IReadOnlyList<string> lines = test.RunMain(board, "Program");
        Assert.Equal("year 1970", lines[0]);
        Assert.StartsWith("main ended at 18", lines[^1], StringComparison.Ordinal);
        Assert.Equal(1, board.UncaughtExceptions);
    }

    [Fact]
    public void A_client_waits_for_callbacks_that_are_suspended()
    {
        using TestWorld test = new();
        SimBoard board = test.Board(preemption: new Preemption(2, 1));
        SimCentral phone = new(board);
        Guid id = new("00000001-0000-0000-0000-000000000000");
        List<AttError> answers = [];
        test.Scheduler.At(1000, () => Assert.True(phone.Connect()));
        test.Scheduler.At(1500, () => answers.Add(phone.Subscribe(id, true)));
        Assert.Equal(["client", "1"], test.RunMain(board, "GattQuirk"));
        Assert.Equal([AttError.None], answers);
        Assert.True(board.Suspensions > 0);
    }

    [Fact]
    public void Strands_of_a_world_that_follows_the_wall_are_not_preempted()
    {
        using SimWorld world = SimWorld.Paced(1, TestWorld.UtcEpochMs, 1);
        Assert.Throws<ArgumentException>(() => new SimBoard(
            world, new SimBoardOptions { Name = "b", FlashFolder = "", Preemption = new Preemption(1) }));
    }

    private static Outcome[] Each(string composition) =>
        [.. Enumerable.Range(1, Seeds).Select(seed => Run(composition, new Preemption((ulong)seed)))];

    private static Outcome Run(string composition, Preemption? preemption)
    {
        using TestWorld test = new();
        SimBoard board = test.Board(preemption: preemption);
        DrivenBoard driven = new(board, TestWorld.Image, "HelloDevice." + composition);
        driven.PowerOn();
        test.Scheduler.RunUntil(RunMs);
        IReadOnlyDictionary<string, long> counters = driven.ReadCounters();
        long done = counters["Done"];
        Assert.True(done > RunMs / 20, $"{done} updates");
        return new(done - counters["Shared"], done, board.Deadlocks.Count, board.UncaughtExceptions);
    }

    /// <summary>How a run ended; lost are updates that are not in the number.</summary>
    private sealed record Outcome(long Lost, long Done, int Deadlocks, long Uncaught);
}
