using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace LumenLink.Tests.Protocol.VectorMaker;

/// <summary>A P-256 key from a name, with signatures that come out the same each time (RFC 6979).</summary>
internal sealed class TestKey
{
    private static readonly BigInteger Order = Unsigned(Convert.FromHexString(
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"));

    private readonly byte[] d;

    public TestKey(string name)
    {
        d = SHA256.HashData(Encoding.ASCII.GetBytes("LumenLink test key: " + name));
        Public = PointOf(d);
    }

    public byte[] Private => d;

    public byte[] Public { get; }

    public uint Id => BitConverter.ToUInt32(SHA256.HashData(Public));

    public byte[] Sign(byte[] message)
    {
        byte[] hash = SHA256.HashData(message);
        byte[] k = Nonce(hash);
        BigInteger r = Unsigned(PointOf(k).AsSpan(0, 32)) % Order;
        BigInteger inverse = BigInteger.ModPow(Unsigned(k), Order - 2, Order);
        BigInteger s = inverse * (Unsigned(hash) + (r * Unsigned(d))) % Order;
        return [.. Fixed(r), .. Fixed(s)];
    }

    public byte[] Agree(byte[] peer)
    {
        using ECDiffieHellman mine = ECDiffieHellman.Create(Parameters(d, Public));
        using ECDiffieHellman theirs = ECDiffieHellman.Create(Parameters(null, peer));
        return mine.DeriveRawSecretAgreement(theirs.PublicKey);
    }

    public static bool Verify(byte[] publicKey, byte[] message, byte[] signature)
    {
        using ECDsa key = ECDsa.Create(Parameters(null, publicKey));
        return key.VerifyData(message, signature, HashAlgorithmName.SHA256);
    }

    private byte[] Nonce(byte[] hash)
    {
        byte[] reduced = Fixed(Unsigned(hash) % Order);
        byte[] v = Enumerable.Repeat((byte)1, 32).ToArray();
        byte[] k = new byte[32];
        k = HMACSHA256.HashData(k, (byte[])[.. v, 0, .. d, .. reduced]);
        v = HMACSHA256.HashData(k, v);
        k = HMACSHA256.HashData(k, (byte[])[.. v, 1, .. d, .. reduced]);
        v = HMACSHA256.HashData(k, v);
        v = HMACSHA256.HashData(k, v);
        return v;
    }

    private static byte[] PointOf(byte[] scalar)
    {
        using ECDsa key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar });
        ECParameters parameters = key.ExportParameters(false);
        return [.. parameters.Q.X!, .. parameters.Q.Y!];
    }

    private static ECParameters Parameters(byte[]? scalar, byte[] point) => new()
    {
        Curve = ECCurve.NamedCurves.nistP256,
        D = scalar,
        Q = new ECPoint { X = point[..32], Y = point[32..] },
    };

    private static BigInteger Unsigned(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Fixed(BigInteger value)
    {
        byte[] bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }
}
