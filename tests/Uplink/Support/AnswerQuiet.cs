using LumenLink.Simulator;

namespace LumenLink.Tests.Uplink.Support;

/// <summary>
/// Holds a virtual clock from the last byte on a way until it has been quiet for a moment: the service's answers, which
/// take wall time, then come at the virtual time of the question. One that comes later still is only late.
/// </summary>
internal sealed class AnswerQuiet : IDisposable
{
    private const int QuietMs = 25;

    private readonly Lock _lock = new();
    private readonly SimWorld _world;
    private readonly Timer _timer;
    private IDisposable? _hold;

    public AnswerQuiet(SimWorld world)
    {
        _world = world;
        _timer = new Timer(_ => Release());
    }

    /// <summary>Something passed.</summary>
    public void Stir()
    {
        lock (_lock)
        {
            _hold ??= _world.HoldClock();
            _timer.Change(QuietMs, Timeout.Infinite);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        Release();
    }

    private void Release()
    {
        lock (_lock)
        {
            _hold?.Dispose();
            _hold = null;
        }
    }
}
