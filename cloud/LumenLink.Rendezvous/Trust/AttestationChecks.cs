using System.Security.Cryptography;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Trust;

/// <summary>One thing that is looked at in an Evidence.</summary>
/// <param name="Outcome">What the verdict is when it does not hold.</param>
/// <param name="Name">Says which one it is; unique.</param>
/// <param name="Find">Null when it holds, else one sentence for the operator, no secrets.</param>
internal sealed record AttestationCheck(AttestationOutcome Outcome, string Name, Func<CheckedEvidence, string?> Find);

/// <summary>
/// An Evidence that could be read, with the case it belongs to and what more than one check asks of it.
/// </summary>
internal sealed class CheckedEvidence(EvidenceCase given, EvidenceFrame frame)
{
    private CertificateCheck? certificate;

    /// <summary>Everything that the verdict depends on.</summary>
    public EvidenceCase Given { get; } = given;

    /// <summary>The Evidence.</summary>
    public EvidenceFrame Frame { get; } = frame;

    /// <summary>SHA-256 of the Hello that the Evidence repeats.</summary>
    public byte[] HelloHash { get; } = SHA256.HashData(frame.HelloBytes.AsSpan(0, frame.HelloLength));

    /// <summary>The enrolment; null when there is none.</summary>
    public BeaconEnrolment? Enrolment => Given.Beacon?.Enrolment;

    /// <summary>The enrolled key; empty when there is none.</summary>
    public byte[] PublicKey => Enrolment?.PublicKey ?? [];

    /// <summary>Where the enrolled certificate leads, and who issued it.</summary>
    public CertificateCheck Certificate => certificate ??= Enrolment is null
        ? CertificateCheck.None
        : Given.DeviceCas.Check(Enrolment.Certificate, Given.Now);

    /// <summary>Where the enrolled certificate leads.</summary>
    public ChainResult Chain => Certificate.Chain;
}

/// <summary>
/// What Evidence must pass, in the order of the specification; the first check that does not hold names the outcome.
/// Each stands alone: none relies on another having run before it.
/// </summary>
internal static class AttestationChecks
{
    private static readonly AttestationCheck Measurement =
        new(AttestationOutcome.MeasurementUnknown, "measurement is a reference value", MeasurementIsKnown);

    private static readonly AttestationCheck Version =
        new(AttestationOutcome.VersionTooOld, "firmware is young enough", VersionIsYoungEnough);

    private static readonly AttestationCheck Hardware =
        new(AttestationOutcome.HardwareMismatch, "hardware is the enrolled one", HardwareIsTheEnrolled);

    private static readonly AttestationCheck Level =
        new(AttestationOutcome.LevelNotAllowed, "level is allowed", LevelIsAllowed);

    /// <summary>Those that ask what the operator's policy says of a genuine beacon, and nothing else.</summary>
    public static readonly IReadOnlyList<AttestationCheck> OfPolicy = [Measurement, Version, Hardware, Level];

    /// <summary>Checks of the challenge. Once they hold it is proven ours and for this Hello, and is used up.</summary>
    public static readonly IReadOnlyList<AttestationCheck> OfChallenge =
    [
        new(AttestationOutcome.NonceNotOurs, "nonce is ours", NonceIsOurs),
        new(AttestationOutcome.NonceExpired, "challenge is in time", ChallengeIsInTime),
        new(AttestationOutcome.NonceForAnotherHello, "challenge is for this Hello", ChallengeIsForThisHello),
        new(AttestationOutcome.EpochUnknown, "epoch is held", EpochIsHeld),
        new(AttestationOutcome.NonceForAnotherHello, "nonce and MAC are of one challenge", ChallengeIsWhole),
    ];

