using System.Numerics;

namespace LumenLink.Simulator;

/// <summary>
/// Hands a board from strand to strand during one power cycle: one has the baton and runs, the others are suspended.
/// Every hand-over goes by way of the agenda, so that equal seeds give equal schedules.
/// </summary>
internal sealed class Preemptor
{
    private readonly BoardRun _run;
    private readonly Preemption _options;
    private readonly SimRandom _draws;
    private readonly SemaphoreSlim _baton = new(1, 1);

    public Preemptor(BoardRun run, Preemption options, int boot)
    {
        _run = run;
        _options = options;
        _draws = new SimRandom(SimRandom.Mix(options.Seed, (ulong)run.Board.Ordinal, (ulong)boot));
        Locks = new HostLocks(run);
        IsInUse = true;
    }

    /// <summary>Whether any board of this process ever had one: without, host calls look no further.</summary>
    public static bool IsInUse { get; private set; }

    /// <summary>The locks of the board's device code.</summary>
    public HostLocks Locks { get; }

    /// <summary>
    /// Waits in real time for whoever has the baton: only what ended a wait outside the agenda, such as input or the
    /// end of power, finds it taken.
    /// </summary>
    public void Take() => _baton.Wait();

    /// <summary>Lays the baton down.</summary>
    public void Give() => _baton.Release();

    /// <summary>Starts a strand on a thread of its own; the world's clock stands still while it runs.</summary>
    /// <param name="body">Runs the strand; throws nothing.</param>
    /// <param name="ended">Called at its end, while the clock still stands; may be null.</param>
    public void Start(Action body, Action? ended = null)
    {
        SimWorld world = _run.World;
        world.AcquireHold();
        world.Threads.Run(
            () =>
            {
                Take();
                body();
                Give();
                ended?.Invoke();
            },
            world.ReleaseHold);
    }

    /// <summary>A strand makes a host call: perhaps it is suspended for some milliseconds first, or none.</summary>
    public void Pass(Strand strand)
    {
        if (_run.IsStopped || !strand.CanBeSuspended) return;
        if (_draws.NextDouble() >= _options.ChancePerCall) return;
        int bits = _draws.Next(BitOperations.Log2((uint)Math.Max(1, _options.LongestMs)) + 1);
        _run.Board.OnSuspend();
        HostEvent.Suspend(strand, _draws.Next(1 << bits));
    }
}
