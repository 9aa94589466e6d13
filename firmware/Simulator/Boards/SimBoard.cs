namespace LumenLink.Simulator;

/// <summary>
/// One simulated board: what survives its power cycles (flash, chips on the bus, network, console, radio environment)
/// and,
/// while it has power, its clock. Device code reaches its board through the ambient <see cref="Current"/>.
/// </summary>
public sealed class SimBoard
{
    private readonly object _gate = new();
    private readonly List<string> _deadlocks = [];
    private BoardRun? _run;
    private int _boots;
    private int _threads;
    private long _uncaught;
    private long _suspensions;
    private bool _wakesByTimer;

    /// <summary>Makes a board without power.</summary>
    /// <param name="world">The world it lives in.</param>
    /// <param name="options">What it is made of.</param>
    /// <exception cref="ArgumentException">It is to be preempted in a world that follows the wall clock.</exception>
    public SimBoard(SimWorld world, SimBoardOptions options)
    {
        if (options.Preemption is not null && !world.IsVirtual)
            throw new ArgumentException("Strands are preempted in virtual time only.", nameof(options));
        World = world;
        Name = options.Name;
        Address = options.Address;
        Ordinal = world.NextBoardOrdinal();
        Flash = new SimFlash(options.FlashFolder);
        Console = new SimConsole(options.OnConsoleLine);
        RadioSource = options.Radio;
        RadioLog = new SimRadioLog(options.KeepsScanWindows);
        AccessPoints = options.AccessPoints;
        Preemption = options.Preemption;
        Gpio = new SimGpio(this);
    }

    /// <summary>The board whose device code runs here, or null outside device code.</summary>
    public static SimBoard? Current => Strand.CurrentOrNull?.Run.Board;

    /// <summary>The world it lives in.</summary>
    public SimWorld World { get; }

    /// <summary>Name in logs and errors.</summary>
    public string Name { get; }

    /// <summary>Public Bluetooth and Wi-Fi address, 48 bits.</summary>
    public ulong Address { get; }

    /// <summary>Number of the board in its world, from 1, in order of creation.</summary>
    public int Ordinal { get; }

    /// <summary>The file system behind <c>I:\</c>.</summary>
    public SimFlash Flash { get; }

    /// <summary>What device code wrote to its console.</summary>
    public SimConsole Console { get; }

    /// <summary>The I2C bus; attach chips before the power goes on.</summary>
    public SimI2cBus I2c { get; } = new();

    /// <summary>The pins.</summary>
    public SimGpio Gpio { get; }

    /// <summary>
    /// The Wi-Fi network in the configuration partition: what the factory or the device's own code stored last; empty
    /// for none.
    /// </summary>
    public (string Ssid, string Password) StoredNetwork { get; set; } = ("", "");

    /// <summary>Whether the board reaches the network, and how connections fare.</summary>
    public SimNetwork Network { get; } = new();

    /// <summary>What the Bluetooth receiver delivered, over all power cycles.</summary>
    public SimRadioLog RadioLog { get; }

    /// <summary>Whether it has power.</summary>
    public bool IsPowered => _run is not null;

    /// <summary>Power cycles so far.</summary>
    public int Boots => Volatile.Read(ref _boots);

    /// <summary>
    /// Exceptions that nothing on the board caught: each ended its own thread, tick or callback only.
    /// </summary>
    public long UncaughtExceptions => Interlocked.Read(ref _uncaught);

    /// <summary>The last exception that nothing on the board caught.</summary>
    public Exception? LastUncaught { get; private set; }

    /// <summary>How often a strand was suspended at a host call; 0 on boards that are not preempted.</summary>
    public long Suspensions => Interlocked.Read(ref _suspensions);

    /// <summary>
    /// Circles of strands that waited for each other's locks, with their stacks; each ended as an exception in one of
    /// them. Found on boards that are preempted.
    /// </summary>
    public IReadOnlyList<string> Deadlocks
    {
        get
        {
            lock (_gate) return [.. _deadlocks];
        }
    }

    /// <summary>
    /// Microseconds for things with a clock of their own on the board, such as a chip on the bus: board time as the
    /// code that
    /// runs here sees it, going on across power cycles.
    /// </summary>
    public long ClockMicroseconds
    {
        get
        {
            Strand? strand = Strand.CurrentOrNull;
            long worldMs = strand?.Run.Board == this ? strand.Run.ToWorldMs(strand.NowMs) : World.NowMs;
            return worldMs * 1000;
        }
    }

    /// <summary>Whether it has joined a Wi-Fi network that works.</summary>
    public bool IsOnline => _run is { Wifi.IsConnected: true };

    /// <summary>Puts a stale report into an open scan, as the chip's event queue does: address 0, RSSI -99.</summary>
    public void InjectStaleEvent() => _run?.Ble.InjectStale();

    /// <summary>
    /// The certificate bundle in the configuration partition, DER or PEM: what the factory or device code stored last.
    /// </summary>
    public byte[]? TrustedCertificates { get; set; }

    internal Preemption? Preemption { get; }

    internal IRadioSource? RadioSource { get; }

    internal IReadOnlyList<SimAccessPoint> AccessPoints { get; }

    internal BoardRun? Run => _run;

    internal BoardRun PowerOn()
    {
        lock (_gate)
        {
            if (_run is not null) throw new InvalidOperationException($"{Name} has power already.");
            return _run = new BoardRun(this, Interlocked.Increment(ref _boots)) { WokeByTimer = _wakesByTimer };
        }
    }

    internal void PowerOff()
    {
        BoardRun? run;
        lock (_gate)
        {
            run = _run;
            _run = null;
        }

        run?.Stop();
    }

    /// <summary>Boots the board again after a delay, or never; the caller's device code must end at once.</summary>
    internal void Reboot(BoardRun run, long? delayMs, bool byTimer)
    {
        _wakesByTimer = byTimer;
        run.RebootRequested?.Invoke(delayMs);
    }

    internal int NextThreadId() => Interlocked.Increment(ref _threads);

    internal void OnSuspend() => Interlocked.Increment(ref _suspensions);

    internal void OnDeadlock(string told)
    {
        lock (_gate) _deadlocks.Add(told);
    }

    internal void OnUncaught(Exception error)
    {
        LastUncaught = error;
        Interlocked.Increment(ref _uncaught);
        Console.WriteLine($"++++ Exception {error.GetType().FullName}: {error.Message} ++++");
    }
}
