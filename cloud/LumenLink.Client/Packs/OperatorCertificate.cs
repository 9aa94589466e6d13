using System.Security.Cryptography;
using System.Text;

namespace LumenLink.Client;

/// <summary>
/// An operator root's statement of which key the service signs packs with (shared-protocol/README.md, section 3,
/// Challenge from byte 114): key id u32, version u32, usage u8, root id u32, key 64, signature 64; little-endian.
/// </summary>
internal sealed class OperatorCertificate
{
    /// <summary>Bytes of a public key, X || Y, and of a signature, R || S.</summary>
    public const int HalfPairBytes = 64;

    private const int VersionOffset = 4;
    private const int UsageOffset = VersionOffset + 4;
    private const int RootIdOffset = UsageOffset + 1;
    private const int KeyOffset = RootIdOffset + 4;
    private const int SignatureOffset = KeyOffset + HalfPairBytes;
    private const int Size = SignatureOffset + HalfPairBytes;
    private const byte UsagePacks = 3;
    private const int PrefixBytes = 16;
    private const string Prefix = "LL1.cert";

    private readonly byte[] bytes;

    private OperatorCertificate(byte[] bytes) => this.bytes = bytes;

    /// <summary>Rises with every rotation.</summary>
    public uint Version => U32(bytes, VersionOffset);

    /// <summary>The key that it certifies, X || Y.</summary>
    public byte[] Key => Part(KeyOffset, HalfPairBytes);

    /// <summary>A certificate for packs that one of the roots signed; null when it is none.</summary>
    /// <param name="bytes">The certificate.</param>
    /// <param name="roots">Pinned roots, 64 bytes each.</param>
    public static OperatorCertificate? Read(byte[] bytes, IReadOnlyList<byte[]> roots)
    {
        if (bytes.Length != Size || bytes[UsageOffset] != UsagePacks)
            return null;
        OperatorCertificate certificate = new(bytes);
        return roots.Any(certificate.IsSignedBy) ? certificate : null;
    }

    /// <summary>
    /// True if the signature over SHA-256(message) is of this key. Bytes that are no key sign nothing.
    /// </summary>
    public static bool Verifies(byte[] key, byte[] message, byte[] signature)
    {
        if (key.Length != HalfPairBytes || signature.Length != HalfPairBytes)
            return false;
        try
        {
            using ECDsa verifier = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint
                {
                    X = [.. key.Take(HalfPairBytes / 2)],
                    Y = [.. key.Skip(HalfPairBytes / 2)],
                },
            });
            return verifier.VerifyData(message, signature, HashAlgorithmName.SHA256);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private bool IsSignedBy(byte[] root)
    {
        using SHA256 hash = SHA256.Create();
        if (U32(hash.ComputeHash(root), 0) != U32(bytes, RootIdOffset))
            return false;
        byte[] message = new byte[PrefixBytes + SignatureOffset];
        Encoding.ASCII.GetBytes(Prefix).CopyTo(message, 0);
        Array.Copy(bytes, 0, message, PrefixBytes, SignatureOffset);
        return Verifies(root, message, Part(SignatureOffset, HalfPairBytes));
    }

    private byte[] Part(int offset, int count) => [.. bytes.Skip(offset).Take(count)];

    private static uint U32(byte[] from, int offset) =>
        from[offset] | ((uint)from[offset + 1] << 8) | ((uint)from[offset + 2] << 16) | ((uint)from[offset + 3] << 24);
}
