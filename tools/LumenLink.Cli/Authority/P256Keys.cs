using System.Security.Cryptography;

namespace LumenLink.Cli.Authority;

/// <summary>Public keys of P-256 as 64 bytes, X || Y.</summary>
internal static class P256Keys
{
    /// <summary>Bytes of a coordinate.</summary>
    public const int CoordinateBytes = 32;

    /// <summary>A key that verifies.</summary>
    /// <exception cref="CryptographicException">The bytes are no point of the curve.</exception>
    public static ECDsa FromBytes(byte[] publicKey) => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = publicKey[..CoordinateBytes], Y = publicKey[CoordinateBytes..] },
    });

    /// <summary>X || Y; null for a key of another curve.</summary>
    public static byte[]? ToBytes(ECDsa? key)
    {
        if (key is null)
            return null;
        ECParameters parameters = key.ExportParameters(includePrivateParameters: false);
        return parameters.Curve.IsNamed && parameters.Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value
            ? [.. parameters.Q.X!, .. parameters.Q.Y!]
            : null;
    }
}
