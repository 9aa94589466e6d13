using LumenLink.Rendezvous.Dashboard.Live;

namespace LumenLink.Tests.Rendezvous.Dashboard;

/// <summary>However many look at a page, the store is asked once.</summary>
public sealed class SharedReadingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly StillTime time = new();
    private readonly List<Exception> failures = [];
    private int reads;

    [Fact]
    public async Task Many_viewers_are_told_of_one_read()
    {
        TaskCompletionSource<int> answer = new();
        SharedReading<int> reading = Reading(() => answer.Task);
        Assert.Equal(0, reads);
        List<Viewer> viewers = [];
        for (int i = 0; i < 50; i++)
        {
            // Late enough for a read of its own, if there were one.
            time.Advance(SharedReading<int>.Interval);
            viewers.Add(new Viewer(reading));
        }

        answer.SetResult(7);
        foreach (Viewer viewer in viewers)
            await viewer.Told.WaitAsync(Patience);
        Assert.Equal((1, 7), (reads, reading.Latest.Value));

        // The last one who leaves ends the reading, and the next one who comes starts it again.
        foreach (Viewer viewer in viewers)
            viewer.Leave();
        time.Advance(SharedReading<int>.Interval);
        Viewer next = new(reading);
        await next.Told.WaitAsync(Patience);
        Assert.Equal((2, time.Now), (reads, reading.Latest.At));
        next.Leave();
    }

    [Fact]
    public async Task A_failed_read_keeps_the_last_value_and_says_since_when()
    {
        Queue<Task<int>> answers = new(
            [Task.FromResult(7), Task.FromException<int>(new InvalidOperationException()), Task.FromResult(8)]);
        SharedReading<int> reading = Reading(answers.Dequeue);
        Assert.Equal(new Reading<int>(7, time.Now, null), await LookAsync(reading));
        DateTimeOffset first = time.Now;
        time.Advance(SharedReading<int>.Interval);
        Assert.Equal(new Reading<int>(7, first, time.Now), await LookAsync(reading));
        Assert.Single(failures);
        time.Advance(SharedReading<int>.Interval);
        Assert.Equal(new Reading<int>(8, time.Now, null), await LookAsync(reading));
    }

    private SharedReading<int> Reading(Func<Task<int>> read) => new(
        _ =>
        {
            Interlocked.Increment(ref reads);
            return read();
        },
        failures.Add, time);

    private static async Task<Reading<int>> LookAsync(SharedReading<int> reading)
    {
        Viewer viewer = new(reading);
        await viewer.Told.WaitAsync(Patience);
        viewer.Leave();
        return reading.Latest;
    }

    /// <summary>Time that moves by hand only; timers never end.</summary>
    private sealed class StillTime : TimeProvider
    {
        public DateTimeOffset Now { get; private set; } = new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero);

        public void Advance(TimeSpan by) => Now += by;

        public override DateTimeOffset GetUtcNow() => Now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new Timer();

        private sealed class Timer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }

    private sealed class Viewer
    {
        private readonly TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly IDisposable registration;

        public Viewer(SharedReading<int> reading) => registration = reading.Watch(() => told.TrySetResult());

        public Task Told => told.Task;

        public void Leave() => registration.Dispose();
    }
}
