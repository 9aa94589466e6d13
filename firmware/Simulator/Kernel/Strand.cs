namespace LumenLink.Simulator;

/// <summary>In what role a piece of device code runs; decides how it sees time and whether it can wait.</summary>
internal enum StrandKind
{
    /// <summary>The scheduler runs it: a wait moves the board's clock at once.</summary>
    Tick,

    /// <summary>A callback of radio, timer or network: it must not wait; a sleep moves only its own time.</summary>
    Callback,

    /// <summary>A link job: it waits for events really, by protocol time; a sleep moves only its own time.</summary>
    Job,

    /// <summary>A device thread: waits are real and the board's clock is read anew when one ends.</summary>
    Thread,
}

/// <summary>One line of execution of device code: which power cycle of which board, in which role.</summary>
/// <param name="run">The power cycle.</param>
/// <param name="kind">The role.</param>
internal sealed class Strand(BoardRun run, StrandKind kind)
{
    private static readonly AsyncLocal<Strand?> Ambient = new();

    // Nobody sets it: a power cycle that ended does not come back.
    private static readonly ManualResetEvent Never = new(false);

    private long _ownMs;
    private int _refusals;
    private Strand? _root;

    public BoardRun Run => run;

    public StrandKind Kind => kind;

    /// <summary>Whether a thread was made for it, on a board that is preempted.</summary>
    public bool HasOwnThread { get; init; }

    /// <summary>The strand in whose middle this one runs; itself if it began by itself.</summary>
    public Strand Root => _root ?? this;

    /// <summary>Whether others of its board can run before it goes on.</summary>
    public bool CanBeSuspended => Root.HasOwnThread;

    /// <summary>The lock that it waits for on a board that is preempted, and where.</summary>
    public (object Target, string Stack)? WantedLock { get; set; }

    /// <summary>Whether it may wait in real time.</summary>
    public bool Blocks => kind is StrandKind.Job or StrandKind.Thread;

    /// <summary>The strand that runs here, or null outside device code.</summary>
    public static Strand? CurrentOrNull => Ambient.Value;

    /// <summary>The strand that runs here.</summary>
    /// <exception cref="InvalidOperationException">This code runs on no board.</exception>
    /// <exception cref="BoardStoppedException">The board was powered off.</exception>
    public static Strand Current
    {
        get
        {
            Strand strand = Ambient.Value
                ?? throw new InvalidOperationException("This code runs on no simulated board.");
            strand.ThrowIfStopped();
            return strand;
        }
    }

    /// <summary>The strand that calls the host here; others of its board may run before this returns.</summary>
    /// <exception cref="InvalidOperationException">This code runs on no board.</exception>
    /// <exception cref="BoardStoppedException">The board was powered off.</exception>
    public static Strand HostCall()
    {
        Strand strand = Current;
        strand.Run.Preemptor?.Pass(strand);
        return strand;
    }

    /// <summary>As <see cref="HostCall"/>, of code that may also run on no board.</summary>
    public static void Pass()
    {
        if (Preemptor.IsInUse && Ambient.Value is { } strand) strand.Run.Preemptor?.Pass(strand);
    }

    /// <summary>Board milliseconds since boot, as this strand sees them.</summary>
    public long NowMs => kind is StrandKind.Tick or StrandKind.Thread
        ? run.ClockMs
        : Math.Max(Math.Max(run.ClockMs, run.WorldNowMs), _ownMs);

    public void Advance(int durationMs)
    {
        if (kind == StrandKind.Tick) run.AdvanceClock(run.ClockMs + durationMs);
        else _ownMs = NowMs + durationMs;
    }

    public void ThrowIfStopped()
    {
        if (!run.IsStopped) return;
        if (++_refusals > SimLimits.StoppedWaitsBeforeParking && kind == StrandKind.Thread)
            Never.WaitOne();
        throw new BoardStoppedException();
    }

    /// <summary>Makes this the strand that runs here, until disposed.</summary>
    public Scope Enter()
    {
        Strand? outer = Ambient.Value;
        if (outer?.Run == run) _root = outer.Root;
        Ambient.Value = this;
        return new Scope(outer);
    }

    internal readonly struct Scope(Strand? outer) : IDisposable
    {
        public void Dispose() => Ambient.Value = outer;
    }
}