    /// <summary>Checks of who signed, what runs there, and whether that may be.</summary>
    public static readonly IReadOnlyList<AttestationCheck> OfBeacon =
    [
        new(AttestationOutcome.BeaconUnknown, "beacon is enrolled", BeaconIsEnrolled),
        new(AttestationOutcome.KeyMismatch, "Hello names the enrolled key", HelloNamesTheKey),
        new(AttestationOutcome.KeyMismatch, "certificate is for the enrolled key", CertificateIsForTheKey),
        new(AttestationOutcome.ChainUntrusted, "certificate leads to a pinned CA", ChainIsTrusted),
        new(AttestationOutcome.ChainExpired, "certificate is in its time", ChainIsInTime),
        new(AttestationOutcome.Revoked, "beacon is not revoked", BeaconIsNotRevoked),
        new(AttestationOutcome.CouldNotCheck, "revocation list is of use", ListIsOfUse),
        new(AttestationOutcome.Revoked, "certificate is not revoked", CertificateIsNotRevoked),
        new(AttestationOutcome.SignatureInvalid, "evidence is signed by the key", SignatureIsGood),
        Measurement, Version, Hardware,
        new(AttestationOutcome.BootNotRising, "boot does not fall", BootDoesNotFall),
        new(AttestationOutcome.LevelNotAllowed, "no development CA in production", CaMayBeHere),
        new(AttestationOutcome.LevelNotAllowed, "no secure element by a development CA", CaMayVouch),
        Level,
        new(AttestationOutcome.PolicyVersionTooOld, "policy is young enough", PolicyIsYoungEnough),
    ];

    private static string? NonceIsOurs(CheckedEvidence it) =>
        it.Given.ChallengeKey is { } key
            && ServiceNonce.IsOurs(key, it.Frame.ServiceNonce, it.Frame.IssuedUnixMs, it.Frame.EpochId)
                ? null
                : "The challenge in the evidence was not made by this service.";

    private static string? ChallengeIsInTime(CheckedEvidence it)
    {
        // Milliseconds, because a time that no replica wrote may be beyond what a date can say.
        double age = (it.Given.Now.ToUnixTimeMilliseconds() - (double)it.Frame.IssuedUnixMs) / 1000;
        return age <= TrustPolicy.NonceLifetime.TotalSeconds && age >= -TrustPolicy.ReplicaClockSkew.TotalSeconds
            ? null
            : $"The challenge is {age:F0} s old; {TrustPolicy.NonceLifetime.TotalSeconds:F0} s are allowed.";
    }

    private static string? ChallengeIsForThisHello(CheckedEvidence it)
    {
        byte[] mac = Challenges.Mac(it.Given.ChallengeKey ?? [], it.HelloHash, it.Frame.ChallengeHash);
        return CryptographicOperations.FixedTimeEquals(mac, it.Frame.Mac)
            ? null
            : "The challenge was given to another Hello.";
    }

    private static string? EpochIsHeld(CheckedEvidence it) =>
        it.Given.Epoch is null ? "The key of the challenge's epoch is not held any more." : null;

    /// <summary>
    /// The nonce is ours and the MAC is ours; that both are of one challenge shows when it is built again.
    /// </summary>
    private static string? ChallengeIsWhole(CheckedEvidence it) =>
        it.Given.Certificates.Any(certificate => IsChallengeUnder(certificate, it))
            ? null
            : "The nonce and the MAC in the evidence are not of one challenge under a service key that is good.";

    private static bool IsChallengeUnder(ServiceCertificate certificate, CheckedEvidence it)
    {
        EvidenceFrame evidence = it.Frame;
        byte[] challenge = Challenges.Write(
            evidence.Hello.DeviceNonce, evidence.ServiceNonce, evidence.IssuedUnixMs, evidence.EpochId,
            it.Given.Epoch?.PublicKey ?? [], certificate);
        return Challenges.Hash(challenge).AsSpan().SequenceEqual(evidence.ChallengeHash);
    }

    private static string? BeaconIsEnrolled(CheckedEvidence it) =>
        it.Enrolment is null ? "No beacon is enrolled under this id." : null;

    private static string? HelloNamesTheKey(CheckedEvidence it) =>
        SHA256.HashData(it.PublicKey).AsSpan().SequenceEqual(it.Frame.Hello.KeyHash)
            ? null
            : "The enrolled key is not the one that the Hello names.";

