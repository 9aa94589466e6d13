using System.Security.Cryptography;
using LumenLink.Protocol;

namespace LumenLink.Rendezvous.Trust;

/// <summary>
/// Writes AttestationRefusals: signed for a verdict or "could not check", unsigned for mere back-off.
/// </summary>
internal sealed class RefusalWriter(OperatorKeys keys)
{
    /// <summary>The signed refusal of an Evidence; null when it is too malformed to know its Hello.</summary>
    public byte[]? Write(byte[] evidenceFrame, AttestationOutcome outcome)
    {
        EvidenceFrame evidence = new();
        if (evidence.Read(evidenceFrame, 0, evidenceFrame.Length) != WireError.None)
            return null;
        return Write(evidence.HelloBytes.AsSpan(0, evidence.HelloLength), evidence.Hello.DeviceNonce, outcome);
    }

    /// <summary>The signed refusal of a Hello.</summary>
    public byte[] Write(ReadOnlySpan<byte> hello, byte[] deviceNonce, AttestationOutcome outcome)
    {
        AttestationRefusalFrame refusal = New(deviceNonce, outcome);
        ServiceKey service = keys.Attestation;
        refusal.Signed = true;
        Challenges.Copy(service.Certificate, refusal.Certificate);
        byte[] frame = new byte[AttestationRefusalFrame.SignedMinSize];
        refusal.Write(frame, 0);
        byte[] message =
            new byte[SignedMessages.RefusalPrefixSize + AttestationRefusalFrame.SignatureOffset(frame.Length)];
        SignedMessages.Refusal(message, 0, SHA256.HashData(hello), frame, 0, frame.Length);
        service.Sign(message).CopyTo(frame, AttestationRefusalFrame.SignatureOffset(frame.Length));
        return frame;
    }

    /// <summary>The unsigned "come back later", which costs no signature.</summary>
    public static byte[] BackOff(byte[] deviceNonce)
    {
        byte[] frame = new byte[AttestationRefusalFrame.UnsignedSize];
        New(deviceNonce, AttestationOutcome.CouldNotCheck).Write(frame, 0);
        return frame;
    }

    private static AttestationRefusalFrame New(byte[] deviceNonce, AttestationOutcome outcome)
    {
        AttestationRefusalFrame refusal = new()
        {
            Outcome = outcome,
            RetryAfterSeconds = TrustPolicy.RetryAfterSeconds(outcome),
        };
        deviceNonce.CopyTo(refusal.DeviceNonce, 0);
        return refusal;
    }
}
