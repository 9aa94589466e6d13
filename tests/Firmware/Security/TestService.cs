using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace LumenLink.Tests.Firmware.Security;

/// <summary>
/// The service's side of the exchange, written from the specification's tables with .NET's cryptography and none of the
/// product's classes.
/// </summary>
internal sealed class TestService : IDisposable
{
    internal const int ChallengeSize = 335;
    internal const long Now = 1_767_225_600_000; // 2026-01-01

    private readonly ECDsa root = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa configKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDiffieHellman epoch = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] challengeKey = RandomNumberGenerator.GetBytes(32);

    internal byte[] RootKey => Keys.Public(root);

    internal uint CertificateVersion { get; set; } = 7;

    public void Dispose()
    {
        root.Dispose();
        key.Dispose();
        configKey.Dispose();
        epoch.Dispose();
    }

    /// <summary>The key whose id the certificate names; its own unless set.</summary>
    internal byte[]? NamedKey { get; set; }

    /// <summary>What keys of attestation are certified for.</summary>
    internal byte Usage { get; set; } = 1;

    /// <summary>Certifies keys in the root's place, under its name.</summary>
    internal ECDsa? Certifier { get; set; }

    /// <summary>Signs messages in the certified key's place.</summary>
    internal ECDsa? Signer { get; set; }

    internal byte[] Certificate() => Certified(key, CertificateVersion, Usage);

    internal byte[] Challenge(ReadOnlySpan<byte> hello, byte[]? extensions = null) =>
        SignChallenge(ChallengeBody(hello, extensions), hello);

    /// <summary>A Challenge up to its MAC.</summary>
    internal byte[] ChallengeBody(ReadOnlySpan<byte> hello, byte[]? extensions = null) =>
    [
        1, 0x81, 0, 0, 0, 0, .. hello[6..22], .. RandomNumberGenerator.GetBytes(16), .. U64(Now), .. U32(42),
        .. Keys.Public(epoch), .. Certificate(), .. extensions ?? [],
    ];

    /// <summary>Appends MAC and signature, for this Hello, whatever the bytes say.</summary>
    internal byte[] SignChallenge(byte[] body, ReadOnlySpan<byte> hello)
    {
        byte[] hashes = [.. SHA256.HashData(hello), .. SHA256.HashData(body)];
        byte[] macMessage = [.. D("LL1.chalmac"), .. hashes];
        byte[] mac = HMACSHA256.HashData(challengeKey, macMessage)[..16];
        return [.. body, .. mac, .. Sign(Signer ?? key, [.. D("LL1.challenge"), .. hashes, .. mac])];
    }

    /// <summary>Versions of configuration keys rise apart from those of attestation keys.</summary>
    internal uint ConfigCertificateVersion { get; set; } = 3;

    /// <summary>A configuration from its version to its signature.</summary>
    /// <param name="beaconId">Whose it is.</param>
    /// <param name="version">Its version.</param>
    /// <param name="text">Its text.</param>
    /// <param name="usage">What the signing key is certified for.</param>
    /// <param name="extensions">Between certificate and signature.</param>
    internal byte[] SignedConfig(
        byte[] beaconId, uint version, byte[] text, byte usage = 2, byte[]? extensions = null) =>
        SignConfig(beaconId,
        [
            .. U32(version), (byte)text.Length, (byte)(text.Length >> 8), .. text,
            .. Certified(configKey, ConfigCertificateVersion, usage), .. extensions ?? [],
        ]);

    /// <summary>Appends the signature of a configuration for this beacon, whatever the bytes say.</summary>
    internal byte[] SignConfig(byte[] beaconId, byte[] signed) =>
        [.. signed, .. Sign(Signer ?? configKey, [.. D("LL1.config"), .. beaconId, .. signed])];

    /// <summary>A command from its id to its argument.</summary>
    internal static byte[] Command(uint id, byte command, ushort argument, long expiresInMs) =>
        [.. U32(id), .. U64(Now + expiresInMs), command, (byte)argument, (byte)(argument >> 8)];

    /// <summary>Checks an Evidence against its Challenge and gives the session's keys.</summary>
    internal TestSession Judge(byte[] hello, byte[] challenge, byte[] evidence, byte[] beaconKey)
    {
        Assert.Equal(new byte[] { 1, 0x02, 0, 0, 0, 0, (byte)hello.Length }, evidence[..7]);
        Assert.Equal(hello, evidence[7..(7 + hello.Length)]);
        Assert.Equal(SHA256.HashData(beaconKey), hello[22..54]);
        byte[] rest = evidence[(7 + hello.Length)..];
        byte[] challengeHash = SHA256.HashData(challenge.AsSpan(0, challenge.Length - 80));
        Assert.Equal(challenge[22..50], rest[..28]);
        Assert.Equal(challengeHash, rest[28..60]);
        Assert.Equal(challenge[^80..^64], rest[60..76]);
        byte[] helloHash = SHA256.HashData(hello);
        using ECDsa beacon = Keys.Ecdsa(beaconKey);
        byte[] signed = [.. D("LL1.evidence"), .. helloHash, .. challengeHash, .. evidence[..^64]];
        Assert.True(beacon.VerifyData(signed, evidence.AsSpan(evidence.Length - 64), HashAlgorithmName.SHA256));

        using ECDiffieHellman ephemeral = Keys.Ecdh(rest.AsSpan(76, 64));
        byte[] secret = epoch.DeriveRawSecretAgreement(ephemeral.PublicKey);
        byte[] transcript = SHA256.HashData([.. helloHash, .. challengeHash, .. SHA256.HashData(evidence)]);
        byte[] okm = HKDF.DeriveKey(
            HashAlgorithmName.SHA256, secret, 80, challenge[22..38], [.. D("LL1.session"), .. transcript]);
        return new TestSession(
            okm[..32],
            okm[32..64],
            okm[64..],
            BinaryPrimitives.ReadUInt32LittleEndian(rest.AsSpan(140)),
            rest[154..^64]);
    }

    internal byte[] Refusal(ReadOnlySpan<byte> hello, byte outcome, uint retryAfterS, bool isSigned)
    {
        byte[] frame =
        [
            1, 0x83, 0, 0, 0, 0, .. hello[6..22], outcome, .. U32(retryAfterS), isSigned ? (byte)1 : (byte)0,
        ];
        return isSigned ? SignRefusal([.. frame, .. Certificate()], hello) : frame;
    }

    /// <summary>Appends the signature of a refusal for this Hello, whatever the bytes say.</summary>
    internal byte[] SignRefusal(byte[] frame, ReadOnlySpan<byte> hello) =>
        [.. frame, .. Sign(Signer ?? key, [.. D("LL1.refusal"), .. SHA256.HashData(hello), .. frame])];

    internal static byte[] D(string domain)
    {
        byte[] prefix = new byte[16];
        Encoding.ASCII.GetBytes(domain, prefix);
        return prefix;
    }

    internal static byte[] U32(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    internal static byte[] U64(long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }

    private byte[] Certified(ECDsa signing, uint version, byte usage)
    {
        byte[] publicKey = Keys.Public(signing);
        byte[] signed =
        [
            .. SHA256.HashData(NamedKey ?? publicKey)[..4], .. U32(version), usage, .. SHA256.HashData(RootKey)[..4],
            .. publicKey,
        ];
        return [.. signed, .. Sign(Certifier ?? root, [.. D("LL1.cert"), .. signed])];
    }

    private static byte[] Sign(ECDsa signer, byte[] message) => signer.SignData(message, HashAlgorithmName.SHA256);
}

