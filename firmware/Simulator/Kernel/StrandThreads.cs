namespace LumenLink.Simulator;

/// <summary>Threads for strands that may be suspended in the middle; one that is free is taken again.</summary>
internal sealed class StrandThreads : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Stack<Worker> _idle = new();
    private bool _isOver;

    /// <summary>Runs a body on a thread of its own.</summary>
    /// <param name="body">What; throws nothing.</param>
    /// <param name="ended">Called when the thread is free again.</param>
    public void Run(Action body, Action ended)
    {
        Worker? worker;
        lock (_lock)
        {
            if (!_idle.TryPop(out worker)) worker = new Worker(this);
        }

        worker.Begin(body, ended);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _isOver = true;
            foreach (Worker worker in _idle) worker.End();
            _idle.Clear();
        }
    }

    private bool Rest(Worker worker)
    {
        lock (_lock)
        {
            if (!_isOver) _idle.Push(worker);
            return !_isOver;
        }
    }

    private sealed class Worker
    {
        private readonly StrandThreads _owner;
        private readonly SemaphoreSlim _begun = new(0);
        private (Action Body, Action Ended)? _work;

        public Worker(StrandThreads owner)
        {
            _owner = owner;
            Thread thread = new(Main, SimLimits.DeviceThreadStackBytes) { IsBackground = true, Name = "strand" };
            using (ExecutionContext.SuppressFlow()) thread.Start();
        }

        public void Begin(Action body, Action ended)
        {
            _work = (body, ended);
            _begun.Release();
        }

        public void End() => _begun.Release();

        private void Main()
        {
            bool goesOn = true;
            while (goesOn)
            {
                _begun.Wait();
                if (_work is not { } work) break;
                _work = null;
                work.Body();
                goesOn = _owner.Rest(this);
                work.Ended();
            }

            _begun.Dispose();
        }
    }
}
