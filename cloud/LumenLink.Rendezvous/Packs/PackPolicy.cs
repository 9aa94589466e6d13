namespace LumenLink.Rendezvous.Packs;

/// <summary>What became of a call for a pack; metric label.</summary>
internal enum PackOutcome
{
    /// <summary>It was signed and given out.</summary>
    Issued,

    /// <summary>The call asks for something that no pack has.</summary>
    RequestRefused,

    /// <summary>The operator gave no key that signs packs.</summary>
    NoKey,
}

/// <summary>Every number of the packs; nothing else repeats one.</summary>
internal static class PackPolicy
{
    /// <summary>From iat to exp: a beacon that was revoked or fell silent is relied upon no longer than that.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long one reading of the store, with one version, serves every call: the cost does not rise with calls.
    /// </summary>
    public static readonly TimeSpan SnapshotAge = Fleet.FleetReadings.MaxAge;

    /// <summary>
    /// How long a client may keep the keyset; far below the time that a key is published before it signs.
    /// </summary>
    public static readonly TimeSpan KeysetMaxAge = TimeSpan.FromMinutes(5);

    /// <summary>Beacons of a pack when the caller does not say.</summary>
    public const int DefaultBeacons = 100;

    /// <summary>Beacons of a pack at most.</summary>
    public const int MaxBeacons = 256;
}
