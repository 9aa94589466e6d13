using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace LumenLink.Rendezvous.Trust;

/// <summary>
/// Seals secrets at rest: AES-256-GCM under the master key. What a secret is for goes in as associated data,
/// so that a row moved to another place does not open there. Sealed: version u8, nonce 12, tag 16, ciphertext.
/// </summary>
internal sealed class SecretBox(byte[] masterKey)
{
    private const byte Version = 1;
    private const int NonceOffset = 1;
    private const int NonceSize = 12;
    private const int TagOffset = NonceOffset + NonceSize;
    private const int TagSize = 16;
    private const int DataOffset = TagOffset + TagSize;

    /// <summary>Seals <paramref name="plain"/> for <paramref name="purpose"/>.</summary>
    public byte[] Seal(string purpose, ReadOnlySpan<byte> plain)
    {
        byte[] box = new byte[DataOffset + plain.Length];
        box[0] = Version;
        Span<byte> nonce = box.AsSpan(NonceOffset, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using AesGcm aes = new(masterKey, TagSize);
        aes.Encrypt(
            nonce, plain, box.AsSpan(DataOffset), box.AsSpan(TagOffset, TagSize), Encoding.UTF8.GetBytes(purpose));
        return box;
    }

    /// <summary>Opens a box that was sealed under this key for this purpose; false for any other bytes.</summary>
    public bool TryOpen(string purpose, ReadOnlySpan<byte> box, [NotNullWhen(true)] out byte[]? plain)
    {
        plain = null;
        if (box.Length < DataOffset || box[0] != Version)
            return false;
        byte[] opened = new byte[box.Length - DataOffset];
        using AesGcm aes = new(masterKey, TagSize);
        try
        {
            aes.Decrypt(
                box.Slice(NonceOffset, NonceSize), box[DataOffset..], box.Slice(TagOffset, TagSize), opened,
                Encoding.UTF8.GetBytes(purpose));
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        plain = opened;
        return true;
    }

    /// <summary>Opens a box that must open: it was sealed by this service.</summary>
    /// <exception cref="SealedSecretException">
    /// It does not: another master key, or a row that was tampered with.
    /// </exception>
    public byte[] Open(string purpose, ReadOnlySpan<byte> box) =>
        TryOpen(purpose, box, out byte[]? plain) ? plain : throw new SealedSecretException(purpose);
}

/// <summary>
/// A stored secret does not open: the service cannot go on with it, and nobody is to blame on the wire.
/// </summary>
internal sealed class SealedSecretException(string purpose)
    : Exception($"the stored secret \"{purpose}\" does not open under this master key");
