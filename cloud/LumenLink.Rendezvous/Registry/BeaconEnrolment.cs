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
/// <param name="GroupId">The group that it was enrolled through; null for none.</param>
/// <param name="Location">Where it is; null when nobody said it.</param>
public sealed record BeaconEnrolment(
    int TenantId, byte[] PublicKey, byte[] Certificate, SecurityLevel Level, int HardwareModel, string Name,
    string Region, int? GroupId = null, GeoPoint? Location = null);

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

/// <summary>Outcome of an enrolment: log field, metric label, and the code of the call's problem.</summary>
public enum EnrolOutcome
{
    /// <summary>The beacon is new.</summary>
    Enrolled,

    /// <summary>The same key was enrolled before; nothing changed.</summary>
    AlreadyEnrolled,

    /// <summary>Another key has this beacon id: refused.</summary>
    IdCollision,

    /// <summary>The same key is enrolled with another record.</summary>
    EnrolmentDiffers,

    /// <summary>A field cannot be used.</summary>
    FieldInvalid,

    /// <summary>The certificate is none, or is not of a P-256 key.</summary>
    CertificateInvalid,

    /// <summary>The certificate is for another key.</summary>
    CertificateForAnotherKey,

    /// <summary>The certificate leads to no pinned device CA.</summary>
    CertificateUntrusted,

    /// <summary>The certificate or its CA is out of its time.</summary>
    CertificateExpired,

    /// <summary>The CA has revoked the certificate.</summary>
    CertificateRevoked,

    /// <summary>Whether the CA has revoked it cannot be told.</summary>
    RevocationListUnusable,

    /// <summary>The policy, or the CA's mark, does not allow the level here.</summary>
    LevelNotAllowed,

    /// <summary>There is no such group.</summary>
    GroupUnknown,

    /// <summary>The group was closed.</summary>
    GroupClosed,

    /// <summary>The group's time is over.</summary>
    GroupOver,

    /// <summary>The group has as many boards as it may have.</summary>
    GroupFull,

    /// <summary>The group is of another CA than the one that issued the certificate.</summary>
    GroupOfAnotherCa,
}
