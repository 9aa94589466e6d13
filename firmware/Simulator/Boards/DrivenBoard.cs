using System.Reflection;

namespace LumenLink.Simulator;

/// <summary>
/// A board whose loop the scheduler drives: instead of <c>Program.Main</c> it composes the beacon, ticks it when it
/// is due
/// or something was signalled, and runs its link jobs on the thread pool, one at a time.
/// </summary>
public sealed class DrivenBoard
{
    private readonly Type _composition;
    private readonly object _gate = new();
    private AgendaItem? _next;
    private Loop? _loop;
    private long _ticks;
    private long _jobs;

    /// <summary>Makes a driven board, without power.</summary>
    /// <param name="board">The board.</param>
    /// <param name="image">The firmware.</param>
    /// <param name="compositionType">Full name of the type with the members of <c>BootMode</c>.</param>
    /// <exception cref="TypeLoadException">The image has no such type.</exception>
    public DrivenBoard(
        SimBoard board, DeviceImage image, string compositionType = "LumenLink.Beacon.BootMode")
    {
        Board = board;
        _composition = image.GetType(compositionType);
    }

    /// <summary>The board.</summary>
    public SimBoard Board { get; }

    /// <summary>Ticks over all power cycles.</summary>
    public long Ticks => Interlocked.Read(ref _ticks);

    /// <summary>Link jobs begun over all power cycles.</summary>
    public long LinkJobs => Interlocked.Read(ref _jobs);

    /// <summary>
    /// Whether the loop runs: false without power and after an exception that nothing caught ended it.
    /// </summary>
    public bool IsLoopAlive => _loop is { IsAlive: true };

    /// <summary>Whether a link job runs at this moment.</summary>
    public bool IsLinkJobRunning => _loop is { JobState: JobState.Running };

    /// <summary>Gives it power: the firmware is composed at the world's present time.</summary>
    /// <exception cref="InvalidOperationException">It has power already.</exception>
    public void PowerOn()
    {
        BoardRun run = Board.PowerOn();
        run.RebootRequested = Reboot;
        run.Schedule(0, StrandKind.Tick, () =>
        {
            Loop loop = new(run, _composition);
            _loop = loop;
            run.Signalled = boardMs => MarkDue(loop, boardMs);
            MarkDue(loop, run.ClockMs);
            if (run.Preemptor is not null) ScheduleSupervisor(loop);
        });
    }

    /// <summary>Takes the power away: memory is lost, flash and chips stay.</summary>
    public void PowerOff()
    {
        lock (_gate)
        {
            _next?.Cancel();
            _next = null;
            _loop = null;
        }

        Board.PowerOff();
    }

    /// <summary>
    /// Asks the firmware to close its scan window, cut its record and stop scanning; done by the scheduler.
    /// </summary>
    public void RequestFlush()
    {
        if (_loop is not { } loop) return;
        loop.Run.Schedule(Math.Max(loop.Run.ClockMs, loop.Run.WorldNowMs), StrandKind.Tick, () =>
        {
            loop.RequestFlush();
            MarkDue(loop, loop.Run.ClockMs);
        });
    }

    /// <summary>Reads the firmware's counters.</summary>
    /// <returns>
    /// Every public field and property of the Counters object that is a number or a truth value (0 or 1), by name;
    /// empty
    /// while the firmware does not run.
    /// </returns>
    public IReadOnlyDictionary<string, long> ReadCounters() => _loop?.ReadCounters() ?? new Dictionary<string, long>();

    private void Reboot(long? delayMs)
    {
        PowerOff();
        if (delayMs is not { } afterMs) return;
        Board.World.Schedule(Board.World.NowMs + afterMs + SimLimits.RebootMs, Board.Ordinal, () =>
        {
            if (!Board.IsPowered) PowerOn();
        });
    }

    /// <summary>Makes the loop due at a time, unless it is due earlier already.</summary>
    private void MarkDue(Loop loop, long boardMs)
    {
        lock (_gate)
        {
            if (_loop != loop || !loop.IsAlive) return;
            if (loop.IsTicking && loop.Run.Preemptor is not null) return; // the tick looks for itself at its end
            if (_next is { } next)
            {
                if (next.AtMs <= loop.Run.ToWorldMs(boardMs)) return;
                next.Cancel();
            }

            _next = loop.Run.Schedule(boardMs, StrandKind.Tick, () => Tick(loop));
        }
    }

    /// <summary>A third strand beside the loop and the link jobs, as in Main; it matters where strands race.</summary>
    private static void ScheduleSupervisor(Loop loop) => loop.Run.Schedule(
        loop.Run.ClockMs + SimLimits.SupervisorMs, StrandKind.Thread, () =>
        {
            loop.Supervise();
            ScheduleSupervisor(loop);
        });

    private void Tick(Loop loop)
    {
        lock (_gate)
        {
            _next = null;
            loop.IsTicking = true;
        }

        Interlocked.Increment(ref _ticks);
        int waitMs = loop.Tick();
        if (loop.TakeLinkJob()) StartLinkJob(loop);
        // A callback can have come while the tick was suspended, and what it signalled is to be seen.
        if (loop.Run.Preemptor is not null && loop.TakeWake()) waitMs = 0;
        lock (_gate) loop.IsTicking = false;
        MarkDue(loop, loop.Run.ClockMs + Math.Max(0, waitMs));
    }

