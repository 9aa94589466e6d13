using System.Security.Cryptography;
using System.Text;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Tests.Rendezvous.Support;

/// <summary>
/// A beacon made of .NET's cryptography and the frame classes. Everything signed, MACed or
/// derived is written down here again from the specification and does not use the service's code.
/// </summary>
internal sealed class TestBeacon
{
    private readonly ECDsa key;
    private uint connect;

    /// <summary>With a new key, or with one that somebody has.</summary>
    public TestBeacon(string name = "attic", ECDsa? key = null)
    {
        Name = name;
        this.key = key ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);
    }

    public string Name { get; }

    public byte[] PublicKey => TestOperator.PublicKey(key);

    public BeaconId Id => BeaconId.FromBytes(SHA256.HashData(PublicKey));

    public string IdText => Id.ToString();

    public uint Boot { get; set; } = 5;

    public ushort HardwareModel { get; set; } = 0xFFFF;

    public BeaconSession? Session { get; private set; }

    public BeaconEnrolment Enrolment(
        TestOperator op, System.Security.Cryptography.X509Certificates.X509Certificate2? ca = null,
        SecurityLevel level = SecurityLevel.EmulatedChip) => new(
            1, PublicKey, TestOperator.Issue(ca ?? op.DevelopmentCa, key, op.Now.AddYears(-1), op.Now.AddYears(1)),
            level, HardwareModel, Name, "attic");

    public byte[] ExpiredCertificate(TestOperator op) =>
        TestOperator.Issue(op.DevelopmentCa, key, op.Now.AddYears(-1), op.Now.AddDays(-1));

    public byte[] Hello(byte[]? deviceNonce = null)
    {
        HelloFrame hello = new() { HardwareModel = (HardwareModel)HardwareModel };
        (deviceNonce ?? RandomNumberGenerator.GetBytes(16)).CopyTo(hello.DeviceNonce, 0);
        SHA256.HashData(PublicKey).CopyTo(hello.KeyHash, 0);
        byte[] frame = new byte[HelloFrame.FixedSize];
        hello.Write(frame, 0);
        return frame;
    }

    /// <summary>
    /// True if the challenge is for this Hello and signed by the certified key, as a beacon checks it.
    /// </summary>
    public static bool Trusts(TestOperator op, byte[] hello, byte[] challengeFrame)
    {
        ChallengeFrame challenge = new();
        if (challenge.Read(challengeFrame, 0, challengeFrame.Length) != WireError.None)
            return false;
        byte[] certificate = challengeFrame[114..255];
        byte[] certified = [.. "LL1.cert\0\0\0\0\0\0\0\0"u8, .. certificate.AsSpan(0, 77)];
        byte[] message =
            [.. Domain("LL1.challenge"), .. SHA256.HashData(hello), .. ChallengeHash(challengeFrame), .. challenge.Mac];
        return hello.AsSpan(6, 16).SequenceEqual(challenge.DeviceNonce)
            && Verify(op.RootPublicKey, certified, certificate[77..])
            && Verify(challenge.Certificate.Key, message, challenge.Signature);
    }

    /// <summary>Answers a challenge; <paramref name="alter"/> changes the Evidence before it is signed.</summary>
    public byte[] Evidence(byte[] hello, byte[] challengeFrame, Action<EvidenceFrame>? alter = null)
    {
        ChallengeFrame challenge = new();
        Assert.Equal(WireError.None, challenge.Read(challengeFrame, 0, challengeFrame.Length));
        using ECDiffieHellman ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        ECParameters own = ephemeral.ExportParameters(false);
        EvidenceFrame evidence = new()
        {
            HelloLength = hello.Length,
            IssuedUnixMs = challenge.IssuedUnixMs,
            EpochId = challenge.EpochId,
            Boot = Boot,
            UptimeMs = 60_000,
            HardwareModel = (HardwareModel)HardwareModel,
        };
        hello.CopyTo(evidence.HelloBytes, 0);
        challenge.ServiceNonce.CopyTo(evidence.ServiceNonce, 0);
        ChallengeHash(challengeFrame).CopyTo(evidence.ChallengeHash, 0);
        challenge.Mac.CopyTo(evidence.Mac, 0);
        own.Q.X!.CopyTo(evidence.EphemeralKey, 0);
        own.Q.Y!.CopyTo(evidence.EphemeralKey, 32);
        evidence.Claims.SwName.Set("lumenlink");
        evidence.Claims.SwVersion.Set("0.1.0");
        evidence.Claims.HasMeasurement = true;
        alter?.Invoke(evidence);
        byte[] buffer = new byte[EvidenceFrame.MaxWriteSize];
        byte[] frame = buffer[..evidence.Write(buffer, 0)];
        byte[] helloHash = SHA256.HashData(hello);
        byte[] message =
            [.. Domain("LL1.evidence"), .. helloHash, .. evidence.ChallengeHash, .. frame.AsSpan(0, frame.Length - 64)];
        Sign(message).CopyTo(frame, frame.Length - 64);
        byte[] secret = Agree(ephemeral, challenge.EpochKey);
        byte[] transcript = SHA256.HashData([.. helloHash, .. evidence.ChallengeHash, .. SHA256.HashData(frame)]);
        byte[] keys = HKDF.DeriveKey(
            HashAlgorithmName.SHA256, secret, 80, challenge.ServiceNonce, [.. Domain("LL1.session"), .. transcript]);
        pendingKeys = keys;
        return frame;
    }

    private byte[]? pendingKeys;

    /// <summary>Opens an AttestationResult; false when it is not sealed under the keys of the last Evidence.</summary>
    public bool Accept(byte[] resultFrame)
    {
        AttestationResultFrame result = new();
        if (result.Read(resultFrame, 0, resultFrame.Length) != WireError.None)
            return false;
        BeaconSession session = new(result, pendingKeys!, Boot);
        if (!session.Opens(resultFrame))
            return false;
        Session = session;
        return true;
    }

    /// <summary>A connection token with the next connect number, as the text that is the password.</summary>
    public string Token(string audience = "lumenlink-dev") => Token(audience, Boot, ++connect);

    public string Token(string audience, uint boot, uint connectNumber)
    {
        byte[] id = new byte[8];
        Id.CopyTo(id);
        byte[] message =
        [
            .. Domain("LL1.token"), .. id, (byte)audience.Length, .. Encoding.ASCII.GetBytes(audience),
            .. BitConverter.GetBytes(boot), .. BitConverter.GetBytes(connectNumber),
        ];
        byte[] token = [1, .. BitConverter.GetBytes(boot), .. BitConverter.GetBytes(connectNumber), .. Sign(message)];
        return System.Buffers.Text.Base64Url.EncodeToString(token);
    }

    public static byte[] Agree(ECDiffieHellman own, byte[] peer)
    {
        ECParameters parameters = new()
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = peer[..32], Y = peer[32..] },
        };
        using ECDiffieHellman other = ECDiffieHellman.Create(parameters);
        return own.DeriveRawSecretAgreement(other.PublicKey);
    }

    public static bool Verify(byte[] publicKey, byte[] message, byte[] signature)
    {
        ECParameters parameters = new()
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = publicKey[..32], Y = publicKey[32..] },
        };
        using ECDsa verifier = ECDsa.Create(parameters);
        return verifier.VerifyData(
            message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    public static byte[] Domain(string text) => Encoding.ASCII.GetBytes(text.PadRight(16, '\0'));

    private static byte[] ChallengeHash(byte[] frame) => SHA256.HashData(frame.AsSpan(0, frame.Length - 80));

    private byte[] Sign(byte[] message) =>
        key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
}
