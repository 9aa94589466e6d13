namespace LumenLink.Simulator;

/// <summary>What stands behind nanoFramework's ManualResetEvent and AutoResetEvent.</summary>
internal sealed class HostEvent
{
    /// <summary>Guards every event and waiter; held for a few instructions only.</summary>
    internal static readonly object Gate = new();

    private readonly bool _autoReset;
    private readonly BoardRun? _run = Strand.CurrentOrNull?.Run;
    private readonly List<HostWaiter> _waiters = [];
    private bool _set;

    public HostEvent(bool autoReset, bool initial)
    {
        _autoReset = autoReset;
        _set = initial;
    }

    public void Set()
    {
        lock (Gate)
        {
            _set = true;
            for (int index = 0; index < _waiters.Count && _set;)
            {
                HostWaiter waiter = _waiters[index];
                int taken = Take(waiter.Events, waiter.All);
                if (taken < 0) index++;
                else waiter.CompleteInTurn(taken);
            }
        }

        _run?.Signal();
    }

    public void Reset()
    {
        lock (Gate) _set = false;
    }

    /// <summary>Waits for this event.</summary>
    /// <param name="timeoutMs">Milliseconds; -1 for ever.</param>
    /// <returns>False when the time ran out.</returns>
    public bool Wait(int timeoutMs) => Wait([this], all: false, timeoutMs) >= 0;

    /// <summary>Waits for one of several events, or for all.</summary>
    /// <returns>Index of the event taken (0 for all of them), or -1 when the time ran out.</returns>
    public static int Wait(HostEvent[] events, bool all, int timeoutMs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeoutMs, -1);
        Strand strand = Strand.Current;
        HostWaiter waiter;
        lock (Gate)
        {
            int taken = Take(events, all);
            if (taken >= 0 || timeoutMs == 0) return taken;
            if (!strand.Blocks && timeoutMs < 0)
                throw new InvalidOperationException("A tick or a callback waited without a time limit.");
            if (!strand.Blocks && !strand.CanBeSuspended) return WaitAtOnce(strand, events, all, timeoutMs);
            waiter = new HostWaiter(strand, events, all);
        }

        return waiter.Wait(timeoutMs);
    }

    /// <summary>Pauses the strand that runs here.</summary>
    /// <param name="durationMs">Milliseconds; -1 for ever.</param>
    public static void Sleep(int durationMs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(durationMs, -1);
        Strand strand = Strand.Current;
        if (durationMs >= 0 && strand.Kind != StrandKind.Thread && !strand.CanBeSuspended) strand.Advance(durationMs);
        else Wait([], all: false, durationMs);
    }

    /// <summary>Lets others of a strand's board run for a time, also for none: then what is due now.</summary>
    internal static void Suspend(Strand strand, int durationMs)
    {
        HostWaiter waiter;
        lock (Gate) waiter = new HostWaiter(strand, [], all: false);
        waiter.Wait(durationMs);
    }

    internal void Add(HostWaiter waiter) => _waiters.Add(waiter);

    internal void Remove(HostWaiter waiter) => _waiters.Remove(waiter);

    private static int WaitAtOnce(Strand strand, HostEvent[] events, bool all, int timeoutMs)
    {
        strand.Advance(timeoutMs);
        return Take(events, all);
    }

    private static int Take(HostEvent[] events, bool all)
    {
        if (events.Length == 0) return -1;
        if (!all)
        {
            int first = Array.FindIndex(events, one => one._set);
            if (first >= 0) events[first].Consume();
            return first;
        }

        if (!Array.TrueForAll(events, one => one._set)) return -1;
        foreach (HostEvent one in events) one.Consume();
        return 0;
    }

    private void Consume()
    {
        if (_autoReset) _set = false;
    }
}
