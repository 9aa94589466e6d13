namespace LumenLink.Simulator;

/// <summary>What the Bluetooth stack of a board does: never two things at once.</summary>
internal enum BleMode
{
    NotRunning,
    Server,
    Client,
}

/// <summary>A board's Bluetooth controller during one power cycle.</summary>
/// <param name="run">The power cycle.</param>
internal sealed class SimBle(BoardRun run)
{
    private readonly object _gate = new();
    private readonly HashSet<ulong> _heard = [];
    private BleMode _mode;
    private Action<RadioEvent>? _report;
    private AgendaItem? _next;
    private double _heardToMs;
    private long _openMs;
    private int _windowDelivered;

    /// <summary>What it serves to clients that connect.</summary>
    public SimGatt Gatt { get; } = new(run);

    /// <summary>The host's server object of this power cycle.</summary>
    public object? HostServer { get; set; }

    /// <summary>Changes what the stack does.</summary>
    /// <exception cref="InvalidOperationException">
    /// It advertises and should scan, or the other way round, without a stop between.
    /// </exception>
    public void SetMode(BleMode mode)
    {
        Strand.Current.ThrowIfStopped();
        using (run.Guard(_gate))
        {
            if (_mode == mode) return;
            if (mode != BleMode.NotRunning && _mode != BleMode.NotRunning) throw new InvalidOperationException();
            _mode = mode;
            if (mode == BleMode.NotRunning) EndScan();
        }

        if (mode == BleMode.NotRunning) StopAdvertising();
    }

    public void StartAdvertising(byte[] advertisement, byte[] scanResponse) => run.World.Air.Set(new AirEvent(
        run.Board, run.Board.Address, run.ToWorldMs(Strand.Current.NowMs), true, advertisement, scanResponse));

    /// <summary>Ends advertising, whoever began it; what was served goes with it.</summary>
    public void StopAdvertising()
    {
        Gatt.Drop();
        HideAdvertisement();
    }

    /// <summary>Ends advertising for as long as a client is there.</summary>
    public void HideAdvertisement() => run.World.Air.Set(
        new AirEvent(run.Board, run.Board.Address, run.ToWorldMs(run.ClockMs), false, [], []));

    /// <summary>Opens a scan window at the board's present time.</summary>
    /// <param name="report">Receives each report, as a callback.</param>
    public void StartScan(Action<RadioEvent> report)
    {
        SetMode(BleMode.Client);
        using (run.Guard(_gate))
        {
            if (_report is not null) return;
            _report = report;
            _heard.Clear();
            _windowDelivered = 0;
            _openMs = Strand.Current.NowMs;
            _heardToMs = _openMs;
            Arm();
        }
    }

    /// <summary>
    /// Closes the window at the board's present time; everything heard before was reported when this returns.
    /// </summary>
    public void StopScan()
    {
        using (run.Guard(_gate))
        {
            if (_report is null) return;
        }

        SetMode(BleMode.NotRunning);
    }

    public void InjectStale()
    {
        run.Begin(StrandKind.Callback, () =>
        {
            using (run.Guard(_gate)) Report(new RadioEvent(0, 0, -99, false, default));
        });
    }

    public void PowerOff()
    {
        using (run.Guard(_gate))
        {
            if (_report is not null) CloseWindow(run.ClockMs);
        }

        StopAdvertising();
    }

    private void EndScan()
    {
        if (_report is null) return;
        long closeMs = Strand.Current.NowMs;
        Deliver(closeMs);
        CloseWindow(closeMs);
    }

    private void CloseWindow(long closeMs)
    {
        _next?.Cancel();
        _next = null;
        _report = null;
        run.Board.RadioLog.Add(new ScanWindow(run.ToWorldMs(_openMs), run.ToWorldMs(closeMs), _windowDelivered));
    }

    /// <summary>Asks to be called when the next event is past: at the first whole millisecond after it.</summary>
    private void Arm()
    {
        double? nextMs = run.Board.RadioSource?.PeekMs(run.ToWorldMs(_heardToMs));
        _next = nextMs is not { } worldMs
            ? null
            : run.Schedule((long)Math.Floor(run.ToBoardMs(worldMs)) + 1, StrandKind.Callback, OnDue);
    }

    private void OnDue()
    {
        using (run.Guard(_gate))
        {
            if (_report is null) return;
            Deliver(run.ClockMs);
            Arm();
        }
    }

    /// <summary>Reports what was heard before a time: the first event of each address in the window.</summary>
    private void Deliver(long beforeMs)
    {
        if (run.Board.RadioSource is not { } source) return;
        while (!run.IsStopped
            && source.TryNext(run.ToWorldMs(_heardToMs), run.ToWorldMs((double)beforeMs), out RadioEvent heard))
        {
            if (!_heard.Add(heard.Address)) continue;
            _windowDelivered++;
            run.Board.RadioLog.CountDelivered();
            Report(heard);
        }

        _heardToMs = Math.Max(_heardToMs, beforeMs);
    }

    private void Report(RadioEvent heard)
    {
        if (_report is { } report) run.RunOn(StrandKind.Callback, () => report(heard));
    }
}
