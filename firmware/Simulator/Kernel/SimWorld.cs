namespace LumenLink.Simulator;

/// <summary>
/// The time and the agenda that all boards of a simulation share. A paced world follows the wall clock at a speed; a
/// virtual one jumps to the next thing on the agenda as soon as nothing runs and nobody holds the clock.
/// <see cref="FleetScheduler"/> does what is on the agenda.
/// </summary>
public sealed class SimWorld : IDisposable
{
    private readonly object _gate = new();
    private readonly PriorityQueue<AgendaItem, (long AtMs, ulong Tie, long Sequence)> _agenda = new();
    private readonly TimeProvider? _wall;
    private readonly long _wallStart;
    private readonly ITimer? _alarm;
    private long _virtualNowMs;
    private long _sequence;
    private int _holds;
    private int _boards;

    private SimWorld(double speed, long utcEpochMs, ulong seed, TimeProvider? wall)
    {
        Speed = speed;
        UtcEpochMs = utcEpochMs;
        Seed = seed;
        _wall = wall;
        _wallStart = wall?.GetTimestamp() ?? 0;
        _alarm = wall?.CreateTimer(_ => Pulse(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A world whose time costs no real time.</summary>
    /// <param name="utcEpochMs">True UTC at world time 0, Unix milliseconds.</param>
    /// <param name="seed">Equal seeds give equal order and equal random numbers.</param>
    public static SimWorld Virtual(long utcEpochMs, ulong seed) => new(1, utcEpochMs, seed, null);

    /// <summary>A world that follows the wall clock.</summary>
    /// <param name="speed">World milliseconds per wall millisecond, above 0.</param>
    /// <param name="utcEpochMs">True UTC at world time 0, Unix milliseconds.</param>
    /// <param name="seed">Equal seeds give equal random numbers and equal order among things due at once.</param>
    /// <param name="wall">The wall clock; the system's when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The speed is not a positive number.</exception>
    public static SimWorld Paced(double speed, long utcEpochMs, ulong seed, TimeProvider? wall = null)
    {
        if (!(speed > 0) || double.IsInfinity(speed)) throw new ArgumentOutOfRangeException(nameof(speed));
        return new(speed, utcEpochMs, seed, wall ?? TimeProvider.System);
    }

    /// <summary>World milliseconds per wall millisecond; 1 in a virtual world.</summary>
    public double Speed { get; }

    /// <summary>True UTC at world time 0, Unix milliseconds.</summary>
    public long UtcEpochMs { get; }

    /// <summary>What random numbers and the order of simultaneous things derive from.</summary>
    public ulong Seed { get; }

    /// <summary>Whether time jumps instead of following the wall clock.</summary>
    public bool IsVirtual => _wall is null;

    /// <summary>Milliseconds since the world began.</summary>
    public long NowMs => _wall is null ? Volatile.Read(ref _virtualNowMs) : (long)(WallMs() * Speed);

    /// <summary>Milliseconds of protocol time since the world began: wall time, never scaled.</summary>
    public long LinkMs => _wall is null ? Volatile.Read(ref _virtualNowMs) : (long)WallMs();

    /// <summary>
    /// How long a virtual clock stands still for one answer of a server, wall milliseconds: until then the server may
    /// be slow, from then on it does not answer.
    /// </summary>
    public int AnswerPatienceMs { get; set; } = HostNetLimits.AnswerPatienceMs;

    /// <summary>Every advertisement on the air.</summary>
    public SimAir Air { get; } = new();

    /// <summary>
    /// Stops virtual time until disposed: for the duration of real input and output whose answer the simulated code
    /// waits
    /// for. Without effect on a paced world.
    /// </summary>
    /// <returns>Ends the hold; disposing twice is harmless.</returns>
    public IDisposable HoldClock() => new ClockHold(this);

    /// <inheritdoc/>
    public void Dispose()
    {
        _alarm?.Dispose();
        Threads.Dispose();
    }

    /// <summary>What strands of preempted boards run on.</summary>
    internal StrandThreads Threads { get; } = new();

    internal int NextBoardOrdinal() => Interlocked.Increment(ref _boards);

    internal AgendaItem Schedule(long atMs, int ordinal, Action action) => Schedule(atMs, ordinal, _ => action());

    internal AgendaItem Schedule(long atMs, int ordinal, Action<AgendaItem> action)
    {
        AgendaItem item = new(atMs, ordinal, action);
        lock (_gate)
        {
            if (IsVirtual && item.AtMs < _virtualNowMs) item.AtMs = _virtualNowMs;
            _agenda.Enqueue(item, (item.AtMs, SimRandom.Mix(Seed, (ulong)ordinal, (ulong)item.AtMs), _sequence++));
            Monitor.PulseAll(_gate);
        }

        return item;
    }

    internal void AcquireHold()
    {
        if (!IsVirtual) return;
        lock (_gate) _holds++;
    }

    internal void ReleaseHold()
    {
        if (!IsVirtual) return;
        lock (_gate)
        {
            _holds--;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until the next thing is due and takes it off the agenda.</summary>
    /// <param name="untilMs">World time at which to give up; a virtual clock ends there.</param>
    /// <param name="cancellation">Gives up at once.</param>
    /// <returns>The item, or null when given up.</returns>
    internal AgendaItem? TakeNext(long untilMs, CancellationToken cancellation)
    {
        lock (_gate)
        {
            while (!cancellation.IsCancellationRequested)
            {
                if (IsVirtual && _holds > 0)
                {
                    Monitor.Wait(_gate);
                    continue;
                }

                while (_agenda.TryPeek(out AgendaItem? head, out _) && head.IsCancelled) _agenda.Dequeue();
                bool any = _agenda.TryPeek(out AgendaItem? next, out _);
                long nextMs = any ? Math.Min(untilMs, next!.AtMs) : untilMs;
                if (IsVirtual) _virtualNowMs = Math.Max(_virtualNowMs, nextMs == long.MaxValue ? 0 : nextMs);
                else if (nextMs > NowMs)
                {
                    WaitForWall(nextMs);
                    continue;
                }

                return next is not null && next.AtMs <= untilMs ? _agenda.Dequeue() : null;
            }
        }

        return null;
    }

    internal void Pulse()
    {
        lock (_gate) Monitor.PulseAll(_gate);
    }

    private void WaitForWall(long worldMs)
    {
        double waitMs = worldMs == long.MaxValue ? double.PositiveInfinity : (worldMs / Speed) - WallMs();
        TimeSpan wait = waitMs > SimLimits.LongestAlarmMs
            ? TimeSpan.FromMilliseconds(SimLimits.LongestAlarmMs)
            : TimeSpan.FromTicks(Math.Max(1, (long)Math.Ceiling(waitMs * TimeSpan.TicksPerMillisecond)));
        _alarm!.Change(wait, Timeout.InfiniteTimeSpan);
        Monitor.Wait(_gate);
    }

    private double WallMs() => _wall!.GetElapsedTime(_wallStart).TotalMilliseconds;

    private sealed class ClockHold : IDisposable
    {
        private SimWorld? _world;

        public ClockHold(SimWorld world)
        {
            _world = world;
            world.AcquireHold();
        }

        public void Dispose() => Interlocked.Exchange(ref _world, null)?.ReleaseHold();
    }
}
