using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Load;

/// <summary>
/// A beacon in software: its key is .NET's, so that what it says costs the machine little. Everything that it sends is
/// real: the service cannot tell it from a board.
/// </summary>
internal sealed class LoadBeacon : IDisposable
{
    /// <summary>Boot number of every beacon: each is new.</summary>
    public const uint Boot = 1;

    private const uint UptimeMs = 60_000;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private uint _connect;
    private SessionKeys? _keys;

    /// <summary>Makes its key.</summary>
    /// <param name="name">For people.</param>
    public LoadBeacon(string name)
    {
        Name = name;
        ECPoint point = _key.ExportParameters(includePrivateParameters: false).Q;
        PublicKey = [.. point.X!, .. point.Y!];
        Id = BeaconId.FromBytes(SHA256.HashData(PublicKey));
        IdText = Id.ToString();
        Hello = MakeHello();
    }

    /// <summary>For people.</summary>
    public string Name { get; }

    /// <summary>X || Y.</summary>
    public byte[] PublicKey { get; }

    /// <summary>Its id.</summary>
    public BeaconId Id { get; }

    /// <summary>Its id as text.</summary>
    public string IdText { get; }

    /// <summary>The Hello that it sends.</summary>
    public byte[] Hello { get; private set; }

    /// <summary>A certificate of its key, DER.</summary>
    public byte[] IssueCertificate(X509Certificate2 ca, DateTimeOffset now)
    {
        var request = new CertificateRequest("CN=" + Name, _key, HashAlgorithmName.SHA256);
        byte[] serial = [1, .. SHA256.HashData(PublicKey)[..15]];
        using X509Certificate2 certificate = request.Create(ca, now.AddDays(-1), now.AddDays(1), serial);
        return certificate.RawData;
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
            Boot = Boot,
            UptimeMs = UptimeMs,
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
        byte[] helloHash = SHA256.HashData(Hello);
        byte[] message = new byte[SignedMessages.EvidencePrefixSize + signed];
        SignedMessages.Evidence(message, 0, helloHash, evidence.ChallengeHash, frame, 0, frame.Length);
        Sign(message).CopyTo(frame, signed);
        byte[] transcript = KeySchedule.Transcript(helloHash, evidence.ChallengeHash, frame);
        _keys?.Dispose();
        _keys = KeySchedule.Derive(Agree(ephemeral, challenge.EpochKey), challenge.ServiceNonce, transcript);
        return frame;
    }

    /// <summary>The session of an AttestationResult; null when the last Evidence's keys did not seal it.</summary>
    public LoadSession? Accept(byte[] resultFrame)
    {
        AttestationResultFrame result = new();
        return _keys is { } keys && result.Read(resultFrame, 0, resultFrame.Length) == WireError.None
            && FrameSeal.Verify(resultFrame, keys.DownKey) == WireError.None
                ? new LoadSession(result.SessionId, keys)
                : null;
    }

    /// <summary>The password of the next connection.</summary>
    /// <param name="audience">The service's name for itself.</param>
    public string NextToken(string audience)
    {
        ConnectionToken token = new() { Boot = Boot, Connect = ++_connect };
        byte[] id = new byte[BeaconId.ByteCount];
        Id.CopyTo(id);
        byte[] buffer = new byte[SignedMessages.MaxTokenSize];
        int length = SignedMessages.Token(buffer, 0, id, audience, token.Boot, token.Connect);
        if (length < 0)
            throw new LoadException($"The audience is none: {(WireError)(-length)}.");
        Sign(buffer[..length]).CopyTo(token.Signature, 0);
        return token.ToText();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _keys?.Dispose();
        _key.Dispose();
    }

    private static byte[] Agree(ECDiffieHellman own, byte[] peer)
    {
        int half = peer.Length / 2;
        var parameters = new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = peer[..half], Y = peer[half..] },
        };
        using ECDiffieHellman other = ECDiffieHellman.Create(parameters);
        return own.DeriveRawSecretAgreement(other.PublicKey);
    }

    private byte[] Sign(byte[] message) =>
        _key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

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

/// <summary>A session, as its beacon has it. The keys are the beacon's to clear.</summary>
/// <param name="id">Its number.</param>
/// <param name="keys">Its keys.</param>
internal sealed class LoadSession(uint id, SessionKeys keys)
{
    /// <summary>Its number.</summary>
    public uint Id => id;

    /// <summary>Puts the tag of the up key in.</summary>
    public void Seal(byte[] frame) => FrameSeal.Seal(frame, keys.UpKey);

    /// <summary>True if the service sealed it in this session.</summary>
    public bool Opens(byte[] frame) => FrameSeal.Verify(frame, keys.DownKey) == WireError.None;
}
