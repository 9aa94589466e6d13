using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Trust;

/// <summary>
/// Sessions in memory, the least recently used ones forgotten; what is not there is read from the store,
/// where every replica finds it. A session that ended elsewhere may linger here: the commit is what decides.
/// </summary>
internal sealed class SessionCache(ITrustStore store, SecretBox box, int capacity)
{
    /// <summary>Up key and down key; the wrap key is used once and not kept.</summary>
    private const int KeptKeySize = 2 * WireSizes.Hash;

    private readonly Lock gate = new();
    private readonly Dictionary<(BeaconId Beacon, uint Id), LinkedListNode<LiveSession>> sessions = [];
    private readonly Dictionary<uint, int> holders = [];
    private readonly LinkedList<LiveSession> byUse = [];
    private readonly Dictionary<BeaconId, LiveSession> current = [];

    /// <summary>Sessions held.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return sessions.Count;
        }
    }

    /// <summary>The beacon's session of this id, or null when the store has none that lives.</summary>
    public async ValueTask<LiveSession?> FindAsync(BeaconId beacon, uint id, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (sessions.TryGetValue((beacon, id), out LinkedListNode<LiveSession>? node))
            {
                byUse.Remove(node);
                byUse.AddFirst(node);
                return node.Value;
            }
        }

        SessionRow? row = await store.FindSessionAsync(beacon, id, cancellationToken);
        return row is null ? null : Add(Open(row));
    }

    /// <summary>
    /// True if another beacon has a session of this id here: tells a misdirected frame from a made-up one.
    /// </summary>
    public bool IsHeldByAnother(BeaconId beacon, uint id)
    {
        lock (gate)
            return holders.GetValueOrDefault(id) > (sessions.ContainsKey((beacon, id)) ? 1 : 0);
    }

    /// <summary>Holds a session; returns the one that is held, which may be an earlier read of the same.</summary>
    public LiveSession Add(LiveSession session)
    {
        lock (gate)
        {
            if (sessions.TryGetValue((session.Beacon, session.Id), out LinkedListNode<LiveSession>? held))
                return held.Value;
            sessions.Add((session.Beacon, session.Id), byUse.AddFirst(session));
            holders[session.Id] = holders.GetValueOrDefault(session.Id) + 1;
            if (sessions.Count > capacity)
                Drop(byUse.Last!);
            return session;
        }
    }

    /// <summary>The session that the beacon confirmed here last; null when it has none that lives here.</summary>
    public LiveSession? Current(BeaconId beacon)
    {
        lock (gate)
            return current.GetValueOrDefault(beacon);
    }

    /// <summary>A frame of the session counted: what goes down goes under it from now on.</summary>
    public void Confirm(LiveSession session, bool isAtBroker)
    {
        session.IsAtBroker = isAtBroker;
        if (session.IsCurrent)
            return;
        lock (gate)
        {
            if (!sessions.TryGetValue((session.Beacon, session.Id), out LinkedListNode<LiveSession>? node)
                || node.Value != session)
                return;
            if (current.TryGetValue(session.Beacon, out LiveSession? before))
                before.IsCurrent = false;
            current[session.Beacon] = session;
            session.IsCurrent = true;
        }
    }

    /// <summary>Forgets a session that ended.</summary>
    public void Remove(BeaconId beacon, uint id)
    {
        lock (gate)
        {
            if (sessions.TryGetValue((beacon, id), out LinkedListNode<LiveSession>? node))
                Drop(node);
        }
    }

    /// <summary>Forgets every session of a beacon.</summary>
    public void Forget(BeaconId beacon)
    {
        lock (gate)
        {
            LinkedListNode<LiveSession>[] own = [.. sessions.Values.Where(node => node.Value.Beacon == beacon)];
            foreach (LinkedListNode<LiveSession> node in own)
                Drop(node);
        }
    }

    /// <summary>What the store keeps of a session's keys.</summary>
    public byte[] Wrap(BeaconId beacon, uint id, SessionKeys keys) =>
        box.Seal(Purpose(beacon, id), keys.Bytes[..KeptKeySize]);

    /// <summary>The session of a stored row.</summary>
    public LiveSession Open(SessionRow row) => new(
        row.Beacon, row.TenantId, row.SessionId, row.Boot, row.ExpiresAt, row.TickZeroUnixMs,
        box.Open(Purpose(row.Beacon, row.SessionId), row.KeysWrapped));

    /// <summary>What the keys of a session are sealed for.</summary>
    internal static string Purpose(BeaconId beacon, uint id) => $"session/{beacon}/{id}";

    private void Drop(LinkedListNode<LiveSession> node)
    {
        byUse.Remove(node);
        if (node.Value.IsCurrent)
            current.Remove(node.Value.Beacon);
        node.Value.IsCurrent = false;
        sessions.Remove((node.Value.Beacon, node.Value.Id));
        int left = holders[node.Value.Id] - 1;
        if (left == 0)
            holders.Remove(node.Value.Id);
        else
            holders[node.Value.Id] = left;
    }
}
