namespace LumenLink.Simulator;

/// <summary>
/// Does what is on a world's agenda, one thing at a time, the smallest due time first; what is due at once comes in an
/// order that the seed decides. One thread runs it; link jobs run beside it on the thread pool, device threads on
/// their own.
/// In a virtual world it waits until none of those runs before it goes on, so that equal seeds give equal runs.
/// </summary>
/// <param name="world">The world.</param>
public sealed class FleetScheduler(SimWorld world)
{
    private long _done;

    /// <summary>Things done so far.</summary>
    public long Done => Interlocked.Read(ref _done);

    /// <summary>
    /// Called before each thing that is done, with the board's ordinal (0: none) and the world time in ms.
    /// </summary>
    public Action<int, long>? Trace { get; set; }

    /// <summary>Puts an action of the experimenter on the agenda: an outage, a power cut, an end.</summary>
    /// <param name="worldMs">World milliseconds; in the past: at once.</param>
    /// <param name="action">Runs on the scheduler's thread, outside any board.</param>
    public void At(long worldMs, Action action) => world.Schedule(worldMs, 0, action);

    /// <summary>Runs until cancelled; a virtual world also ends when nothing is left to happen.</summary>
    public void Run(CancellationToken cancellation) => RunUntil(long.MaxValue, cancellation);

    /// <summary>Runs until a world time.</summary>
    /// <param name="worldMs">World milliseconds; what is due then is still done.</param>
    /// <param name="cancellation">Ends it early, between two things.</param>
    public void RunUntil(long worldMs, CancellationToken cancellation = default)
    {
        using CancellationTokenRegistration wake = cancellation.UnsafeRegister(_ => world.Pulse(), null);
        while (world.TakeNext(worldMs, cancellation) is { } item)
        {
            Interlocked.Increment(ref _done);
            Trace?.Invoke(item.Ordinal, item.AtMs);
            item.Do();
        }
    }
}
