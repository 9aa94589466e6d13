using LumenLink.Simulator;

namespace LumenLink.Chaos.Plan;

/// <summary>One fault.</summary>
/// <param name="AtMs">When it begins, milliseconds from the plan's begin.</param>
/// <param name="Kind">What happens.</param>
/// <param name="Replica">Which replica it strikes, from 0; 0 where none is meant.</param>
/// <param name="ForMs">How long until it is taken back: a killed process stays away so long.</param>
internal readonly record struct Fault(long AtMs, FaultKind Kind, int Replica, int ForMs);

/// <summary>
/// Which faults strike when: a function of seed, length, kinds and replicas, and of nothing else. Kinds are dealt like
/// cards: each comes once before one comes again, in an order of the seed. Faults overlap where one lasts longer than
/// the pause before the next.
/// </summary>
internal static class FaultPlan
{
    /// <summary>Before the first fault.</summary>
    public const int QuietMs = 5_000;

    /// <summary>Shortest pause from the begin of a fault to that of the next.</summary>
    public const int PauseMinMs = 2_000;

    /// <summary>Longest pause: each kind comes within three minutes.</summary>
    public const int PauseMaxMs = 9_000;

    private const ulong Purpose = 0x43_68_61_6F_73;

    /// <summary>Every kind there is.</summary>
    public static IReadOnlyList<FaultKind> AllKinds { get; } = Enum.GetValues<FaultKind>();

    /// <summary>Makes the plan.</summary>
    /// <param name="seed">Equal seeds give equal plans.</param>
    /// <param name="lengthMs">Every fault is over by then.</param>
    /// <param name="kinds">What can be done here, each once.</param>
    /// <param name="replicas">Replicas there are.</param>
    public static IReadOnlyList<Fault> Make(ulong seed, long lengthMs, IReadOnlyList<FaultKind> kinds, int replicas)
    {
        SimRandom random = new(SimRandom.Mix(seed, Purpose, 0));
        List<Fault> plan = [];
        Queue<FaultKind> deck = new();
        for (long at = QuietMs; ; at += Between(random, PauseMinMs, PauseMaxMs))
        {
            if (deck.Count == 0)
                deck = Shuffle(random, kinds);
            FaultKind kind = deck.Dequeue();
            (int min, int max) = Lasts(kind);
            Fault fault = new(at, kind, StrikesReplica(kind) ? random.Next(replicas) : 0, Between(random, min, max));
            if (at + fault.ForMs > lengthMs)
                return plan;
            plan.Add(fault);
        }
    }

    /// <summary>Shortest and longest time that a kind lasts, milliseconds.</summary>
    public static (int MinMs, int MaxMs) Lasts(FaultKind kind) => kind switch
    {
        FaultKind.KillReplica or FaultKind.KillDatabase or FaultKind.KillBroker or FaultKind.KillRedis
            or FaultKind.KillFleet => (100, 6_000),
        FaultKind.FillDisk => (5_000, 12_000),
        FaultKind.FreezeReplica or FaultKind.FreezeDatabase or FaultKind.FreezeBroker => (500, 10_000),
        FaultKind.CutBeacons or FaultKind.CutReplicas or FaultKind.CutDatabase => (100, 4_000),
        _ => (1_000, 12_000),
    };

    private static bool StrikesReplica(FaultKind kind) => kind is FaultKind.KillReplica or FaultKind.FreezeReplica;

    private static int Between(SimRandom random, int min, int max) => min + random.Next(max - min + 1);

    private static Queue<FaultKind> Shuffle(SimRandom random, IReadOnlyList<FaultKind> kinds)
    {
        FaultKind[] cards = [.. kinds];
        for (int left = cards.Length; left > 1; left--)
        {
            int other = random.Next(left);
            (cards[left - 1], cards[other]) = (cards[other], cards[left - 1]);
        }

        return new Queue<FaultKind>(cards);
    }
}
