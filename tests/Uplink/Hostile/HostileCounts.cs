using LumenLink.Protocol;

namespace LumenLink.Tests.Uplink.Hostile;

/// <summary>What the attacker does with a frame, a connection, or of his own accord.</summary>
internal enum Trick
{
    /// <summary>Passes it on as it is.</summary>
    Passed,

    /// <summary>Acknowledges it and throws it away.</summary>
    Dropped,

    /// <summary>Acknowledges it and passes it on up to 100 s later.</summary>
    Delayed,

    /// <summary>Passes it on several times.</summary>
    Duplicated,

    /// <summary>Passes it on behind the next one.</summary>
    Reordered,

    /// <summary>Passes it on with a few bits flipped, or Evidence with the other form of its signature.</summary>
    BitsFlipped,

    /// <summary>Passes on a part of it.</summary>
    Truncated,

    /// <summary>Passes on its head with the body of a second one and the tag of a third.</summary>
    Spliced,

    /// <summary>Gives it to another board, or passes it on as another board's.</summary>
    Diverted,

    /// <summary>Sends an old one of any board, to any board or as any board's.</summary>
    Replayed,

    /// <summary>Sends one that he made himself.</summary>
    Forged,

    /// <summary>Connects a board with the token of another one.</summary>
    TokenSwapped,

    /// <summary>Uses a board's token up for a session over HTTP.</summary>
    TokenStolen,

    /// <summary>Connects to the service as the board, with its token, and talks.</summary>
    Hijacked,

    /// <summary>Posts frames over HTTP as a board whose token he stole.</summary>
    Posted,

    /// <summary>Attests over HTTP as a board, without a token.</summary>
    Attested,

    /// <summary>Gives a board a session with himself, because it believed his Challenge.</summary>
    TakenOver,
}

/// <summary>How often he did what. Safe for several threads.</summary>
internal sealed class HostileCounts
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>By "direction trick" or "direction Forged type".</summary>
    public IReadOnlyDictionary<string, long> All
    {
        get
        {
            lock (_lock)
                return new SortedDictionary<string, long>(_counts, StringComparer.Ordinal);
        }
    }

    /// <summary>Counts a trick; with a type for each.</summary>
    public void Add(bool isUp, Trick trick, FrameType? type = null)
    {
        string name = $"{(isUp ? "up" : "down")} {trick}{(type is { } known ? $" {known}" : "")}";
        lock (_lock)
            _counts[name] = _counts.GetValueOrDefault(name) + 1;
    }

    /// <summary>How often a trick was played, in both directions.</summary>
    public long Of(Trick trick) => All
        .Where(pair => pair.Key.Split(' ')[1] == trick.ToString()).Sum(pair => pair.Value);
}
