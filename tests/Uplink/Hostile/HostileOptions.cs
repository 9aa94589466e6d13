namespace LumenLink.Tests.Uplink.Hostile;

/// <summary>What is broken on purpose, to see that it is noticed.</summary>
internal enum Weakness
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The service believes frames of a session whatever their tag.</summary>
    ServiceChecksNoTags,

    /// <summary>
    /// Frames down with any tag are believed: the attacker has the down keys, which comes to the same for a beacon.
    /// </summary>
    BeaconsCheckNoTags,

    /// <summary>
    /// Evidence with any signature is believed: the attacker has the identity keys, which comes to the same for the
    /// service.
    /// </summary>
    ServiceChecksNoSignatures,

    /// <summary>
    /// Challenges with any signature are believed: the attacker has the service's attestation key, which comes to the
    /// same for a beacon.
    /// </summary>
    BeaconsCheckNoSignatures,
}

/// <summary>A simulated attack.</summary>
/// <param name="Seed">Decides what the attacker does.</param>
/// <param name="Length">Virtual time under attack; then he only passes on what there is.</param>
internal sealed record HostileOptions(ulong Seed, TimeSpan Length)
{
    /// <summary>Seeds of the form that the gate runs.</summary>
    public static readonly IReadOnlyList<ulong> ShortSeeds = [1, 2, 3];

    /// <summary>How long under attack in that form.</summary>
    public static readonly TimeSpan ShortLength = TimeSpan.FromHours(2);

    /// <summary>How long under attack with each seed in the long form.</summary>
    public static readonly TimeSpan LongLength = TimeSpan.FromHours(6);

    /// <summary>See <see cref="Hostile.Weakness"/>.</summary>
    public Weakness Weakness { get; init; }

    /// <summary>Boards with an emulated chip; one more has its key in flash.</summary>
    public int Chips { get; init; } = 3;

    /// <summary>Each board's power goes so often, in the mean.</summary>
    public TimeSpan PowerLostEvery { get; } = TimeSpan.FromMinutes(35);

    /// <summary>A command for each board so often.</summary>
    public TimeSpan CommandEvery { get; } = TimeSpan.FromMinutes(25);

    /// <summary>From one look at keys, tables and books to the next: less than an epoch.</summary>
    public TimeSpan LookEvery { get; } = TimeSpan.FromMinutes(4);

    /// <summary>
    /// From the end of the attack until every board has attested and every queue is empty: twice the longest wait
    /// that anybody could talk a board into, and a few exchanges.
    /// </summary>
    public TimeSpan CalmsWithin { get; } = TimeSpan.FromMinutes(45);
}
