using System.Globalization;

namespace LumenLink.Client;

/// <summary>
/// An ephemeral identifier as a beacon advertises it (Eddystone-EID): 8 bytes that change every few minutes. Only the
/// service can say whose it is.
/// </summary>
public readonly record struct Eid
{
    /// <summary>Bytes of an identifier.</summary>
    public const int ByteCount = 8;

    private const int Digits = 2 * ByteCount;
    private const byte FrameType = 0x30;
    private const int OffsetInServiceData = 2;

    private readonly ulong value;

    private Eid(ulong value) => this.value = value;

    /// <summary>An identifier from its bytes, in the order in which they are advertised.</summary>
    /// <param name="bytes">Exactly <see cref="ByteCount"/> bytes.</param>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    public static Eid FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != ByteCount)
            throw new ArgumentException($"An EID has {ByteCount} bytes.", nameof(bytes));
        ulong value = 0;
        foreach (byte one in bytes)
            value = (value << 8) | one;
        return new Eid(value);
    }

    /// <summary>
    /// Reads the service data of UUID 0xFEAA that a scan gave: frame type 0x30, transmit power, identifier, and perhaps
    /// two reserved bytes (Eddystone-EID).
    /// </summary>
    /// <param name="serviceData">The service data without its UUID.</param>
    /// <param name="eid">The identifier.</param>
    /// <returns>False if it is another frame.</returns>
    public static bool TryReadServiceData(ReadOnlySpan<byte> serviceData, out Eid eid)
    {
        eid = default;
        if (serviceData.Length < OffsetInServiceData + ByteCount || serviceData[0] != FrameType)
            return false;
        eid = FromBytes(serviceData.Slice(OffsetInServiceData, ByteCount));
        return true;
    }

    /// <summary>Reads 16 hexadecimal digits.</summary>
    /// <param name="text">The digits, of either case.</param>
    /// <param name="eid">The identifier.</param>
    /// <returns>False if the text is anything else.</returns>
    public static bool TryParse(string? text, out Eid eid)
    {
        eid = default;
        // Parsing takes zero characters at the end, so digits are looked at before.
        if (text is not { Length: Digits } || text.Any(c => !Uri.IsHexDigit(c)) || !ulong.TryParse(
            text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value))
            return false;
        eid = new Eid(value);
        return true;
    }

    /// <summary>Reads 16 hexadecimal digits.</summary>
    /// <param name="text">The digits, of either case.</param>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static Eid Parse(string text) => TryParse(text, out Eid eid)
        ? eid
        : throw new FormatException($"An EID is written as {Digits} hexadecimal digits.");

    /// <summary>Its bytes, in the order in which they are advertised.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[ByteCount];
        for (int i = 0; i < ByteCount; i++)
            bytes[i] = (byte)(value >> (8 * (ByteCount - 1 - i)));
        return bytes;
    }

    /// <summary>16 hexadecimal digits in lower case.</summary>
    public override string ToString() => value.ToString("x16", CultureInfo.InvariantCulture);
}
