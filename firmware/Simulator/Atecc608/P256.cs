using System.Numerics;
using System.Security.Cryptography;

namespace LumenLink.Simulator.Atecc608;

/// <summary>P-256 in the chip's formats: scalar 32 bytes, public key X||Y, signature R||S, all big-endian.</summary>
internal static class P256
{
    internal const int ScalarSize = 32;
    internal const int PublicKeySize = 64;
    internal const int SignatureSize = 64;

    /// <summary>The order of the group (SEC 2, secp256r1).</summary>
    private static readonly BigInteger Order = BigInteger.Parse(
        "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
        System.Globalization.NumberStyles.HexNumber,
        System.Globalization.CultureInfo.InvariantCulture);

    internal static bool IsPrivateKey(ReadOnlySpan<byte> scalar)
    {
        var value = new BigInteger(scalar, isUnsigned: true, isBigEndian: true);
        return !value.IsZero && value < Order;
    }

    internal static byte[] GeneratePrivateKey(IChipRandom random)
    {
        byte[] scalar = new byte[ScalarSize];
        do random.Fill(scalar);
        while (!IsPrivateKey(scalar));
        return scalar;
    }

    internal static byte[] PublicKey(ReadOnlySpan<byte> scalar)
    {
        using var key = ECDsa.Create(Private(scalar));
        ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
        return [.. point.X!, .. point.Y!];
    }

    internal static byte[] Sign(ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> digest)
    {
        using var key = ECDsa.Create(Private(scalar));
        return key.SignHash(digest, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <summary>Null when <paramref name="publicKey"/> is no point of the curve.</summary>
    internal static bool? Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        try
        {
            using var key = ECDsa.Create(Public(publicKey));
            return key.VerifyHash(digest, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The X coordinate of the shared point; null when <paramref name="publicKey"/> is no point.</summary>
    internal static byte[]? SharedSecret(ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> publicKey)
    {
        using var own = ECDiffieHellman.Create(Private(scalar));
        try
        {
            using var peer = ECDiffieHellman.Create(Public(publicKey));
            return own.DeriveRawSecretAgreement(peer.PublicKey);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static ECParameters Private(ReadOnlySpan<byte> scalar) => new()
    {
        Curve = ECCurve.NamedCurves.nistP256,
        D = scalar.ToArray(),
    };

    private static ECParameters Public(ReadOnlySpan<byte> point) => new()
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = point[..ScalarSize].ToArray(), Y = point[ScalarSize..].ToArray() },
    };
}
