using LumenLink.Simulator;

namespace LumenLink.Tests.Uplink.Support;

/// <summary>The world's time as the service sees it, its timers included.</summary>
/// <param name="world">Whose time.</param>
/// <param name="scheduler">Does what is due, timers too.</param>
internal sealed class WorldTime(SimWorld world, FleetScheduler scheduler) : TimeProvider
{
    public override long TimestampFrequency => 1000;

    public override DateTimeOffset GetUtcNow() =>
        DateTimeOffset.FromUnixTimeMilliseconds(world.UtcEpochMs + world.NowMs);

    public override long GetTimestamp() => world.NowMs;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        WorldTimer timer = new(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class WorldTimer(WorldTime time, Action callback) : ITimer
    {
        private readonly Lock _lock = new();
        private int _version;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_lock)
            {
                int version = ++_version;
                if (dueTime >= TimeSpan.Zero)
                    Arm(version, time.GetTimestamp() + (long)Math.Ceiling(dueTime.TotalMilliseconds), period);
            }

            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm(int version, long atMs, TimeSpan period) => time.At(atMs, () =>
        {
            lock (_lock)
            {
                if (version != _version)
                    return;
                if (period > TimeSpan.Zero)
                    Arm(version, atMs + (long)Math.Ceiling(period.TotalMilliseconds), period);
            }

            callback();
        });
    }

    private void At(long worldMs, Action action) => scheduler.At(worldMs, action);
}
