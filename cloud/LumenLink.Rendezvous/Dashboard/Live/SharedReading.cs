namespace LumenLink.Rendezvous.Dashboard.Live;

/// <summary>What was read last.</summary>
/// <param name="Value">The value; default before the first one.</param>
/// <param name="At">When it was read; null before the first one.</param>
/// <param name="FailingSince">Since when reading fails; null while it works.</param>
internal sealed record Reading<T>(T? Value, DateTimeOffset? At, DateTimeOffset? FailingSince);

/// <summary>
/// A value of the store that is read for everybody who looks at it together: at most once per interval, and only while
/// somebody looks. A failed read keeps the last value and is tried again.
/// </summary>
/// <param name="read">Reads the value.</param>
/// <param name="onFailure">Told of every failed read, and of a watcher that failed.</param>
/// <param name="time">Clock.</param>
internal sealed class SharedReading<T>(
    Func<CancellationToken, Task<T>> read, Action<Exception> onFailure, TimeProvider time)
{
    /// <summary>Time between two reads.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>How long one read may take.</summary>
    internal static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private Action[] watchers = [];
    private CancellationTokenSource? running;
    private DateTimeOffset lastStart = DateTimeOffset.MinValue;

    /// <summary>What was read last.</summary>
    public Reading<T> Latest { get; private set; } = new(default, null, null);

    /// <summary>Calls <paramref name="changed"/> after every read until disposed, on any thread.</summary>
    public IDisposable Watch(Action changed)
    {
        lock (gate)
        {
            watchers = [.. watchers, changed];
            if (running is null)
            {
                running = new CancellationTokenSource();
                CancellationToken token = running.Token;
                _ = Task.Run(() => RunAsync(token), CancellationToken.None);
            }
        }

        return new Registration(this, changed);
    }

    private void Leave(Action changed)
    {
        lock (gate)
        {
            int index = Array.IndexOf(watchers, changed);
            if (index < 0)
                return;
            watchers = [.. watchers[..index], .. watchers[(index + 1)..]];
            if (watchers.Length > 0)
                return;
            running?.Cancel();
            running?.Dispose();
            running = null;
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(Interval, time);
        try
        {
            do
            {
                if (time.GetUtcNow() - lastStart >= Interval / 2)
                    await ReadAsync(cancellationToken);
                foreach (Action watcher in Volatile.Read(ref watchers))
                    Tell(watcher);
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Nobody looks any more.
        }
    }

    private void Tell(Action watcher)
    {
        try
        {
            watcher();
        }
        catch (Exception exception)
        {
            // One page's fault is not the others'.
            onFailure(exception);
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset start = lastStart = time.GetUtcNow();
        using CancellationTokenSource within = new(Timeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, within.Token);
        try
        {
            Latest = new Reading<T>(await read(limit.Token).WaitAsync(limit.Token), start, null);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Latest = Latest with { FailingSince = Latest.FailingSince ?? start };
            onFailure(exception);
        }
    }

    private sealed class Registration(SharedReading<T> reading, Action changed) : IDisposable
    {
        public void Dispose() => reading.Leave(changed);
    }
}
