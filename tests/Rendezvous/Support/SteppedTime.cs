namespace LumenLink.Tests.Rendezvous.Support;

/// <summary>
/// A clock that stands still until it is moved, timers included: they fire on the thread that moves it.
/// </summary>
internal sealed class SteppedTime : ManualTime
{
    private readonly Lock gate = new();
    private readonly List<SteppedTimer> timers = [];
    private readonly List<(TimeSpan Due, TaskCompletionSource Seen)> expected = [];
    private DateTimeOffset now = new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return now;
    }

    /// <summary>Moves the clock and fires what comes due, in order of time.</summary>
    public override void Advance(TimeSpan by)
    {
        DateTimeOffset target = GetUtcNow() + by;
        while (TakeNext(target) is { } timer)
            timer.Fire();
    }

    /// <summary>Completes when a timer with this first wait is set from now on.</summary>
    public Task NextTimer(TimeSpan due)
    {
        TaskCompletionSource seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
            expected.Add((due, seen));
        return seen.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        SteppedTimer timer = new(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private SteppedTimer? TakeNext(DateTimeOffset target)
    {
        lock (gate)
        {
            SteppedTimer? next = timers.Where(timer => timer.At <= target).MinBy(timer => timer.At);
            if (next is null)
            {
                now = target;
                return null;
            }

            now = next.At > now ? next.At : now;
            next.At += next.Period;
            if (next.Period <= TimeSpan.Zero)
                timers.Remove(next);
            return next;
        }
    }

    private void Set(SteppedTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (gate)
        {
            timers.Remove(timer);
            if (dueTime == Timeout.InfiniteTimeSpan)
                return;
            timer.At = now + dueTime;
            timer.Period = period;
            timers.Add(timer);
            foreach ((_, TaskCompletionSource seen) in expected.Where(wait => wait.Due == dueTime))
                seen.TrySetResult();
            expected.RemoveAll(wait => wait.Due == dueTime);
        }
    }

    private sealed class SteppedTimer(SteppedTime time, Action fire) : ITimer
    {
        public DateTimeOffset At { get; set; }

        public TimeSpan Period { get; set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time.Set(this, dueTime, period);
            return true;
        }

        public void Dispose() => time.Set(this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
