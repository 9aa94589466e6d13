namespace LumenLink.Tests.Simulator;

/// <summary>A wall clock that a test moves.</summary>
internal sealed class HandTime : TimeProvider
{
    private readonly object _gate = new();
    private Alarm? _alarm;
    private long _nowTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _nowTicks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Alarm(this, callback, state);

    /// <summary>Waits until somebody waits for a time, and goes there.</summary>
    public void AdvanceToAlarm() => AdvanceToAlarm(long.MaxValue, Timeout.InfiniteTimeSpan);

    /// <summary>
    /// Goes on by a time, stopping at each alarm on the way; somebody must come to wait for the very end of it.
    /// </summary>
    /// <param name="time">How far.</param>
    /// <param name="patience">When to give up, by a clock that nobody moves.</param>
    public void AdvanceBy(TimeSpan time, TimeSpan patience)
    {
        // Whoever computes with fractions of a millisecond may set an alarm a little beside the time that was meant.
        const long SlackTicks = TimeSpan.TicksPerMillisecond / 2;
        long endTicks = GetTimestamp() + time.Ticks;
        while (GetTimestamp() < endTicks - SlackTicks) AdvanceToAlarm(endTicks + SlackTicks, patience);
    }

    private void AdvanceToAlarm(long latestTicks, TimeSpan patience)
    {
        Alarm alarm;
        lock (_gate)
        {
            while (_alarm is not { } next || next.DueTicks > latestTicks)
                Assert.True(Monitor.Wait(_gate, patience), "Nobody waits for a time so near.");
            alarm = _alarm;
            _alarm = null;
            _nowTicks = Math.Max(_nowTicks, alarm.DueTicks);
        }

        alarm.Ring();
    }

    private sealed class Alarm(HandTime time, TimerCallback callback, object? state) : ITimer
    {
        public long DueTicks { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                DueTicks = time._nowTicks + dueTime.Ticks;
                time._alarm = this;
                Monitor.PulseAll(time._gate);
            }

            return true;
        }

        public void Ring() => callback(state);

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
