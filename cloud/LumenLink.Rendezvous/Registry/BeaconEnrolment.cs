namespace LumenLink.Rendezvous.Registry;

/// <summary>How the residency of a beacon's key was proven at enrolment. Never taken from what a device says.</summary>
public enum SecurityLevel
{
    /// <summary>A key in flash: copyable; for development; labelled so everywhere and refused in production.</summary>
    Software = 0,

    /// <summary>A key in an emulated chip: for development; labelled so everywhere and refused in production.</summary>
    EmulatedChip = 1,

    /// <summary>A key made in a secure element under the operator's eyes.</summary>
    SecureElement = 2,
}

/// <summary>What the operator states about one beacon: the enrolment record.</summary>
/// <param name="TenantId">Owner; every row about the beacon carries it.</param>
/// <param name="PublicKey">P-256 X || Y, 64 bytes.</param>
/// <param name="Certificate">X.509 certificate of that key in DER, issued by an operator CA.</param>
/// <param name="Level">How key residency was proven.</param>
/// <param name="HardwareModel">Hardware model of the specification's Hello.</param>
/// <param name="Name">Name for people, at most 64 characters.</param>
/// <param name="Region">Region label, at most 32 characters.</param>
public sealed record BeaconEnrolment(
    int TenantId, byte[] PublicKey, byte[] Certificate, SecurityLevel Level, int HardwareModel, string Name,
    string Region);

/// <summary>An enrolled beacon as the registry has it.</summary>
/// <param name="Id">Routing label.</param>
/// <param name="KeyHash">SHA-256 of the public key, 32 bytes.</param>
/// <param name="Enrolment">The enrolment record.</param>
/// <param name="RevokedAt">When it was revoked; null while it is not.</param>
/// <param name="EidKeyWrapped">Its Eddystone-EID identity key (16), K (1) and offset (4), sealed under the master
/// key.</param>
/// <param name="HighestAttestedBoot">Highest boot number of an accepted attestation; 0 before the first.</param>
public sealed record RegisteredBeacon(
    BeaconId Id, byte[] KeyHash, BeaconEnrolment Enrolment, DateTimeOffset? RevokedAt, byte[] EidKeyWrapped,
    uint HighestAttestedBoot)
{
    /// <summary>When an attestation was accepted last; null before the first.</summary>
    public DateTimeOffset? AttestedAt { get; init; }

    /// <summary>Service time at tick 0 of the boot of that attestation; null when it is not known.</summary>
    public long? TickZeroUnixMs { get; init; }

    /// <summary>The connection tokens that were accepted last.</summary>
    public AcceptedTokens Tokens { get; init; }
}

/// <summary>Connection tokens that were accepted last.</summary>
/// <param name="Boot">Boot of the last one; 0 before the first.</param>
/// <param name="Connect">Its number within that boot.</param>
/// <param name="At">When; null before the first.</param>
/// <param name="BeforeBoot">The boot before that one of which a token was accepted; 0 when none was.</param>
/// <param name="BeforeConnect">Number of its last one.</param>
public readonly record struct AcceptedTokens(
    uint Boot, uint Connect, DateTimeOffset? At, uint BeforeBoot, uint BeforeConnect);

/// <summary>Outcome of an enrolment.</summary>
public enum EnrolOutcome
{
    /// <summary>The beacon is new.</summary>
    Enrolled,

    /// <summary>The same key was enrolled before; nothing changed.</summary>
    AlreadyEnrolled,

    /// <summary>Another key has this beacon id: refused.</summary>
    IdCollision,
}
