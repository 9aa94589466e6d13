using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Bench.Attest;

/// <summary>A beacon with a key of .NET's, for the side of the exchange that is not measured.</summary>
internal sealed class BenchBeacon : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _name;

    /// <summary>Makes its key.</summary>
    public BenchBeacon(string name)
    {
        _name = name;
        ECPoint point = _key.ExportParameters(includePrivateParameters: false).Q;
        PublicKey = [.. point.X!, .. point.Y!];
        Hello = MakeHello();
    }

    /// <summary>X || Y.</summary>
    public byte[] PublicKey { get; }

    /// <summary>Its id.</summary>
    public BeaconId Id => BeaconId.FromBytes(SHA256.HashData(PublicKey));

    /// <summary>The Hello that it sends.</summary>
    public byte[] Hello { get; private set; }

    /// <summary>Its enrolment under a development CA.</summary>
    public BeaconEnrolment Enrolment(X509Certificate2 ca, DateTimeOffset now)
    {
        var request = new CertificateRequest("CN=" + _name, _key, HashAlgorithmName.SHA256);
        byte[] serial = [1, .. SHA256.HashData(PublicKey)[..15]];
        using X509Certificate2 certificate = request.Create(ca, now.AddDays(-1), now.AddDays(1), serial);
        return new BeaconEnrolment(
            1, PublicKey, certificate.RawData, SecurityLevel.EmulatedChip, (int)HardwareModel.Simulator, _name,
            "bench");
    }

    /// <summary>Begins another exchange.</summary>
    public void NextHello() => Hello = MakeHello();

    /// <summary>Answers a Challenge.</summary>
    public byte[] Evidence(byte[] challengeFrame)
    {
        ChallengeFrame challenge = new();
        challenge.Read(challengeFrame, 0, challengeFrame.Length);
        using ECDiffieHellman ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        ECPoint point = ephemeral.ExportParameters(includePrivateParameters: false).Q;
        EvidenceFrame evidence = new()
        {
            HelloLength = Hello.Length,
            IssuedUnixMs = challenge.IssuedUnixMs,
            EpochId = challenge.EpochId,
            Boot = 1,
            UptimeMs = 60_000,
            HardwareModel = HardwareModel.Simulator,
        };
        Hello.CopyTo(evidence.HelloBytes, 0);
        challenge.ServiceNonce.CopyTo(evidence.ServiceNonce, 0);
        KeySchedule.ChallengeHash(challengeFrame, evidence.ChallengeHash);
        challenge.Mac.CopyTo(evidence.Mac, 0);
        point.X!.CopyTo(evidence.EphemeralKey, 0);
        point.Y!.CopyTo(evidence.EphemeralKey, point.X.Length);
        evidence.Claims.SwName.Set("lumenlink");
        evidence.Claims.SwVersion.Set("1.0.0");
        byte[] buffer = new byte[EvidenceFrame.MaxWriteSize];
        byte[] frame = buffer[..evidence.Write(buffer, 0)];
        int signed = EvidenceFrame.SignatureOffset(frame.Length);
        byte[] message = new byte[SignedMessages.EvidencePrefixSize + signed];
        SignedMessages.Evidence(
            message, 0, SHA256.HashData(Hello), evidence.ChallengeHash, frame, 0, frame.Length);
        _key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
            .CopyTo(frame, signed);
        return frame;
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    private byte[] MakeHello()
    {
        HelloFrame hello = new() { HardwareModel = HardwareModel.Simulator };
        RandomNumberGenerator.Fill(hello.DeviceNonce);
        SHA256.HashData(PublicKey).CopyTo(hello.KeyHash, 0);
        byte[] frame = new byte[HelloFrame.FixedSize];
        hello.Write(frame, 0);
        return frame;
    }
}
