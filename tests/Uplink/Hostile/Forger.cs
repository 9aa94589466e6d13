using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Uplink.Hostile;

/// <summary>
/// Makes well-formed frames of every type, with keys of the attacker's own: an operator's root, service keys of a
/// version above all that the true one has, a beacon's identity, a session's.
/// </summary>
/// <param name="now">The time that his certificates are of.</param>
/// <param name="stolen">The service's attestation key, if he has it.</param>
internal sealed class Forger(DateTimeOffset now, TestKey? stolen)
{
    /// <summary>Version of his service keys: who believed one would refuse the operator's ever after.</summary>
    public const uint KeyVersion = 4_000_000_000;

    /// <summary>Outcomes that his refusals give: the service has no reason for any of them.</summary>
    public static readonly AttestationOutcome[] Outcomes =
        [AttestationOutcome.Revoked, AttestationOutcome.BeaconUnknown, AttestationOutcome.ChainUntrusted];

    /// <summary>Addresses of his sightings begin so.</summary>
    public const ulong Addresses = 0xBAD0_0000_0000;

    private const int MadeUpBoots = 8;

    private static readonly BigInteger Order = BigInteger.Parse(
        "00FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", NumberStyles.HexNumber,
        CultureInfo.InvariantCulture);

    private const uint Week = 7 * 86_400;

    private readonly TestOperator _operator = new(now);
    private readonly TestBeacon _beacon = new("attacker");
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ECDiffieHellman> _epochs = [];
    private TestKey? _attestation = stolen;
    private TestKey? _configuration;

    private TestKey Attestation => _attestation ??= _operator.NewKey(KeyUsage.Attestation, KeyVersion);

    private TestKey Configuration => _configuration ??= _operator.NewKey(KeyUsage.Configuration, KeyVersion);

    /// <summary>Private keys of his own: what he may agree with.</summary>
    public IEnumerable<ECDsa> Keys => [Attestation.Key, Configuration.Key];

    /// <summary>A Hello that names somebody's key.</summary>
    public static byte[] Hello(byte[] keyHash)
    {
        HelloFrame hello = new() { HardwareModel = HardwareModel.Simulator };
        RandomNumberGenerator.Fill(hello.DeviceNonce);
        keyHash.CopyTo(hello.KeyHash, 0);
        byte[] frame = new byte[HelloFrame.FixedSize];
        hello.Write(frame, 0);
        return frame;
    }

    /// <summary>Evidence for a challenge, signed by his own key or by one that he has.</summary>
    public byte[] Evidence(byte[] hello, byte[] challenge, uint boot, ECDsa? key)
    {
        TestBeacon signer = key is null ? _beacon : new TestBeacon("attacker", key);
        signer.Boot = boot;
        return signer.Evidence(hello, challenge);
    }

    /// <summary>
    /// A Challenge for a Hello: under his own root, or with the certificate of a true one and a signature of his own.
    /// </summary>
    public byte[] Challenge(byte[] hello, byte[]? trueChallenge)
    {
        HelloFrame of = new();
        Assert.Equal(WireError.None, of.Read(hello, 0, hello.Length));
        ECDiffieHellman epoch = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        ChallengeFrame challenge = new() { IssuedUnixMs = now.ToUnixTimeMilliseconds(), EpochId = 1 };
        of.DeviceNonce.CopyTo(challenge.DeviceNonce, 0);
        RandomNumberGenerator.Fill(challenge.ServiceNonce);
        PublicKey(epoch).CopyTo(challenge.EpochKey, 0);
        byte[] frame = new byte[ChallengeFrame.MinSize];
        challenge.Write(frame, 0);
        byte[] certificate = trueChallenge?[114..255] ?? Attestation.Certificate;
        certificate.CopyTo(frame, 114);
        RandomNumberGenerator.Fill(frame.AsSpan(frame.Length - 80, 16));
        lock (_lock)
            _epochs[Convert.ToHexString(SHA256.HashData(frame[..^80]))] = epoch;
        return Sign(
            frame, frame.Length, Attestation.Key, "LL1.challenge", SHA256.HashData(hello),
            SHA256.HashData(frame[..^80]), frame[^80..^64]);
    }

    /// <summary>
    /// The same Evidence with the other form of its signature, (R, n - S), which is as good: n is the curve's order.
    /// </summary>
    public static byte[] Negated(byte[] evidence)
    {
        BigInteger s = new(evidence.AsSpan(evidence.Length - 32), isUnsigned: true, isBigEndian: true);
        byte[] negated = [.. evidence];
        byte[] bytes = (Order - s).ToByteArray(isUnsigned: true, isBigEndian: true);
        negated.AsSpan(negated.Length - 32).Clear();
        bytes.CopyTo(negated, negated.Length - bytes.Length);
        return negated;
    }

    /// <summary>
    /// The keys that a board derives with its Evidence, if that answers a Challenge of his own; else null.
    /// </summary>
    public byte[]? KeysWith(byte[] frame)
    {
        EvidenceFrame evidence = new();
        if (evidence.Read(frame, 0, frame.Length) != WireError.None)
            return null;
        lock (_lock)
        {
            return _epochs.Remove(Convert.ToHexString(evidence.ChallengeHash), out ECDiffieHellman? epoch)
                ? KeyBook.Derive(frame, TestBeacon.Agree(epoch, evidence.EphemeralKey))
                : null;
        }
    }

