using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace LumenLink.Rendezvous.Registry;

/// <summary>
/// A beacon's routing label: the first 8 bytes of the SHA-256 of its public key (specification section 1). Never a
/// proof; checks use the full key hash.
/// </summary>
/// <param name="Value">The 8 bytes, read big-endian, so that order by value is order by bytes.</param>
public readonly record struct BeaconId(ulong Value) : IComparable<BeaconId>
{
    /// <summary>Number of bytes of a beacon id.</summary>
    public const int ByteCount = 8;

    /// <summary>Number of characters of the text form.</summary>
    public const int TextLength = 11;

    /// <summary>The id of a full 32-byte key hash (or of 8 id bytes).</summary>
    /// <param name="bytes">At least 8 bytes.</param>
    public static BeaconId FromBytes(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt64BigEndian(bytes));

    /// <summary>Writes the 8 id bytes.</summary>
    /// <param name="destination">At least 8 bytes.</param>
    public void CopyTo(Span<byte> destination) => BinaryPrimitives.WriteUInt64BigEndian(destination, Value);

    /// <summary>Reads the text form: exactly 11 characters of base64url without padding, canonical.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out BeaconId id)
    {
        id = default;
        if (text is not { Length: TextLength })
            return false;
        Span<byte> bytes = stackalloc byte[ByteCount + 1];
        // Not the Try method, which throws for a character that is not of the alphabet.
        if (Base64Url.DecodeFromChars(text, bytes, out _, out int written) != OperationStatus.Done
            || written != ByteCount)
            return false;
        id = FromBytes(bytes);
        return id.ToString() == text;
    }

    /// <inheritdoc/>
    public int CompareTo(BeaconId other) => Value.CompareTo(other.Value);

    /// <summary>The text form used in topics, the API and logs.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[ByteCount];
        CopyTo(bytes);
        return Base64Url.EncodeToString(bytes);
    }
}
