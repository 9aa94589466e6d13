using System.Threading.Channels;
using LumenLink.Rendezvous.Dashboard.Live;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Dashboard;

/// <summary>When the store is read for those who look, and what becomes of a read that goes wrong.</summary>
public sealed class ReadingScheduleTests
{
    private readonly SteppedTime time = new();
    private readonly List<Exception> failures = [];
    private readonly Channel<Reading<string>> seen = Channel.CreateUnbounded<Reading<string>>();
    private Func<CancellationToken, Task<string>> read;
    private int reads;

    public ReadingScheduleTests() => read = _ => Task.FromResult($"value {reads}");

    [Fact]
    public async Task All_watchers_share_one_read_an_interval()
    {
        SharedReading<string> reading = NewReading();
        using IDisposable one = Watch(reading);
        Assert.Equal(new Reading<string>("value 1", time.GetUtcNow(), null), await NextAsync());
        using IDisposable two = Watch(reading);
        time.Advance(SharedReading<string>.Interval);
        Assert.Equal("value 2", (await NextAsync()).Value);
        Assert.Equal("value 2", (await NextAsync()).Value);
        time.Advance(SharedReading<string>.Interval);
        Assert.Equal("value 3", (await NextAsync()).Value);
        Assert.Equal(3, reads);
    }

    [Fact]
    public async Task A_failed_read_keeps_the_value_and_says_since_when_until_one_works()
    {
        SharedReading<string> reading = NewReading();
        using IDisposable watching = Watch(reading);
        DateTimeOffset start = time.GetUtcNow();
        await NextAsync();
        Func<CancellationToken, Task<string>> works = read;
        read = _ => throw new IOException("gone");
        time.Advance(SharedReading<string>.Interval);
        Assert.Equal(new Reading<string>("value 1", start, start.AddSeconds(1)), await NextAsync());
        time.Advance(SharedReading<string>.Interval);
        Assert.Equal(new Reading<string>("value 1", start, start.AddSeconds(1)), await NextAsync());
        Assert.Equal(2, failures.Count);
        read = works;
        time.Advance(SharedReading<string>.Interval);
        Assert.Equal(new Reading<string>("value 4", start.AddSeconds(3), null), await NextAsync());
    }

    [Fact]
    public async Task A_first_read_that_fails_has_no_value()
    {
        read = _ => Task.FromException<string>(new TimeoutException());
        using IDisposable watching = Watch(NewReading());
        Assert.Equal(new Reading<string>(null, null, time.GetUtcNow()), await NextAsync());
    }

    [Fact]
    public async Task A_read_that_does_not_heed_its_end_is_given_up()
    {
        read = _ => new TaskCompletionSource<string>().Task;
        Task limited = time.NextTimer(SharedReading<string>.Timeout);
        DateTimeOffset start = time.GetUtcNow();
        using IDisposable watching = Watch(NewReading());
        await limited;
        time.Advance(SharedReading<string>.Timeout);
        Assert.Equal(new Reading<string>(null, null, start), await NextAsync());
        Assert.IsType<OperationCanceledException>(Assert.Single(failures), exactMatch: false);
    }

    [Fact]
    public async Task Nobody_reads_while_nobody_looks_and_the_next_who_does_starts_it_again()
    {
        SharedReading<string> reading = NewReading();
        IDisposable watching = Watch(reading);
        await NextAsync();
        watching.Dispose();
        watching.Dispose();
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, reads);
        using IDisposable again = Watch(reading);
        Assert.Equal("value 2", (await NextAsync()).Value);
    }

    [Fact]
    public async Task The_last_who_leaves_ends_a_read_and_that_is_no_failure()
    {
        TaskCompletionSource<CancellationToken> begun = new();
        read = token =>
        {
            begun.TrySetResult(token);
            return Task.Delay(Timeout.InfiniteTimeSpan, token).ContinueWith(_ => "", token);
        };
        SharedReading<string> reading = NewReading();
        IDisposable watching = Watch(reading);
        CancellationToken token = await begun.Task;
        watching.Dispose();
        Assert.True(token.IsCancellationRequested);
        read = _ => Task.FromResult("again");
        time.Advance(SharedReading<string>.Interval);
        using IDisposable next = Watch(reading);
        Assert.Equal("again", (await NextAsync()).Value);
        Assert.Empty(failures);
    }

    [Fact]
    public async Task A_watcher_that_throws_does_not_take_the_reading_from_the_others()
    {
        TaskCompletionSource<string> first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        read = _ => reads == 1 ? first.Task : Task.FromResult("second");
        SharedReading<string> reading = NewReading();
        using IDisposable bad = reading.Watch(() => throw new InvalidOperationException("a page that is gone"));
        using IDisposable good = Watch(reading);
        first.SetResult("first");
        Assert.Equal("first", (await NextAsync()).Value);
        time.Advance(SharedReading<string>.Interval);
        Assert.Equal("second", (await NextAsync()).Value);
        Assert.NotEmpty(failures);
    }

    [Fact]
    public async Task A_set_keeps_one_reading_of_a_key_while_somebody_looks()
    {
        List<string> made = [];
        ReadingSet<string, string> set = new(key =>
        {
            made.Add(key);
            return NewReading();
        });
        Watched<string> one = set.Watch("a", () => { });
        Watched<string> two = set.Watch("a", () => { });
        using Watched<string> other = set.Watch("b", () => { });
        Assert.Equal(["a", "b"], made);
        one.Dispose();
        one.Dispose();
        TaskCompletionSource read = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using (set.Watch("a", () => read.TrySetResult()))
        {
            time.Advance(SharedReading<string>.Interval);
            await read.Task.WaitAsync(TimeSpan.FromSeconds(60));
            Assert.NotNull(two.Latest.Value);
        }

        two.Dispose();
        using Watched<string> anew = set.Watch("a", () => { });
        Assert.Equal(["a", "b", "a"], made);
    }

    private SharedReading<string> NewReading() => new(
        token =>
        {
            Interlocked.Increment(ref reads);
            return read(token);
        },
        failures.Add,
        time);

    private IDisposable Watch(SharedReading<string> reading) =>
        reading.Watch(() => seen.Writer.TryWrite(reading.Latest));

    private async Task<Reading<string>> NextAsync() =>
        await seen.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
}
