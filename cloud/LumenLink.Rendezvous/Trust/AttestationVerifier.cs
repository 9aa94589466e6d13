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
/// Judges Evidence: a pure function, the same for the same case wherever it runs. The checks stand in the order of the
/// specification; the first that fails names the outcome. Whether the nonce was used before, and whether the boot rose
/// against a verdict given meanwhile, only the committing transaction can say.
/// </summary>
internal static class AttestationVerifier
{
    /// <summary>Judges one case.</summary>
    public static Verdict Verify(EvidenceCase evidenceCase)
    {
        EvidenceFrame evidence = new();
        WireError error = evidence.Read(evidenceCase.Frame, 0, evidenceCase.Frame.Length);
        return error == WireError.None
            ? Verify(evidenceCase, evidence)
            : new Verdict(AttestationOutcome.EvidenceMalformed, $"The evidence is malformed: {error}.", false, null);
    }

    private static Verdict Verify(EvidenceCase evidenceCase, EvidenceFrame evidence)
    {
        byte[] helloHash = SHA256.HashData(evidence.HelloBytes.AsSpan(0, evidence.HelloLength));
        if (CheckNonce(evidenceCase, evidence, helloHash) is { } badNonce)
            return new Verdict(badNonce.Outcome, badNonce.Detail, false, null);
        Finding? finding = CheckIdentity(evidenceCase, evidence, helloHash, out ChainResult chain)
            ?? CheckClaims(evidenceCase, evidence)
            ?? CheckPolicy(evidenceCase, chain);
        if (finding is null && Derive(evidenceCase, evidence, helloHash) is { } keys)
            return new Verdict(AttestationOutcome.Accepted, "All checks passed.", true, keys);
        finding ??= new(
            AttestationOutcome.EvidenceMalformed, "The ephemeral key in the evidence is not a point of the curve.");
        return new Verdict(finding.Value.Outcome, finding.Value.Detail, true, null);
    }

    private static Finding? CheckNonce(EvidenceCase evidenceCase, EvidenceFrame evidence, byte[] helloHash)
    {
        if (evidenceCase.ChallengeKey is not { } key
            || !ServiceNonce.IsOurs(key, evidence.ServiceNonce, evidence.IssuedUnixMs, evidence.EpochId))
        {
            return new(AttestationOutcome.NonceNotOurs, "The challenge in the evidence was not made by this service.");
        }

        // Ours, so the time was written by a replica and is in range.
        TimeSpan age = evidenceCase.Now - DateTimeOffset.FromUnixTimeMilliseconds(evidence.IssuedUnixMs);
        if (age > TrustPolicy.NonceLifetime || age < -TrustPolicy.ReplicaClockSkew)
        {
            return new(
                AttestationOutcome.NonceExpired,
                $"The challenge is {age.TotalSeconds:F0} s old; "
                + $"{TrustPolicy.NonceLifetime.TotalSeconds:F0} s are allowed.");
        }

        byte[] mac = Challenges.Mac(key, helloHash, evidence.ChallengeHash);
        if (!CryptographicOperations.FixedTimeEquals(mac, evidence.Mac))
            return new(AttestationOutcome.NonceForAnotherHello, "The challenge was given to another Hello.");
        if (evidenceCase.Epoch is not { } epoch)
            return new(AttestationOutcome.EpochUnknown, "The key of the challenge's epoch is not held any more.");

        // The nonce is ours and the MAC is ours; that both are of one challenge shows when it is built again.
        byte[] challenge = Challenges.Write(
            evidence.Hello.DeviceNonce, evidence.ServiceNonce, evidence.IssuedUnixMs, evidence.EpochId, epoch.PublicKey,
            evidenceCase.Certificate);
        return Challenges.Hash(challenge).AsSpan().SequenceEqual(evidence.ChallengeHash)
            ? null
            : new(
                AttestationOutcome.NonceForAnotherHello,
                "The nonce and the MAC in the evidence are not of one challenge under today's service key.");
    }

    private static Finding? CheckIdentity(
        EvidenceCase evidenceCase, EvidenceFrame evidence, byte[] helloHash, out ChainResult chain)
    {
        chain = ChainResult.Untrusted;
        if (evidenceCase.Beacon is not { } beacon)
            return new(AttestationOutcome.BeaconUnknown, "No beacon is enrolled under this id.");
        byte[] publicKey = beacon.Enrolment.PublicKey;
        if (!SHA256.HashData(publicKey).AsSpan().SequenceEqual(evidence.Hello.KeyHash))
            return new(AttestationOutcome.KeyMismatch, "The enrolled key is not the one that the Hello names.");
        if (!IsFor(beacon.Enrolment.Certificate, publicKey))
            return new(AttestationOutcome.KeyMismatch, "The enrolled certificate is for another key.");
        CertificateCheck certificate = evidenceCase.DeviceCas.Check(beacon.Enrolment.Certificate, evidenceCase.Now);
        chain = certificate.Chain;
        switch (chain)
        {
            case ChainResult.Untrusted or ChainResult.Malformed:
                return new(
                    AttestationOutcome.ChainUntrusted, "The beacon's certificate does not lead to a pinned device CA.");
            case ChainResult.Expired:
                return new(AttestationOutcome.ChainExpired, "The beacon's certificate or its CA is out of its time.");
        }

        if (CheckRevocation(evidenceCase, certificate) is { } revocation)
            return revocation;
        byte[] message =
            new byte[SignedMessages.EvidencePrefixSize + EvidenceFrame.SignatureOffset(evidenceCase.Frame.Length)];
        SignedMessages.Evidence(
            message, 0, helloHash, evidence.ChallengeHash, evidenceCase.Frame, 0, evidenceCase.Frame.Length);
        return P256.Verifies(publicKey, message, evidence.Signature)
            ? null
            : new(AttestationOutcome.SignatureInvalid, "The evidence is not signed by the enrolled key.");
    }

