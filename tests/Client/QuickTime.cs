using System.Collections.Concurrent;

namespace LumenLink.Tests.Client;

/// <summary>
/// A clock that jumps over short waits and notes them; long ones, which are limits of patience, end when told.
/// </summary>
internal sealed class QuickTime : TimeProvider
{
    /// <summary>What is waited for that long is a limit.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromHours(2);

    private readonly ConcurrentDictionary<Held, bool> limits = new();
    private long nowTicks = new DateTimeOffset(2030, 1, 31, 8, 0, 0, TimeSpan.Zero).Ticks;

    /// <summary>The short waits.</summary>
    public ConcurrentQueue<TimeSpan> Waits { get; } = new();

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref nowTicks), TimeSpan.Zero);

    public void Advance(TimeSpan by) => Interlocked.Add(ref nowTicks, by.Ticks);

    /// <summary>Ends every limit that is held now.</summary>
    public void EndLimits()
    {
        foreach (Held limit in limits.Keys)
            limit.End();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime >= Limit)
            return new Held(this, () => callback(state));
        Waits.Enqueue(dueTime);
        Advance(dueTime);
        return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A limit.</summary>
    private sealed class Held : ITimer
    {
        private readonly QuickTime time;
        private readonly Action end;

        public Held(QuickTime time, Action end)
        {
            this.time = time;
            this.end = end;
            time.limits[this] = true;
        }

        public void End() => end();

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => time.limits.TryRemove(this, out _);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
