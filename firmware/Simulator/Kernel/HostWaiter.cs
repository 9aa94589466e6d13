namespace LumenLink.Simulator;

/// <summary>One wait of a device thread or link job. While it waits, virtual time may pass.</summary>
internal sealed class HostWaiter
{
    public const int TimedOut = -1;
    public const int Stopped = -2;

    private readonly Strand _strand;
    private readonly ManualResetEventSlim _done = new(false, 0);
    private bool _completed;
    private int _result;

    /// <summary>Registers the wait; the caller holds <see cref="HostEvent.Gate"/>.</summary>
    public HostWaiter(Strand strand, HostEvent[] events, bool all)
    {
        _strand = strand;
        Events = events;
        All = all;
        strand.Run.Register(this);
        foreach (HostEvent one in events) one.Add(this);
        if (strand.Run.IsStopped) Complete(Stopped);
    }

    public HostEvent[] Events { get; }

    public bool All { get; }

    public int Wait(int timeoutMs)
    {
        SimWorld world = _strand.Run.World;
        AgendaItem? deadline = timeoutMs < 0
            ? null
            : world.Schedule(DeadlineMs(timeoutMs), _strand.Run.Board.Ordinal, () => CompleteLocked(TimedOut));
        Preemptor? preemptor = _strand.Run.Preemptor;
        preemptor?.Give();
        world.ReleaseHold();
        _done.Wait();
        preemptor?.Take();
        deadline?.Cancel();
        _done.Dispose();
        bool isByClock = _strand.Kind == StrandKind.Thread || _strand.CanBeSuspended;
        if (isByClock) _strand.Run.AdvanceClock(_strand.Run.WorldNowMs);
        _strand.ThrowIfStopped();
        return _result;
    }

    /// <summary>
    /// Ends the wait; the caller holds <see cref="HostEvent.Gate"/>. The clock is held on for the waiter.
    /// </summary>
    public void Complete(int result)
    {
        if (TryEnd(result)) GoOn();
    }

    /// <summary>
    /// As <see cref="Complete"/>, by another strand; if the board is preempted, the waiter goes on when that one has
    /// given it a turn.
    /// </summary>
    /// <returns>False: the wait had ended before.</returns>
    public bool CompleteInTurn(int result)
    {
        if (!TryEnd(result)) return false;
        BoardRun run = _strand.Run;
        if (run.Preemptor is null) GoOn();
        else run.World.Schedule(run.World.NowMs, run.Board.Ordinal, GoOn);
        return true;
    }

    private bool TryEnd(int result)
    {
        if (_completed) return false;
        _completed = true;
        _result = result;
        foreach (HostEvent one in Events) one.Remove(this);
        _strand.Run.Unregister(this);
        return true;
    }

    private void GoOn()
    {
        _strand.Run.World.AcquireHold();
        _done.Set();
    }

    private void CompleteLocked(int result)
    {
        lock (HostEvent.Gate) Complete(result);
    }

    /// <summary>A thread waits by board time; a link job by protocol time, which is never scaled.</summary>
    private long DeadlineMs(int timeoutMs)
    {
        SimWorld world = _strand.Run.World;
        return _strand.Kind == StrandKind.Job
            ? Math.Max(world.NowMs, _strand.Run.ToWorldMs(world.IsVirtual ? _strand.NowMs : 0))
              + (long)Math.Ceiling(timeoutMs * world.Speed)
            : world.NowMs + timeoutMs;
    }
}
