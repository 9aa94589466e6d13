using System.Reflection;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Tests.Rendezvous.Support;

/// <summary>Stands in front of a store: it can be made to fail and to say nothing.</summary>
internal class StoreGate : DispatchProxy
{
    private IRendezvousStore inner = null!;

    /// <summary>
    /// Every call fails with this while it is set; the health check says that the store does not answer.
    /// </summary>
    public Exception? Failure { get; set; }

    /// <summary>Commits of records wait for this.</summary>
    public Task CommitHold { get; set; } = Task.CompletedTask;

    /// <summary>Called with the batch of each commit.</summary>
    public Action<IngestBatch>? OnCommit { get; set; }

    /// <summary>The health check is never answered while this is set.</summary>
    public bool IsSilent { get; set; }

    public static (IRendezvousStore Store, StoreGate Gate) Around(IRendezvousStore inner)
    {
        IRendezvousStore store = Create<IRendezvousStore, StoreGate>();
        StoreGate gate = (StoreGate)store;
        gate.inner = inner;
        return (store, gate);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        bool isCheck = targetMethod!.Name == nameof(IRendezvousStore.CheckAsync);
        if (isCheck && IsSilent)
            return new TaskCompletionSource<StoreHealth>().Task;
        if (Failure is { } failure && targetMethod.ReturnType.IsAssignableTo(typeof(Task)))
            return isCheck ? Task.FromResult(StoreHealth.Unreachable) : throw failure;
        if (targetMethod.Name == nameof(IRendezvousStore.CommitAsync))
            OnCommit?.Invoke((IngestBatch)args![0]!);
        if (targetMethod.Name == nameof(IRendezvousStore.CommitAsync) && !CommitHold.IsCompleted)
            return CommitHeldAsync(targetMethod, args);
        return targetMethod.Invoke(inner, BindingFlags.DoNotWrapExceptions, null, args, null);
    }

    private async Task CommitHeldAsync(MethodInfo commit, object?[]? args)
    {
        await CommitHold;
        await (Task)commit.Invoke(inner, BindingFlags.DoNotWrapExceptions, null, args, null)!;
    }
}
