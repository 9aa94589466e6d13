using System.Runtime.CompilerServices;
using LumenLink.Rendezvous.Ingest;

namespace LumenLink.Tests.Rendezvous.Support;

/// <summary>A live feed that knows how many follow it.</summary>
internal sealed class ObservedFeed(ILiveFeed feed) : ILiveFeed
{
    private readonly Lock gate = new();
    private readonly List<(int Count, TaskCompletionSource Reached)> waiting = [];
    private int count;

    /// <summary>Completes when this many follow.</summary>
    public Task CountIsAsync(int wanted)
    {
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (count == wanted)
                return Task.CompletedTask;
            waiting.Add((wanted, reached));
        }

        return reached.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    public async IAsyncEnumerable<LiveEvent> Subscribe(
        LiveEventId? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Change(1);
        try
        {
            await foreach (LiveEvent liveEvent in feed.Subscribe(after, cancellationToken))
                yield return liveEvent;
        }
        finally
        {
            Change(-1);
        }
    }

    private void Change(int by)
    {
        lock (gate)
        {
            count += by;
            foreach ((_, TaskCompletionSource reached) in waiting.Where(wait => wait.Count == count))
                reached.TrySetResult();
            waiting.RemoveAll(wait => wait.Count == count);
        }
    }
}
