using System.Security.Cryptography;

namespace LumenLink.Tests.Firmware.Security;

/// <summary>P-256 keys as X || Y.</summary>
internal static class Keys
{
    internal static byte[] Public(ECDsa key) => Public(key.ExportParameters(false));

    internal static byte[] Public(ECDiffieHellman key) => Public(key.ExportParameters(false));

    internal static ECDsa Ecdsa(ReadOnlySpan<byte> publicKey) => ECDsa.Create(Parameters(publicKey));

    internal static ECDiffieHellman Ecdh(ReadOnlySpan<byte> publicKey) => ECDiffieHellman.Create(Parameters(publicKey));

    private static byte[] Public(ECParameters parameters) => [.. parameters.Q.X!, .. parameters.Q.Y!];

    private static ECParameters Parameters(ReadOnlySpan<byte> publicKey) => new()
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = publicKey[..32].ToArray(), Y = publicKey[32..].ToArray() },
    };
}