    /// <summary>A yes under a session of his own.</summary>
    public static byte[] Result(uint session, byte[]? downKey = null)
    {
        AttestationResultFrame result = new()
        {
            SessionId = session,
            LifetimeSeconds = Week,
            SecretCount = 1,
        };
        result.Secrets[0].Id = SecretId.EidKey;
        result.Secrets[0].Length = WrappedSecret.EidKeySize;
        byte[] frame = new byte[AttestationResultFrame.MaxWriteSize];
        return Tagged(frame[..result.Write(frame, 0)], downKey);
    }

    /// <summary>A no: signed by himself, or not at all.</summary>
    public byte[] Refusal(byte[] hello, AttestationOutcome outcome, uint retryAfterS, bool isSigned)
    {
        HelloFrame of = new();
        Assert.Equal(WireError.None, of.Read(hello, 0, hello.Length));
        AttestationRefusalFrame refusal =
            new() { Outcome = outcome, RetryAfterSeconds = retryAfterS, Signed = isSigned };
        of.DeviceNonce.CopyTo(refusal.DeviceNonce, 0);
        byte[] buffer = new byte[AttestationRefusalFrame.SignedMinSize];
        byte[] frame = buffer[..refusal.Write(buffer, 0)];
        if (!isSigned)
            return frame;
        Attestation.Certificate.CopyTo(frame, 28);
        return Sign(frame, frame.Length, Attestation.Key, "LL1.refusal", SHA256.HashData(hello), frame[..^64]);
    }

    /// <summary>A Receipt that says of every record of every boot that it is stored.</summary>
    public static byte[] Receipt(uint session, uint boot, byte[]? downKey)
    {
        ReceiptFrame receipt = new();
        byte[] frame = new byte[WireLimits.MaxFrameBytes];
        Assert.True(receipt.Begin(frame, 0, session));
        receipt.GrantsShortTopic = true;
        ReceiptEntry entry = new();
        for (uint one = boot; one > 0 && one + MadeUpBoots > boot; one--)
        {
            entry.Reset(one, WireLimits.MaxSequence);
            Assert.True(receipt.TryAdd(entry));
        }

        return Tagged(frame[..receipt.Finish()], downKey);
    }

    /// <summary>A configuration signed by himself.</summary>
    public byte[] Config(uint session, byte[] beaconId, byte[]? downKey)
    {
        byte[] text = "privacy=raw\nreport_ms=3600000\n"u8.ToArray();
        ConfigFrame config = new() { SessionId = session, Version = 77, Text = text, TextLength = text.Length };
        config.Certificate.Usage = ServiceCertificate.UsageConfiguration;
        byte[] buffer = new byte[ConfigFrame.MinSize + text.Length];
        byte[] frame = buffer[..config.Write(buffer, 0)];
        Configuration.Certificate.CopyTo(frame, ConfigFrame.SignatureOffset(frame.Length) - ServiceCertificate.Size);
        int signature = ConfigFrame.SignatureOffset(frame.Length);
        Sign(
            frame, signature + 64, Configuration.Key, "LL1.config", beaconId,
            frame[ConfigFrame.SignedFrom..signature]);
        return Tagged(frame, downKey);
    }

    /// <summary>A command that the operator never gave.</summary>
    public static byte[] Command(uint session, BeaconCommand which, byte[]? downKey)
    {
        CommandFrame command = new()
        {
            SessionId = session,
            CommandId = 4_000_000_000,
            ExpiresUnixMs = long.MaxValue,
            Command = which,
        };
        byte[] buffer = new byte[CommandFrame.MinSize + 32];
        return Tagged(buffer[..command.Write(buffer, 0)], downKey);
    }

    /// <summary>Records with sightings that he made up, under a session of a beacon.</summary>
    public static byte[] Records(uint session, uint boot, uint from, int count)
    {
        AttestationResultFrame result = new() { SessionId = session };
        BeaconSession own = new(result, RandomNumberGenerator.GetBytes(80), boot);
        byte[][] records = [.. Enumerable.Range(0, count).Select(index =>
            TestRecords.Report(from + (uint)index, [Addresses + from + (uint)index, Addresses + 1]))];
        return own.Records(boot, from, records);
    }

    /// <summary>An acknowledgement of a command that no beacon gave.</summary>
    public static byte[] Ack(uint session, uint number) =>
        new BeaconSession(new AttestationResultFrame { SessionId = session }, RandomNumberGenerator.GetBytes(80), 1)
            .Ack(ControlSubject.Command, number, ControlOutcome.ArgumentInvalid);

    private static byte[] Tagged(byte[] frame, byte[]? key)
    {
        FrameSeal.Seal(frame, key ?? RandomNumberGenerator.GetBytes(32));
        return frame;
    }

    private static byte[] PublicKey(ECDiffieHellman key)
    {
        ECParameters parameters = key.ExportParameters(false);
        return [.. parameters.Q.X!, .. parameters.Q.Y!];
    }

    /// <summary>Signs and puts the signature where the frame has it.</summary>
    private static byte[] Sign(byte[] frame, int end, ECDsa key, string domain, params byte[][] parts)
    {
        byte[] message = [.. TestBeacon.Domain(domain), .. parts.SelectMany(part => part)];
        key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
            .CopyTo(frame, end - 64);
        return frame;
    }
}
