namespace LumenLink.Simulator;

/// <summary>What stands behind nanoFramework's Timer: callbacks at board times.</summary>
/// <param name="run">The power cycle it belongs to.</param>
/// <param name="callback">Device code.</param>
internal sealed class HostTimer(BoardRun run, Action callback)
{
    private readonly object _gate = new();
    private AgendaItem? _next;

    /// <summary>
    /// Sets when it fires first and how often then; negative due time: never; period 0 or less: once.
    /// </summary>
    public void Change(long dueMs, long periodMs)
    {
        lock (_gate)
        {
            _next?.Cancel();
            _next = dueMs < 0 ? null : Arm(Strand.Current.NowMs + dueMs, periodMs);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _next?.Cancel();
            _next = null;
        }
    }

    private AgendaItem Arm(long atMs, long periodMs) => run.Schedule(atMs, StrandKind.Callback, () =>
    {
        lock (_gate)
        {
            _next = periodMs > 0 ? Arm(atMs + periodMs, periodMs) : null;
        }

        callback();
    });
}
