namespace LumenLink.Rendezvous.Limits;

/// <summary>
/// Limits in this process' memory. What is kept of a client is of no use once its burst is whole again, so two tables
/// are enough: the present one, and the one before, which is dropped a window later.
/// </summary>
internal sealed class MemoryLimits(int maxClients, TimeProvider time)
{
    private readonly Lock gate = new();
    private Dictionary<string, long> clients = [];
    private Dictionary<string, long> before = [];
    private long turnedUs;

    /// <summary>Clients that are remembered.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return clients.Count + before.Count;
        }
    }

    /// <summary>Judges one call by a clock that nobody puts back.</summary>
    public GcraDecision Judge(string client, GcraRate rate)
    {
        long nowUs = time.GetElapsedTime(0).Ticks / TimeSpan.TicksPerMicrosecond;
        lock (gate)
        {
            if (nowUs - turnedUs >= rate.WindowUs || clients.Count >= maxClients / 2)
            {
                (before, clients) = (clients, before);
                clients.Clear();
                turnedUs = nowUs;
            }

            if (!clients.TryGetValue(client, out long fullAtUs))
                fullAtUs = before.GetValueOrDefault(client);
            GcraDecision decision = Gcra.Judge(fullAtUs, nowUs, rate);
            clients[client] = decision.FullAtUs;
            return decision;
        }
    }
}
