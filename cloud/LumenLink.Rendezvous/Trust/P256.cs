using System.Security.Cryptography;
using LumenLink.Protocol;

namespace LumenLink.Rendezvous.Trust;

/// <summary>P-256 in the wire's form: public keys X || Y, signatures R || S, each 64 bytes big-endian.</summary>
internal static class P256
{
    private const int Half = WireSizes.PublicKey / 2;

    /// <summary>Parameters of a public key; whether it is a point of the curve shows when it is imported.</summary>
    /// <exception cref="CryptographicException">It is not 64 bytes long.</exception>
    public static ECParameters Parameters(ReadOnlySpan<byte> publicKey) => publicKey.Length != WireSizes.PublicKey
        ? throw new CryptographicException($"A P-256 key is {WireSizes.PublicKey} bytes long.")
        : new()
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = publicKey[..Half].ToArray(), Y = publicKey[Half..].ToArray() },
        };

    /// <summary>True for X || Y of a point of the curve.</summary>
    public static bool IsPublicKey(ReadOnlySpan<byte> publicKey)
    {
        try
        {
            ECDsa.Create(Parameters(publicKey)).Dispose();
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>X || Y of a key.</summary>
    public static byte[] PublicKey(ECParameters parameters) => [.. parameters.Q.X!, .. parameters.Q.Y!];

    /// <summary>
    /// True if the signature over SHA-256(message) is of this key. Bytes that are no key sign nothing.
    /// </summary>
    public static bool Verifies(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        try
        {
            using ECDsa key = ECDsa.Create(Parameters(publicKey));
            return key.VerifyData(
                message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>True for the 64 bytes of a point of the curve.</summary>
    public static bool IsKey(ReadOnlySpan<byte> publicKey)
    {
        try
        {
            using ECDsa key = ECDsa.Create(Parameters(publicKey));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>Signs SHA-256(message): R || S.</summary>
    public static byte[] Sign(ECDsa key, ReadOnlySpan<byte> message) =>
        key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <summary>
    /// The x coordinate of the shared point, 32 bytes; null when the peer's bytes are no point of the curve.
    /// </summary>
    public static byte[]? Agree(ECDiffieHellman own, ReadOnlySpan<byte> peerPublicKey)
    {
        try
        {
            using ECDiffieHellman peer = ECDiffieHellman.Create(Parameters(peerPublicKey));
            return own.DeriveRawSecretAgreement(peer.PublicKey);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
