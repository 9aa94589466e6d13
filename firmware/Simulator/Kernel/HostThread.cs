namespace LumenLink.Simulator;

/// <summary>
/// What stands behind nanoFramework's Thread: an operating system thread that an exception ends alone.
/// </summary>
internal sealed class HostThread
{
    private readonly BoardRun _run;
    private readonly Action _body;
    private readonly HostEvent _ended = new(autoReset: false, initial: false);
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _started;

    public HostThread(BoardRun run, Action body)
    {
        _run = run;
        _body = body;
        Id = run.Board.NextThreadId();
    }

    public int Id { get; }

    public bool IsAlive { get; private set; }

    /// <summary>Done when it has ended; for those who wait outside device code.</summary>
    public Task Gone => _gone.Task;

    public void Start()
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
            throw new InvalidOperationException("The thread was started before.");
        IsAlive = true;
        if (_run.Preemptor is { } preemptor)
        {
            _run.World.Schedule(_run.World.NowMs, _run.Board.Ordinal, () => preemptor.Start(Live, _gone.SetResult));
            return;
        }

        _run.World.AcquireHold();
        Thread thread = new(Main, SimLimits.DeviceThreadStackBytes)
        {
            IsBackground = true,
            Name = _run.Board.Name + "/" + Id.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        using (ExecutionContext.SuppressFlow()) thread.Start();
    }

    public bool Join(int timeoutMs) => _ended.Wait(timeoutMs);

    private void Main()
    {
        Live();
        _run.World.ReleaseHold();
        _gone.SetResult();
    }

    private void Live()
    {
        _run.RunHere(StrandKind.Thread, _body);
        IsAlive = false;
        _ended.Set();
    }
}