    private void StartLinkJob(Loop loop)
    {
        Interlocked.Increment(ref _jobs);
        if (loop.Run.Preemptor is not null)
        {
            loop.Run.Schedule(loop.Run.ClockMs, StrandKind.Job, () => RunLinkJob(loop));
            return;
        }

        loop.Run.World.AcquireHold();
        ThreadPool.UnsafeQueueUserWorkItem(_ =>
        {
            loop.Run.RunOn(StrandKind.Job, () => RunLinkJob(loop));
            loop.Run.World.ReleaseHold();
        }, null);
    }

    private static void RunLinkJob(Loop loop)
    {
        if (loop.RunLinkJob()) loop.Run.Signal();
    }

    private enum JobState
    {
        Idle,
        Running,
    }

    /// <summary>The composed firmware of one power cycle, by its public members.</summary>
    private sealed class Loop
    {
        private readonly Func<int> _tick;
        private readonly Func<bool> _linkJobPending;
        private readonly Action _runLinkJob;
        private readonly Action _requestFlush;
        private readonly Action? _supervise;
        private readonly Func<int, bool, bool> _takeWake;
        private readonly object _counters;
        private int _jobState;
        private long _lastTickMs = -1;
        private int _ticksWithoutTime;

        public Loop(BoardRun run, Type composition)
        {
            Run = run;
            object instance = Bind<Func<object>>(composition, "Create", null)();
            _tick = Bind<Func<int>>(composition, "Tick", instance);
            _linkJobPending = Bind<Func<bool>>(composition, "get_LinkJobPending", instance);
            _runLinkJob = Bind<Action>(composition, "RunLinkJob", instance);
            _requestFlush = Bind<Action>(composition, "RequestFlush", instance);
            _supervise = composition.GetMethod("Supervise", []) is null
                ? null
                : Bind<Action>(composition, "Supervise", instance);
            object wake = Bind<Func<object>>(composition, "get_Wake", instance)();
            _takeWake = Bind<Func<int, bool, bool>>(wake.GetType(), "WaitOne", wake);
            _counters = Bind<Func<object>>(composition, "get_Counters", instance)();
            IsAlive = true;
        }

        public BoardRun Run { get; }

        public bool IsAlive { get; private set; }

        /// <summary>Whether a tick has begun and not ended; an exception leaves it so.</summary>
        public bool IsTicking { get; set; }

        public JobState JobState => (JobState)Volatile.Read(ref _jobState);

        /// <summary>An exception leaves the loop dead, as it ends the main thread of a board.</summary>
        public int Tick()
        {
            IsAlive = false;
            _ticksWithoutTime = Run.ClockMs > _lastTickMs ? 0 : _ticksWithoutTime + 1;
            _lastTickMs = Run.ClockMs;
            if (_ticksWithoutTime > SimLimits.TicksWithoutTime)
                throw new InvalidOperationException("The loop wants to run again at once, for ever.");
            TakeWake();
            int waitMs = _tick();
            IsAlive = true;
            return waitMs;
        }

        /// <summary>Whether it was signalled; from then on it is not.</summary>
        public bool TakeWake() => _takeWake(0, false);

        public bool TakeLinkJob() =>
            _linkJobPending() && Interlocked.Exchange(ref _jobState, (int)JobState.Running) == 0;

        /// <summary>An exception leaves the job running for ever, as it ends the link thread of a board.</summary>
        /// <returns>Whether the next job waits already.</returns>
        public bool RunLinkJob()
        {
            _runLinkJob();
            Interlocked.Exchange(ref _jobState, (int)JobState.Idle);
            return _linkJobPending();
        }

        public void Supervise() => _supervise?.Invoke();

        public void RequestFlush() => _requestFlush();

        public Dictionary<string, long> ReadCounters()
        {
            using Strand.Scope scope = new Strand(Run, StrandKind.Callback).Enter();
            Dictionary<string, long> read = [];
            foreach (FieldInfo field in _counters.GetType().GetFields(BindingFlags.Public | BindingFlags.Instance))
                Add(field.Name, field.GetValue(_counters));
            const BindingFlags Readable = BindingFlags.Public | BindingFlags.Instance;
            foreach (PropertyInfo property in _counters.GetType().GetProperties(Readable))
                Add(property.Name, property.GetValue(_counters));
            return read;

            void Add(string name, object? value)
            {
                if (value is bool truth) read[name] = truth ? 1 : 0;
                else if (value is long or int or uint or short or ushort or byte)
                    read[name] = Convert.ToInt64(value, null);
            }
        }

        private static T Bind<T>(Type type, string method, object? instance)
            where T : Delegate
        {
            Type[] parameters =
                [.. typeof(T).GetMethod("Invoke")!.GetParameters().Select(parameter => parameter.ParameterType)];
            MethodInfo found = type.GetMethod(method, parameters)
                ?? throw new MissingMethodException(type.FullName, method);
            return found.CreateDelegate<T>(instance);
        }
    }
}
