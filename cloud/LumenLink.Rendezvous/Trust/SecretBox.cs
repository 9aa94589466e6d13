using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace LumenLink.Rendezvous.Trust;

/// <summary>
/// Seals secrets at rest: AES-256-GCM under the master key; opens what was sealed under the previous one too. What a
/// secret is for goes in as associated data, so that a row moved to another place does not open there.
/// Sealed, version 2: version u8, key id 4, nonce 12, tag 16, ciphertext; version and key id are associated data too.
/// Version 1, which is opened only, has no key id.
/// </summary>
/// <param name="masterKey">32 bytes; seals and opens.</param>
/// <param name="previousKey">32 bytes, opens only; or null.</param>
internal sealed class SecretBox(byte[] masterKey, byte[]? previousKey = null)
{
    /// <summary>Bytes of a box that say under which key it is: version and key id.</summary>
    public const int HeadSize = 1 + KeyIdSize;

    private const byte Unnamed = 1;
    private const byte Named = 2;
    private const int KeyIdSize = 4;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private readonly byte[] head = HeadOf(masterKey);
    private readonly byte[]? previousHead = previousKey is null ? null : HeadOf(previousKey);

    /// <summary>How every box begins that is sealed now.</summary>
    public ReadOnlySpan<byte> Head => head;

    /// <summary>Under which of its keys this box opens what begins so.</summary>
    public SealedUnder KeyOf(ReadOnlySpan<byte> boxHead) =>
        boxHead.IsEmpty ? SealedUnder.UnknownKey
            : boxHead[0] == Unnamed ? SealedUnder.UnnamedKey
            : boxHead.SequenceEqual(head) ? SealedUnder.CurrentKey
            : previousHead is not null && boxHead.SequenceEqual(previousHead) ? SealedUnder.PreviousKey
            : SealedUnder.UnknownKey;

    /// <summary>Seals <paramref name="plain"/> for <paramref name="purpose"/>.</summary>
    public byte[] Seal(string purpose, ReadOnlySpan<byte> plain)
    {
        byte[] box = new byte[HeadSize + NonceSize + TagSize + plain.Length];
        head.CopyTo(box, 0);
        Span<byte> nonce = box.AsSpan(HeadSize, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using AesGcm aes = new(masterKey, TagSize);
        aes.Encrypt(
            nonce, plain, box.AsSpan(HeadSize + NonceSize + TagSize), box.AsSpan(HeadSize + NonceSize, TagSize),
            [.. head, .. Encoding.UTF8.GetBytes(purpose)]);
        return box;
    }

    /// <summary>Opens a box that was sealed under one of the keys for this purpose; false for other bytes.</summary>
    public bool TryOpen(string purpose, ReadOnlySpan<byte> box, [NotNullWhen(true)] out byte[]? plain)
    {
        plain = null;
        if (box.Length < HeadSize)
            return false;
        byte[] forPurpose = Encoding.UTF8.GetBytes(purpose);
        if (box[0] == Unnamed)
        {
            return TryOpen(masterKey, box[1..], forPurpose, out plain)
                || (previousKey is not null && TryOpen(previousKey, box[1..], forPurpose, out plain));
        }

        byte[]? key = KeyOf(box[..HeadSize]) switch
        {
            SealedUnder.CurrentKey => masterKey,
            SealedUnder.PreviousKey => previousKey,
            _ => null,
        };
        return key is not null && TryOpen(key, box[HeadSize..], [.. box[..HeadSize], .. forPurpose], out plain);
    }

    /// <summary>Opens a box that must open: it was sealed by this service.</summary>
    /// <exception cref="SealedSecretException">
    /// It does not: another master key, or a row that was tampered with.
    /// </exception>
    public byte[] Open(string purpose, ReadOnlySpan<byte> box) =>
        TryOpen(purpose, box, out byte[]? plain) ? plain : throw new SealedSecretException(purpose);

    /// <summary>Opens nonce, tag and ciphertext.</summary>
    private static bool TryOpen(
        byte[] key, ReadOnlySpan<byte> box, byte[] associated, [NotNullWhen(true)] out byte[]? plain)
    {
        plain = null;
        if (box.Length < NonceSize + TagSize)
            return false;
        byte[] opened = new byte[box.Length - NonceSize - TagSize];
        using AesGcm aes = new(key, TagSize);
        try
        {
            aes.Decrypt(
                box[..NonceSize], box[(NonceSize + TagSize)..], box.Slice(NonceSize, TagSize), opened, associated);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        plain = opened;
        return true;
    }

    private static byte[] HeadOf(byte[] key) =>
        [Named, .. HMACSHA256.HashData(key, "LumenLink master key id"u8).AsSpan(0, KeyIdSize)];
}

/// <summary>Under which key a box is; log field and metric label.</summary>
internal enum SealedUnder
{
    /// <summary>The one that seals.</summary>
    CurrentKey,

    /// <summary>The one that opens only.</summary>
    PreviousKey,

    /// <summary>A box of version 1: one of the two, or none; it does not say.</summary>
    UnnamedKey,

    /// <summary>Neither: it cannot be opened.</summary>
    UnknownKey,
}

/// <summary>
/// A stored secret does not open: the service cannot go on with it, and nobody is to blame on the wire.
/// </summary>
internal sealed class SealedSecretException(string purpose)
    : Exception($"the stored secret \"{purpose}\" does not open under this master key");
