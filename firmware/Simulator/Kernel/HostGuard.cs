namespace LumenLink.Simulator;

/// <summary>
/// A lock of the host that is held while device code runs: on a board that is preempted its holder may be suspended, so
/// whoever finds it taken is suspended too.
/// </summary>
internal readonly struct HostGuard : IDisposable
{
    private readonly object _target;
    private readonly Strand? _strand;
    private readonly HostLocks? _locks;

    /// <summary>Takes it. Outside device code nothing of a board that is preempted runs: then there is nothing to
    /// take.</summary>
    public HostGuard(BoardRun run, object target)
    {
        _target = target;
        _locks = run.Preemptor?.Locks;
        _strand = Strand.CurrentOrNull is { } strand && strand.Run == run && !run.IsStopped ? strand : null;
        if (_locks is null) Monitor.Enter(target);
        else if (_strand is not null) _locks.Enter(_strand, target);
    }

    /// <summary>Gives it back.</summary>
    public void Dispose()
    {
        if (_locks is null) Monitor.Exit(_target);
        else if (_strand is not null) _locks.Exit(_strand, _target);
    }
}
