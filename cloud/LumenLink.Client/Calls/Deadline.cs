namespace LumenLink.Client;

/// <summary>Cancels when its time is over, or when its caller does.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource source;
    private readonly ITimer timer;
    private readonly TimeSpan after;

    /// <param name="time">Clock.</param>
    /// <param name="after">How long from now, and from each <see cref="Extend"/>.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public Deadline(TimeProvider time, TimeSpan after, CancellationToken cancellationToken)
    {
        this.after = after;
        source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer = time.CreateTimer(_ => Cancel(), null, after, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Cancelled at the end.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>Begins anew.</summary>
    public void Extend() => timer.Change(after, Timeout.InfiniteTimeSpan);

    /// <inheritdoc/>
    public void Dispose()
    {
        timer.Dispose();
        source.Dispose();
    }

    private void Cancel()
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The timer fired while its end came: nobody listens any more.
        }
    }
}
