namespace LumenLink.Rendezvous.Audit;

/// <summary>Every number of the audit; nothing else repeats one.</summary>
internal static class AuditPolicy
{
    /// <summary>How often each replica signs the head of its chain.</summary>
    public static readonly TimeSpan HeadEvery = TimeSpan.FromHours(1);

    /// <summary>How often it looks whether a head is due, and tries again what failed.</summary>
    public static readonly TimeSpan Round = TimeSpan.FromMinutes(1);

    /// <summary>A chain whose writer signed nothing for so long is left: another replica signs its last head.</summary>
    public static readonly TimeSpan LeftAfter = TimeSpan.FromHours(2);

    /// <summary>How long entries are kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    /// <summary>Between two heads of a chain at most, when who verifies does not say.</summary>
    public static readonly TimeSpan MaxGap = TimeSpan.FromHours(2);

    /// <summary>
    /// How far clocks of service and auditor may differ: a head from behind the export by more is not compared with it.
    /// </summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>Heads that wait to be exported; the oldest give way, later ones cover what they cover.</summary>
    public const int HeadsWaiting = 256;

    /// <summary>Characters of a head at most; a longer one is not looked at.</summary>
    public const int MaxHeadCharacters = 4096;

    /// <summary>Bytes of a text of an entry at most; more is cut off.</summary>
    public const int MaxText = 1024;

    /// <summary>Wrongly placed entries that are sought among each other.</summary>
    public const int MaxMisplaced = 64;
}