/// <summary>What the service holds of an accepted exchange.</summary>
internal sealed record TestSession(byte[] UpKey, byte[] DownKey, byte[] WrapKey, uint Boot, byte[] Claims)
{
    internal byte[] Result(uint sessionId, uint lifetimeS, params (byte Id, byte[] Secret)[] secrets) =>
        Seal(DownKey, ResultBody(sessionId, lifetimeS, secrets));

    /// <summary>A result up to its tag.</summary>
    internal byte[] ResultBody(uint sessionId, uint lifetimeS, params (byte Id, byte[] Secret)[] secrets)
    {
        var body = new List<byte>([1, 0x82, .. TestService.U32(sessionId), .. TestService.U64(TestService.Now)]);
        body.AddRange(TestService.U32(lifetimeS));
        body.Add((byte)secrets.Length);
        for (int index = 0; index < secrets.Length; index++)
        {
            (byte id, byte[] secret) = secrets[index];
            body.AddRange([id, (byte)secret.Length, .. Wrap(id, index, secret)]);
        }

        return [.. body];
    }

    internal static byte[] Seal(byte[] key, byte[] body) => [.. body, .. HMACSHA256.HashData(key, body)[..8]];

    private byte[] Wrap(byte id, int index, byte[] secret)
    {
        using Aes aes = Aes.Create();
        aes.Key = WrapKey;
        byte[] wrapped = [.. secret];
        for (int at = 0; at < wrapped.Length; at++)
        {
            byte[] counter = [id, (byte)index, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. TestService.U32((uint)(at / 16))];
            wrapped[at] ^= aes.EncryptEcb(counter, PaddingMode.None)[at % 16];
        }

        return wrapped;
    }
}
