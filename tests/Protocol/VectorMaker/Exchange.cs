using System.Security.Cryptography;
using System.Text;
using LumenLink.Protocol;

namespace LumenLink.Tests.Protocol.VectorMaker;

/// <summary>One whole attestation with fixed keys: every frame of it, every message and every key.</summary>
internal sealed class Exchange
{
    public const uint SessionId = 0x11223344;
    public const uint Boot = 7;
    public const long IssuedUnixMs = 1_790_000_000_000;
    public const string Audience = "rendezvous.lumenlink.org";

    public Exchange()
    {
        Hello = MakeHello();
        HelloHash = SHA256.HashData(Hello);
        Challenge = MakeChallenge();
        Evidence = MakeEvidence();
        Transcript = KeySchedule.Transcript(HelloHash, ChallengeHash, Evidence);
        Secret = Ephemeral.Agree(Epoch.Public);
        Keys = KeySchedule.Derive(Secret, ServiceNonce, Transcript);
        Result = MakeResult();
        Refusal = MakeRefusal();
        Token = MakeToken();
    }

    public TestKey Root { get; } = new("root");

    public TestKey Service { get; } = new("service");

    public TestKey Configuration { get; } = new("configuration");

    public TestKey Device { get; } = new("device");

    public TestKey Ephemeral { get; } = new("device ephemeral");

    public TestKey Epoch { get; } = new("service epoch");

    public byte[] ReplicaKey { get; } = Seeded("challenge key of the replicas", 32);

    public byte[] DeviceNonce { get; } = Seeded("device nonce", 16);

    public byte[] ServiceNonce { get; } = Seeded("service nonce", 16);

    public byte[] EidKey { get; } = [.. Seeded("eid key", 16), 10, 0x78, 0x56, 0x34, 0x12];

    public byte[] Today { get; } = [0x2E, 0x51, .. Seeded("pseudonym key of today", 16)];

    public byte[] Tomorrow { get; } = [0x2F, 0x51, .. Seeded("pseudonym key of tomorrow", 16)];

    public byte[] Hello { get; }

    public byte[] HelloHash { get; }

    public byte[] Challenge { get; }

    public byte[] ChallengeHash { get; } = new byte[32];

    public byte[] ChallengeMac { get; } = new byte[16];

    public byte[] Evidence { get; }

    public byte[] Transcript { get; }

    public byte[] Secret { get; }

    public SessionKeys Keys { get; }

    public byte[] Result { get; }

    public byte[] Refusal { get; }

    public byte[] Token { get; }

    public byte[] BeaconId => SHA256.HashData(Device.Public)[..8];

    public static byte[] Seeded(string name, int count)
    {
        byte[] bytes = new byte[count];
        byte[] seed = Encoding.ASCII.GetBytes("LumenLink test value: " + name);
        for (int at = 0, block = 0; at < count; at += 32, block++)
        {
            byte[] hash = SHA256.HashData([.. seed, (byte)block]);
            hash.AsSpan(0, Math.Min(32, count - at)).CopyTo(bytes.AsSpan(at));
        }

        return bytes;
    }

    public byte[] SignEvidence(byte[] frame)
    {
        byte[] message = new byte[SignedMessages.EvidencePrefixSize + frame.Length];
        int length = SignedMessages.Evidence(message, 0, HelloHash, ChallengeHash, frame, 0, frame.Length);
        Device.Sign(message[..length]).CopyTo(frame, EvidenceFrame.SignatureOffset(frame.Length));
        return frame;
    }

    public byte[] SealChallenge(byte[] frame, byte[]? hash = null, byte[]? mac = null)
    {
        byte[] challengeHash = hash ?? new byte[32];
        byte[] challengeMac = mac ?? new byte[16];
        KeySchedule.ChallengeHash(frame, challengeHash);
        KeySchedule.ChallengeMac(ReplicaKey, HelloHash, challengeHash, challengeMac);
        challengeMac.CopyTo(frame, ChallengeFrame.MacOffset(frame.Length));
        byte[] message = new byte[SignedMessages.ChallengeSize];
        SignedMessages.Challenge(message, 0, HelloHash, challengeHash, challengeMac);
        Service.Sign(message).CopyTo(frame, ChallengeFrame.SignatureOffset(frame.Length));
        return frame;
    }

    public byte[] SignRefusal(byte[] frame)
    {
        byte[] message = new byte[SignedMessages.RefusalPrefixSize + frame.Length];
        int length = SignedMessages.Refusal(message, 0, HelloHash, frame, 0, frame.Length);
        Service.Sign(message[..length]).CopyTo(frame, AttestationRefusalFrame.SignatureOffset(frame.Length));
        return frame;
    }

    /// <summary>What the signature of a Config is over, for a beacon.</summary>
    public static byte[] ConfigMessage(byte[] frame, byte[] beaconId)
    {
        byte[] message = new byte[SignedMessages.ConfigPrefixSize + frame.Length];
        return message[..SignedMessages.Config(message, 0, beaconId, frame, 0, frame.Length)];
    }

    /// <summary>Signs a Config for a beacon, and seals it.</summary>
    public byte[] SignConfig(byte[] frame, byte[] beaconId)
    {
        byte[] signed = [.. frame];
        Configuration.Sign(ConfigMessage(signed, beaconId)).CopyTo(signed, ConfigFrame.SignatureOffset(signed.Length));
        FrameSeal.Seal(signed, Keys.DownKey);
        return signed;
    }

