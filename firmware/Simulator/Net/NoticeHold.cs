namespace LumenLink.Simulator;

/// <summary>
/// Stops a virtual clock from the end of a connection until the device code that waits for it has noticed: the word of
/// it goes by way of real tasks.
/// </summary>
/// <param name="world">Whose clock.</param>
internal sealed class NoticeHold(SimWorld world)
{
    private readonly Lock _lock = new();
    private bool _isAwaited;
    private IDisposable? _hold;

    /// <summary>Device code begins to wait for the connection, or has ended to.</summary>
    public void Await(bool isAwaited)
    {
        lock (_lock)
        {
            _isAwaited = isAwaited;
            if (isAwaited) return;
            _hold?.Dispose();
            _hold = null;
        }
    }

    /// <summary>The connection has ended.</summary>
    public void OnEnd()
    {
        lock (_lock)
        {
            if (_isAwaited) _hold ??= world.HoldClock();
        }
    }
}
