using System.Security.Cryptography;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Trust;

/// <summary>All that a verdict depends on.</summary>
/// <param name="Frame">The Evidence frame as it came.</param>
/// <param name="Beacon">The beacon registered under the claimed id, or null.</param>
/// <param name="ChallengeKey">The replicas' key of the day on which the challenge claims to be issued, or null.</param>
/// <param name="Epoch">The epoch that the evidence names, or null when its key is not held.</param>
/// <param name="Certificate">The service's certificate of today, part of every challenge.</param>
/// <param name="DeviceCas">The pinned CAs.</param>
/// <param name="Policy">Reference values.</param>
/// <param name="MinimumPolicyVersion">Lowest policy version that may judge.</param>
/// <param name="Environment">Where the service runs.</param>
/// <param name="Now">Service time.</param>
internal sealed record EvidenceCase(
    byte[] Frame, RegisteredBeacon? Beacon, byte[]? ChallengeKey, EpochKey? Epoch, ServiceCertificate Certificate,
    DeviceCas DeviceCas, ReferencePolicy Policy, int MinimumPolicyVersion, ServiceEnvironment Environment,
    DateTimeOffset Now);

/// <summary>What the verifier found.</summary>
/// <param name="Outcome">The first check that failed, or Accepted.</param>
/// <param name="Detail">One sentence for the operator, no secrets.</param>
/// <param name="NonceIsOurs">True once the challenge was proven ours and for this Hello: then it is used up.</param>
/// <param name="Keys">Keys of the session when accepted, else null.</param>
internal sealed record Verdict(AttestationOutcome Outcome, string Detail, bool NonceIsOurs, SessionKeys? Keys);

/// <summary>
/// Judges Evidence: a pure function, the same for the same case wherever it runs. Whether the nonce was used before,
/// and whether the boot rose against a verdict given meanwhile, only the committing transaction can say.
/// </summary>
internal static class AttestationVerifier
{
    /// <summary>Judges one case by every check.</summary>
    public static Verdict Verify(EvidenceCase given) =>
        Verify(given, AttestationChecks.OfChallenge, AttestationChecks.OfBeacon);

    /// <summary>Judges one case by these checks alone: what a test uses to see what each is good for.</summary>
    public static Verdict Verify(
        EvidenceCase given, IEnumerable<AttestationCheck> ofChallenge, IEnumerable<AttestationCheck> ofBeacon)
    {
        EvidenceFrame frame = new();
        WireError error = frame.Read(given.Frame, 0, given.Frame.Length);
        if (error != WireError.None)
            return Refuse(AttestationOutcome.EvidenceMalformed, $"The evidence is malformed: {error}.", false);
        CheckedEvidence evidence = new(given, frame);
        foreach (AttestationCheck check in ofChallenge)
        {
            if (check.Find(evidence) is { } found)
                return Refuse(check.Outcome, found, false);
        }

        foreach (AttestationCheck check in ofBeacon)
        {
            if (check.Find(evidence) is { } found)
                return Refuse(check.Outcome, found, true);
        }

        return Derive(evidence) is { } keys
            ? new Verdict(AttestationOutcome.Accepted, "All checks passed.", true, keys)
            : Refuse(
                AttestationOutcome.EvidenceMalformed, "The ephemeral key in the evidence is not a point of the curve.",
                true);
    }

    private static Verdict Refuse(AttestationOutcome outcome, string detail, bool nonceIsOurs) =>
        new(outcome, detail, nonceIsOurs, null);

    private static SessionKeys? Derive(CheckedEvidence it)
    {
        if (it.Given.Epoch is not { } epoch || P256.Agree(epoch.Private, it.Frame.EphemeralKey) is not { } secret)
            return null;
        byte[] transcript = KeySchedule.Transcript(it.HelloHash, it.Frame.ChallengeHash, it.Given.Frame);
        SessionKeys keys = KeySchedule.Derive(secret, it.Frame.ServiceNonce, transcript);
        CryptographicOperations.ZeroMemory(secret);
        return keys;
    }
}