    private static string? CertificateIsForTheKey(CheckedEvidence it) =>
        EnrolmentChecks.IsForTheKey(it.Certificate, it.PublicKey);

    private static string? ChainIsTrusted(CheckedEvidence it) =>
        EnrolmentChecks.IsTrusted(it.Chain);

    private static string? ChainIsInTime(CheckedEvidence it) =>
        EnrolmentChecks.IsInTime(it.Chain);

    private static string? BeaconIsNotRevoked(CheckedEvidence it) =>
        it.Given.Beacon?.RevokedAt is { } revoked ? $"The beacon was revoked at {revoked:yyyy-MM-dd HH:mm} UTC." : null;

    private static string? ListIsOfUse(CheckedEvidence it) =>
        EnrolmentChecks.ListIsOfUse(it.Certificate, it.Given.Now, it.Given.Environment);

    private static string? CertificateIsNotRevoked(CheckedEvidence it) =>
        EnrolmentChecks.IsNotRevoked(it.Certificate);

    private static string? SignatureIsGood(CheckedEvidence it)
    {
        byte[] frame = it.Given.Frame;
        byte[] message = new byte[SignedMessages.EvidencePrefixSize + EvidenceFrame.SignatureOffset(frame.Length)];
        SignedMessages.Evidence(message, 0, it.HelloHash, it.Frame.ChallengeHash, frame, 0, frame.Length);
        return P256.Verifies(it.PublicKey, message, it.Frame.Signature)
            ? null
            : "The evidence is not signed by the enrolled key.";
    }

    private static string? MeasurementIsKnown(CheckedEvidence it)
    {
        EvidenceClaims claims = it.Frame.Claims;
        return it.Given.Policy.AllowsMeasurement(
            claims.HasMeasurement ? claims.Measurement : null, it.Enrolment?.HardwareModel ?? 0)
            ? null
            : "The stated measurement is none of the reference values.";
    }

    private static string? VersionIsYoungEnough(CheckedEvidence it)
    {
        int model = it.Enrolment?.HardwareModel ?? 0;
        string version = it.Frame.Claims.SwVersion.ToText();
        return it.Given.Policy.MinimumFirmware(model) is { } least
            && !(System.Version.TryParse(version, out System.Version? stated) && stated >= least)
                ? $"Firmware \"{version}\" is stated; hardware model {model} needs {least} or later."
                : null;
    }

    private static string? HardwareIsTheEnrolled(CheckedEvidence it)
    {
        int? model = it.Enrolment?.HardwareModel;
        return (int)it.Frame.HardwareModel == model && (int)it.Frame.Hello.HardwareModel == model
            ? null
            : $"Hardware model {(int)it.Frame.HardwareModel} is stated; {model} is enrolled.";
    }

    private static string? BootDoesNotFall(CheckedEvidence it)
    {
        uint? highest = it.Given.Beacon?.HighestAttestedBoot;
        return it.Frame.Boot >= highest
            ? null
            : $"Boot {it.Frame.Boot} is stated; boot {highest} has attested before.";
    }

    private static string? CaMayBeHere(CheckedEvidence it) =>
        EnrolmentChecks.CaMayBeHere(it.Chain, it.Given.Environment);

    private static string? CaMayVouch(CheckedEvidence it) =>
        EnrolmentChecks.CaMayVouch(it.Chain, it.Enrolment?.Level);

    private static string? LevelIsAllowed(CheckedEvidence it) =>
        EnrolmentChecks.LevelIsAllowed(it.Given.Policy, it.Given.Environment, it.Enrolment?.Level);

    private static string? PolicyIsYoungEnough(CheckedEvidence it) =>
        it.Given.Policy.Version >= it.Given.MinimumPolicyVersion
            ? null
            : $"Policy {it.Given.Policy.Version} judged; version {it.Given.MinimumPolicyVersion} or later is required.";
}
