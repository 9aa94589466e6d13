namespace LumenLink.Rendezvous.Store;

/// <summary>
/// Runs what is asked for at once together: while one group runs, what comes waits and is the next group. So a lone
/// caller waits for nobody, and many share one transaction.
/// </summary>
/// <param name="most">Items of a group at most.</param>
/// <param name="run">Runs a group, whole or not at all; results in the order of the items.</param>
/// <param name="isOfOne">
/// True for a failure of one item that certainly undid the group: then each runs by itself, so that it fails alone.
/// </param>
internal sealed class GroupCommit<TItem, TResult>(
    int most, Func<IReadOnlyList<TItem>, Task<TResult[]>> run, Func<Exception, bool> isOfOne)
{
    private readonly Lock gate = new();
    private readonly LinkedList<Waiting> waiting = [];
    private bool isRunning;

    /// <summary>
    /// Runs an item, with others or alone. Who stops to wait takes an item back while it waits for its group; once the
    /// group runs its end is waited for, because it may be committed.
    /// </summary>
    public async Task<TResult> RunAsync(TItem item, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiting mine = new(item);
        bool leads;
        lock (gate)
        {
            waiting.AddLast(mine);
            leads = !isRunning;
            isRunning = true;
        }

        Task leading = leads ? LeadAsync() : Task.CompletedTask;
        await using (cancellationToken.Register(() => TakeBack(mine, cancellationToken)))
        {
            TResult result = await mine.Result.Task;
            _ = leading; // goes on for those who came meanwhile; it never fails
            return result;
        }
    }

    private void TakeBack(Waiting item, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (!waiting.Remove(item))
                return;
        }

        item.Result.TrySetCanceled(cancellationToken);
    }

    private async Task LeadAsync()
    {
        while (TakeGroup() is { Length: > 0 } group)
        {
            if (await TryAsync(group) is not { } failure)
                continue;
            foreach (Waiting one in group)
            {
                Exception? own = group.Length > 1 && isOfOne(failure) ? await TryAsync([one]) : failure;
                if (own is not null)
                    one.Result.SetException(own);
            }
        }
    }

    /// <summary>Runs a group and tells its callers; on a failure tells nobody and returns it.</summary>
    private async Task<Exception?> TryAsync(Waiting[] group)
    {
        try
        {
            TResult[] results = await run([.. group.Select(one => one.Item)]);
            foreach ((Waiting one, TResult result) in group.Zip(results))
                one.Result.SetResult(result);
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private Waiting[] TakeGroup()
    {
        lock (gate)
        {
            Waiting[] group = [.. waiting.Take(most)];
            foreach (Waiting _ in group)
                waiting.RemoveFirst();
            isRunning = group.Length > 0;
            return group;
        }
    }

    private sealed class Waiting(TItem item)
    {
        public TItem Item => item;

        public TaskCompletionSource<TResult> Result { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
