namespace LumenLink.Simulator;

/// <summary>
/// Stops a virtual clock while a client waits for a server's answer, but not for ever: when the patience is over, the
/// protocol's time limits run out in virtual time. Does nothing in a paced world.
/// </summary>
/// <param name="world">Whose clock.</param>
internal sealed class AnswerHold(SimWorld world)
{
    private readonly Lock _lock = new();
    private Timer? _patience;
    private IDisposable? _hold;
    private bool _isOver;

    /// <summary>Says whether an answer is awaited.</summary>
    /// <param name="waiting">It is, and it can come.</param>
    /// <param name="asked">Something was asked just now: the patience begins anew.</param>
    public void Set(bool waiting, bool asked)
    {
        if (!world.IsVirtual) return;
        lock (_lock)
        {
            if (asked) _isOver = false;
            if (!waiting || _isOver)
            {
                Release();
                return;
            }

            if (_hold is not null && !asked) return;
            _hold ??= world.HoldClock();
            _patience ??= new Timer(_ => GiveUp());
            _patience.Change(world.AnswerPatienceMs, Timeout.Infinite);
        }
    }

    private void GiveUp()
    {
        lock (_lock)
        {
            _isOver = true;
            Release();
        }
    }

    private void Release()
    {
        _patience?.Change(Timeout.Infinite, Timeout.Infinite);
        _hold?.Dispose();
        _hold = null;
    }
}
