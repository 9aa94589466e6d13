namespace LumenLink.Simulator;

/// <summary>Lets the traffic of a connection pass, or holds it back while the network swallows everything.</summary>
internal sealed class NetworkGate
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _opening;

    public bool IsOpen => Volatile.Read(ref _opening) is null;

    /// <summary>Done when traffic may pass.</summary>
    public Task WhenOpen => Volatile.Read(ref _opening)?.Task ?? Task.CompletedTask;

    public void Set(bool open)
    {
        lock (_lock)
        {
            if (open == IsOpen) return;
            if (!open)
            {
                _opening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return;
            }

            _opening!.SetResult();
            _opening = null;
        }
    }
}
