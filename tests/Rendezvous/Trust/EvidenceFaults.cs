using LumenLink.Protocol;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Registry;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Trust;

/// <summary>What can be wrong with Evidence that is signed by the beacon's own key.</summary>
internal static class EvidenceFaults
{
    /// <summary>
    /// Every way to spoil a good exchange, in the order of the checks, with the outcome it must have.
    /// </summary>
    public static readonly (string Name, AttestationOutcome Outcome, Action<EvidenceScenario> Spoil)[] All =
    [
        ("truncated", AttestationOutcome.EvidenceMalformed, s => s.AlterFrame = frame => frame[..^40]),
        ("nonce under another key", AttestationOutcome.NonceNotOurs, s => s.AlterKey = key => key[0] ^= 1),
        ("nonce altered", AttestationOutcome.NonceNotOurs, s => s.Alter += evidence => evidence.ServiceNonce[0] ^= 1),
        ("nonce made younger", AttestationOutcome.NonceNotOurs, s => s.Alter += evidence => evidence.IssuedUnixMs += 1),
        ("nonce moved to another epoch", AttestationOutcome.NonceNotOurs,
         s => s.Alter += evidence => evidence.EpochId--),
        ("answered late", AttestationOutcome.NonceExpired, s => s.AnsweredAfter = TimeSpan.FromSeconds(121)),
        ("answered before it was issued", AttestationOutcome.NonceExpired,
         s => s.AnsweredAfter = TimeSpan.FromSeconds(-6)),
        ("challenge replayed to another Hello", AttestationOutcome.NonceForAnotherHello, s => s.IsHelloReplaced = true),
        ("MAC altered", AttestationOutcome.NonceForAnotherHello, s => s.Alter += evidence => evidence.Mac[0] ^= 1),
        ("challenge hash altered", AttestationOutcome.NonceForAnotherHello,
            s => s.Alter += evidence => evidence.ChallengeHash[0] ^= 1),
        ("nonce of another challenge", AttestationOutcome.NonceForAnotherHello, s => s.IsNonceOfAnother = true),
        ("epoch over", AttestationOutcome.EpochUnknown, s => s.IsEpochHeld = false),
        ("not enrolled", AttestationOutcome.BeaconUnknown, s => s.IsEnrolled = false),
        ("another key enrolled", AttestationOutcome.KeyMismatch,
            s => s.Enrolment = s.Enrolment with { PublicKey = new TestBeacon().PublicKey }),
        ("another beacon enrolled under this id", AttestationOutcome.KeyMismatch,
            s => s.Enrolment = new TestBeacon().Enrolment(s.Operator)),
        ("certificate for another key", AttestationOutcome.KeyMismatch,
            s => s.Enrolment = s.Enrolment with { Certificate = new TestBeacon().Enrolment(s.Operator).Certificate }),
        ("foreign CA", AttestationOutcome.ChainUntrusted,
            s => s.Enrolment = s.Enrolment with { Certificate = s.ForeignCertificate }),
        ("expired certificate", AttestationOutcome.ChainExpired,
            s => s.Enrolment = s.Enrolment with { Certificate = s.ExpiredCertificate }),
        ("revoked", AttestationOutcome.Revoked, s => s.RevokedAt = s.Operator.Now),
        ("signature altered", AttestationOutcome.SignatureInvalid, s => s.IsSignatureGood = false),
        ("measurement not listed", AttestationOutcome.MeasurementUnknown,
            s => s.Policy = $$"""{"version":3,"measurements":["{{new string('1', 64)}}"]}"""),
        ("no measurement where one is demanded", AttestationOutcome.MeasurementUnknown,
            s =>
            {
                s.Policy = $$"""{"version":3,"measurements":["{{new string('0', 64)}}"]}""";
                s.Alter += evidence => evidence.Claims.HasMeasurement = false;
            }),
        ("old firmware", AttestationOutcome.VersionTooOld,
            s => s.Policy = """{"version":3,"minimum_firmware":{"65535":"0.2.0"}}"""),
        ("firmware version is no version", AttestationOutcome.VersionTooOld,
            s =>
            {
                s.Policy = """{"version":3,"minimum_firmware":{"65535":"0.1.0"}}""";
                s.Alter += evidence => evidence.Claims.SwVersion.Set("newest");
            }),
        ("another board in the evidence", AttestationOutcome.HardwareMismatch,
            s => s.Alter += evidence => evidence.HardwareModel = HardwareModel.Esp32S3),
        ("another board enrolled", AttestationOutcome.HardwareMismatch,
            s => s.Enrolment = s.Enrolment with { HardwareModel = 1 }),
        ("earlier boot", AttestationOutcome.BootNotRising, s => s.HighestAttestedBoot = 6),
        ("development CA in production", AttestationOutcome.LevelNotAllowed,
            s => s.Environment = ServiceEnvironment.Production),
        ("development CA in production where the policy takes its level", AttestationOutcome.LevelNotAllowed,
            s =>
            {
                s.Policy = """{"version":3,"levels":{"production":["emulated_chip"]}}""";
                s.Environment = ServiceEnvironment.Production;
            }),
        ("development CA for a secure element", AttestationOutcome.LevelNotAllowed,
            s => s.Enrolment = s.Enrolment with { Level = SecurityLevel.SecureElement }),
        ("level not in the policy", AttestationOutcome.LevelNotAllowed,
            s => s.Policy = """{"version":3,"levels":{"development":["secure_element"]}}"""),
        ("emulated chip under a production CA in production", AttestationOutcome.LevelNotAllowed,
            s =>
            {
                s.Enrolment = s.Enrolment with { Certificate = s.ProductionCertificate };
                s.Environment = ServiceEnvironment.Production;
            }),
        ("key in flash under a production CA in production", AttestationOutcome.LevelNotAllowed,
            s =>
            {
                s.Enrolment = s.Enrolment with
                {
                    Certificate = s.ProductionCertificate,
                    Level = SecurityLevel.Software,
                };
                s.Environment = ServiceEnvironment.Production;
            }),
        ("old policy", AttestationOutcome.PolicyVersionTooOld, s => s.MinimumPolicyVersion = 9),
        ("ephemeral key off the curve", AttestationOutcome.EvidenceMalformed,
            s => s.Alter += evidence => evidence.EphemeralKey[63] ^= 1),
    ];
}