    private static Finding? CheckRevocation(EvidenceCase evidenceCase, CertificateCheck certificate)
    {
        if (evidenceCase.Beacon!.RevokedAt is { } revoked)
            return new(AttestationOutcome.Revoked, $"The beacon was revoked at {revoked:yyyy-MM-dd HH:mm} UTC.");
        RevocationList list = certificate.Issuer!.Revoked;
        switch (list.At(evidenceCase.Now))
        {
            case CrlState.Good:
                return list.Holds(certificate.Serial)
                    ? new(AttestationOutcome.Revoked, "The device CA has revoked the beacon's certificate.")
                    : null;
            case CrlState.Missing when evidenceCase.Environment != ServiceEnvironment.Production:
                return null;
            case CrlState state:
                return new(
                    AttestationOutcome.CouldNotCheck, $"The revocation list of the device CA is no help: {state}.");
        }
    }

    private static Finding? CheckClaims(EvidenceCase evidenceCase, EvidenceFrame evidence)
    {
        RegisteredBeacon beacon = evidenceCase.Beacon!;
        EvidenceClaims claims = evidence.Claims;
        if (!evidenceCase.Policy.AllowsMeasurement(claims.HasMeasurement ? claims.Measurement : null))
            return new(AttestationOutcome.MeasurementUnknown,
                "The stated measurement is none of the reference values.");
        int model = beacon.Enrolment.HardwareModel;
        string version = claims.SwVersion.ToText();
        if (evidenceCase.Policy.MinimumFirmware(model) is { } least
            && !(Version.TryParse(version, out Version? stated) && stated >= least))
        {
            return new(
                AttestationOutcome.VersionTooOld,
                $"Firmware \"{version}\" is stated; hardware model {model} needs {least} or later.");
        }

        if ((int)evidence.HardwareModel != model || (int)evidence.Hello.HardwareModel != model)
        {
            return new(
                AttestationOutcome.HardwareMismatch,
                $"Hardware model {(int)evidence.HardwareModel} is stated; {model} is enrolled.");
        }

        return evidence.Boot >= beacon.HighestAttestedBoot
            ? null
            : new(
                AttestationOutcome.BootNotRising,
                $"Boot {evidence.Boot} is stated; boot {beacon.HighestAttestedBoot} has attested before.");
    }

    private static Finding? CheckPolicy(EvidenceCase evidenceCase, ChainResult chain)
    {
        BeaconEnrolment enrolment = evidenceCase.Beacon!.Enrolment;
        bool developmentCa = chain == ChainResult.Development;
        if (developmentCa && evidenceCase.Environment == ServiceEnvironment.Production)
            return new(AttestationOutcome.LevelNotAllowed,
                "A development CA issued the certificate; this is production.");
        if (developmentCa && enrolment.Level == SecurityLevel.SecureElement)
            return new(AttestationOutcome.LevelNotAllowed, "A development CA cannot vouch for a secure element.");
        if (!evidenceCase.Policy.AllowsLevel(evidenceCase.Environment, enrolment.Level))
        {
            return new(
                AttestationOutcome.LevelNotAllowed,
                $"Level {enrolment.Level} is not allowed in {evidenceCase.Environment}.");
        }

        return evidenceCase.Policy.Version >= evidenceCase.MinimumPolicyVersion
            ? null
            : new(
                AttestationOutcome.PolicyVersionTooOld,
                $"Policy {evidenceCase.Policy.Version} judged; "
                + $"version {evidenceCase.MinimumPolicyVersion} or later is required.");
    }

    private static SessionKeys? Derive(EvidenceCase evidenceCase, EvidenceFrame evidence, byte[] helloHash)
    {
        if (P256.Agree(evidenceCase.Epoch!.Private, evidence.EphemeralKey) is not { } secret)
            return null;
        byte[] transcript = KeySchedule.Transcript(helloHash, evidence.ChallengeHash, evidenceCase.Frame);
        SessionKeys keys = KeySchedule.Derive(secret, evidence.ServiceNonce, transcript);
        CryptographicOperations.ZeroMemory(secret);
        return keys;
    }

    private static bool IsFor(byte[] certificate, byte[] publicKey) =>
        DeviceCertificates.PublicKey(certificate) is { } key && key.AsSpan().SequenceEqual(publicKey);

    private readonly record struct Finding(AttestationOutcome Outcome, string Detail);
}
