namespace LumenLink.Simulator;

/// <summary>One power cycle of a board: everything that is gone when the power goes.</summary>
internal sealed class BoardRun
{
    private readonly long _bootWorldMs;
    private readonly long _bootLinkMs;
    private readonly HashSet<HostWaiter> _waiters = [];
    private long _clockMs;
    private long _utcAtBootMs = long.MinValue;
    private volatile bool _stopped;

    public BoardRun(SimBoard board, int number)
    {
        Board = board;
        World = board.World;
        _bootWorldMs = World.NowMs;
        _bootLinkMs = World.LinkMs;
        Random = new SimRandom(SimRandom.Mix(World.Seed, (ulong)board.Ordinal, (ulong)number));
        Ble = new SimBle(this);
        Wifi = new SimWifi(this);
        Files = new FlashFiles(this);
        Sntp = new SimSntp(this);
        if (board.Preemption is { } preemption) Preemptor = new Preemptor(this, preemption, number);
    }

    public SimBoard Board { get; }

    public SimWorld World { get; }

    public SimRandom Random { get; }

    public SimBle Ble { get; }

    public SimWifi Wifi { get; }

    public FlashFiles Files { get; }

    public SimSntp Sntp { get; }

    /// <summary>What hands this board from strand to strand; null: nothing suspends a strand.</summary>
    public Preemptor? Preemptor { get; }

    public bool IsStopped => _stopped;

    /// <summary>Bus frequency of the last I2C device that was created, Hz.</summary>
    public int I2cBusHz { get; set; } = 100_000;

    /// <summary>Called when an event of this board is set; says at which board time.</summary>
    public Action<long>? Signalled { get; set; }

    /// <summary>
    /// Called when the device reboots or sleeps deeply: after how many world ms to boot, null for never.
    /// </summary>
    public Action<long?>? RebootRequested { get; set; }

    /// <summary>Raised when the power goes, on the thread of whoever takes it.</summary>
    public event Action? Stopping;

    /// <summary>Whether this boot ended a deep sleep.</summary>
    public bool WokeByTimer { get; init; }

    /// <summary>How long the next sleep lasts, ms; null until the device said so.</summary>
    public long? WakeupAfterMs { get; set; }

    /// <summary>Pin by function, as the device configured them.</summary>
    public Dictionary<int, int> PinFunctions { get; } = [];

    /// <summary>Told, in a callback, of a pin that was driven from outside: its number and level.</summary>
    public event Action<int, bool>? PinDriven;

    /// <summary>The board's clock, milliseconds since boot.</summary>
    public long ClockMs => Interlocked.Read(ref _clockMs);

    /// <summary>World time as board milliseconds since boot.</summary>
    public long WorldNowMs => World.NowMs - _bootWorldMs;

    /// <summary>Protocol time, milliseconds since boot.</summary>
    public long LinkMs => World.IsVirtual ? Strand.Current.NowMs : World.LinkMs - _bootLinkMs;

    public bool IsUtcSet => Interlocked.Read(ref _utcAtBootMs) != long.MinValue;

    /// <summary>What the board believes UTC to be, Unix milliseconds; counted from 1970 until set.</summary>
    public long UtcMs(long nowMs) => (IsUtcSet ? Interlocked.Read(ref _utcAtBootMs) : 0) + nowMs;

    public void SetUtc(long unixMs, long nowMs) => Interlocked.Exchange(ref _utcAtBootMs, unixMs - nowMs);

    public long ToWorldMs(long boardMs) => boardMs + _bootWorldMs;

    public double ToWorldMs(double boardMs) => boardMs + _bootWorldMs;

    public double ToBoardMs(double worldMs) => worldMs - _bootWorldMs;

    /// <summary>Moves the clock forward; never back.</summary>
    public void AdvanceClock(long toMs)
    {
        long seen = ClockMs;
        while (toMs > seen)
        {
            long before = Interlocked.CompareExchange(ref _clockMs, toMs, seen);
            if (before == seen) return;
            seen = before;
        }
    }

    /// <summary>Puts something on the agenda for this power cycle; dropped when the power goes.</summary>
    /// <param name="boardMs">Board milliseconds since boot.</param>
    /// <param name="kind">As what it runs.</param>
    /// <param name="action">Device code or what calls it.</param>
    public AgendaItem Schedule(long boardMs, StrandKind kind, Action action) =>
        World.Schedule(ToWorldMs(boardMs), Board.Ordinal, item =>
        {
            if (_stopped) return;
            AdvanceClock(item.AtMs - _bootWorldMs);
            Begin(kind, action);
        });

    /// <summary>
    /// Runs device code on this board; what it throws ends it alone and is counted. It has ended on return, unless the
    /// board is preempted: then it has only been started.
    /// </summary>
    /// <param name="kind">As what it runs.</param>
    /// <param name="action">Device code or what calls it.</param>
    public void Begin(StrandKind kind, Action action)
    {
        if (Preemptor is { } preemptor) preemptor.Start(() => RunHere(kind, action));
        else RunHere(kind, action);
    }

    /// <summary>
    /// As <see cref="Begin"/>, but it has ended on return: in the middle of the strand that runs here, or while the
    /// agenda goes on.
    /// </summary>
    public void RunOn(StrandKind kind, Action action)
    {
        if (Preemptor is not { } preemptor || Strand.CurrentOrNull?.Run == this)
        {
            RunHere(kind, action);
            return;
        }

        CancellationTokenSource over = new();
        preemptor.Start(() => RunHere(kind, action), over.Cancel);
        while (World.TakeNext(long.MaxValue, over.Token) is { } item) item.Do();
    }

    /// <summary>Guards what stands behind device code: whoever holds it may call device code.</summary>
    /// <param name="target">The lock.</param>
    public HostGuard Guard(object target) => new(this, target);

    /// <summary>Runs device code on the thread that is here, which is the strand's own or that of its root.</summary>
    internal void RunHere(StrandKind kind, Action action)
    {
        if (_stopped) return;
        bool isRoot = Strand.CurrentOrNull?.Run != this;
        using Strand.Scope scope = new Strand(this, kind) { HasOwnThread = isRoot && Preemptor is not null }.Enter();
        try
        {
            action();
        }
        catch (BoardStoppedException)
        {
            // The power went while it ran.
        }
        catch (Exception error)
        {
            Board.OnUncaught(error);
        }
    }

    /// <summary>Marks the board due: something happened that its loop may be waiting for.</summary>
    public void Signal()
    {
        Strand? strand = Strand.CurrentOrNull;
        Signalled?.Invoke(strand is not null && strand.Run == this ? strand.NowMs : Math.Max(ClockMs, WorldNowMs));
    }

    /// <summary>Takes the power away: open files are dropped, waits end by an exception.</summary>
    public void Stop()
    {
        _stopped = true;
        lock (HostEvent.Gate)
        {
            foreach (HostWaiter waiter in _waiters.ToArray()) waiter.Complete(HostWaiter.Stopped);
        }

        Ble.PowerOff();
        Files.PowerOff();
        Stopping?.Invoke();
    }

    /// <summary>Somebody outside drives a pin.</summary>
    public void OnPinDriven(int pin, bool isHigh)
    {
        if (_stopped) return;
        AdvanceClock(WorldNowMs);
        Begin(StrandKind.Callback, () => PinDriven?.Invoke(pin, isHigh));
    }

    internal void Register(HostWaiter waiter) => _waiters.Add(waiter);

    internal void Unregister(HostWaiter waiter) => _waiters.Remove(waiter);
}
