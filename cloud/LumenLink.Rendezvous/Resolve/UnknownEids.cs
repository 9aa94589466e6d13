namespace LumenLink.Rendezvous.Resolve;

/// <summary>
/// Identifiers that somebody heard and nobody has by the time: the search looks for them once among all beacons that
/// were not heard of. Bounded; the oldest go first, and a guess costs no more than its place.
/// </summary>
internal sealed class UnknownEids
{
    private readonly Lock gate = new();
    private readonly Dictionary<ulong, long> rounds = [];
    private readonly Queue<ulong> order = new();

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return rounds.Count;
        }
    }

    /// <summary>Takes those of a call that were not found, together: callers would wait for one another.</summary>
    /// <param name="eids">The identifiers.</param>
    /// <param name="round">Number of the round of the search that is under way.</param>
    public void Add(ReadOnlySpan<ulong> eids, long round)
    {
        if (eids.IsEmpty)
            return;
        lock (gate)
        {
            foreach (ulong eid in eids)
            {
                if (!rounds.TryAdd(eid, round))
                    continue;
                order.Enqueue(eid);
                if (order.Count > ResolvePolicy.MaxUnknown)
                    rounds.Remove(order.Dequeue());
            }
        }
    }

    /// <summary>Those that are searched for now.</summary>
    public HashSet<ulong> Snapshot()
    {
        lock (gate)
            return [.. rounds.Keys];
    }

    /// <summary>Forgets those for which a whole round was made.</summary>
    /// <param name="round">Number of the round that is over.</param>
    public void Forget(long round)
    {
        lock (gate)
        {
            while (order.TryPeek(out ulong eid) && rounds[eid] < round)
                rounds.Remove(order.Dequeue());
        }
    }
}