    private byte[] MakeHello()
    {
        HelloFrame hello = new() { HardwareModel = HardwareModel.Esp32S3 };
        DeviceNonce.CopyTo(hello.DeviceNonce, 0);
        SHA256.HashData(Device.Public).CopyTo(hello.KeyHash, 0);
        byte[] frame = new byte[HelloFrame.FixedSize];
        Assert.Equal(frame.Length, hello.Write(frame, 0));
        return frame;
    }

    public void FillCertificate(ServiceCertificate certificate, TestKey key, byte usage)
    {
        certificate.KeyId = key.Id;
        certificate.Version = 3;
        certificate.Usage = usage;
        certificate.RootId = Root.Id;
        key.Public.CopyTo(certificate.Key, 0);
        byte[] encoded = new byte[ServiceCertificate.Size];
        certificate.Write(encoded, 0);
        byte[] message = new byte[SignedMessages.CertificateSize];
        SignedMessages.Certificate(message, 0, encoded, 0);
        Root.Sign(message).CopyTo(certificate.Signature, 0);
    }

    private byte[] MakeChallenge()
    {
        ChallengeFrame challenge = new() { IssuedUnixMs = IssuedUnixMs, EpochId = 20718 };
        DeviceNonce.CopyTo(challenge.DeviceNonce, 0);
        ServiceNonce.CopyTo(challenge.ServiceNonce, 0);
        Epoch.Public.CopyTo(challenge.EpochKey, 0);
        FillCertificate(challenge.Certificate, Service, ServiceCertificate.UsageAttestation);
        byte[] frame = new byte[ChallengeFrame.MinSize];
        Assert.Equal(frame.Length, challenge.Write(frame, 0));
        return SealChallenge(frame, ChallengeHash, ChallengeMac);
    }

    public EvidenceFrame EvidenceWithoutClaims()
    {
        EvidenceFrame evidence = new()
        {
            HelloLength = Hello.Length,
            IssuedUnixMs = IssuedUnixMs,
            EpochId = 20718,
            Boot = Boot,
            UptimeMs = 4321,
            HardwareModel = HardwareModel.Esp32S3,
        };
        Hello.CopyTo(evidence.HelloBytes, 0);
        ServiceNonce.CopyTo(evidence.ServiceNonce, 0);
        ChallengeHash.CopyTo(evidence.ChallengeHash, 0);
        ChallengeMac.CopyTo(evidence.Mac, 0);
        Ephemeral.Public.CopyTo(evidence.EphemeralKey, 0);
        return evidence;
    }

    private byte[] MakeEvidence()
    {
        EvidenceFrame evidence = EvidenceWithoutClaims();
        evidence.Claims.SwName.Set("lumenlink-beacon");
        evidence.Claims.SwVersion.Set("0.1.0");
        evidence.Claims.ClrVersion.Set("1.17.0");
        evidence.Claims.Target.Set("ESP32_S3_OCTAL");
        evidence.Claims.HasMeasurement = true;
        Seeded("measurement", 32).CopyTo(evidence.Claims.Measurement, 0);
        evidence.Claims.HasConfigHash = true;
        Seeded("config hash", 32).CopyTo(evidence.Claims.ConfigHash, 0);
        byte[] buffer = new byte[EvidenceFrame.MaxWriteSize];
        int length = evidence.Write(buffer, 0);
        return SignEvidence(buffer[..length]);
    }

    private byte[] MakeResult()
    {
        AttestationResultFrame result = new()
        {
            SessionId = SessionId,
            ServiceUnixMs = IssuedUnixMs + 250,
            LifetimeSeconds = 86400,
            SecretCount = 3,
        };
        SecretId[] ids = [SecretId.EidKey, SecretId.PseudonymKey, SecretId.PseudonymKey];
        byte[][] secrets = [EidKey, Today, Tomorrow];
        for (int i = 0; i < ids.Length; i++)
        {
            result.Secrets[i].Id = ids[i];
            result.Secrets[i].Length = secrets[i].Length;
            secrets[i].CopyTo(result.Secrets[i].Data, 0);
            SecretWrap.Apply(Keys.WrapKey, ids[i], i, result.Secrets[i].Data.AsSpan(0, secrets[i].Length));
        }

        byte[] buffer = new byte[AttestationResultFrame.MaxWriteSize];
        byte[] frame = buffer[..result.Write(buffer, 0)];
        FrameSeal.Seal(frame, Keys.DownKey);
        return frame;
    }

    private byte[] MakeRefusal()
    {
        AttestationRefusalFrame refusal = new()
        {
            Outcome = AttestationOutcome.ChainUntrusted,
            RetryAfterSeconds = 3600,
            Signed = true,
        };
        DeviceNonce.CopyTo(refusal.DeviceNonce, 0);
        FillCertificate(refusal.Certificate, Service, ServiceCertificate.UsageAttestation);
        byte[] frame = new byte[AttestationRefusalFrame.SignedMinSize];
        Assert.Equal(frame.Length, refusal.Write(frame, 0));
        return SignRefusal(frame);
    }

    private byte[] MakeToken()
    {
        ConnectionToken token = new() { Boot = Boot, Connect = 2 };
        byte[] message = new byte[SignedMessages.MaxTokenSize];
        int length = SignedMessages.Token(message, 0, BeaconId, Audience, Boot, 2);
        Device.Sign(message[..length]).CopyTo(token.Signature, 0);
        byte[] bytes = new byte[ConnectionToken.Size];
        Assert.Equal(bytes.Length, token.Write(bytes, 0));
        return bytes;
    }
}
