using LumenLink.Bench.Input;

namespace LumenLink.Bench.Baselines;

/// <summary>The columns that MessagePack and Protobuf pack: what a careful user would give them.</summary>
internal static class ByteColumns
{
    /// <summary>Bytes of an address.</summary>
    public const int AddressBytes = 6;

    /// <summary>Added to a strength, so that the usual ones are small positive numbers.</summary>
    public const int RssiOffset = 128;

    /// <summary>All addresses, 6 bytes each, least significant first.</summary>
    public static byte[] Addresses(ScanReport report)
    {
        byte[] bytes = new byte[report.Sightings.Count * AddressBytes];
        for (int i = 0; i < report.Sightings.Count; i++)
            WriteAddress(bytes.AsSpan(i * AddressBytes), report.Sightings[i].Address);
        return bytes;
    }

    /// <summary>Writes one address, least significant byte first.</summary>
    public static void WriteAddress(Span<byte> bytes, ulong address)
    {
        for (int i = 0; i < AddressBytes; i++) bytes[i] = (byte)(address >> (8 * i));
    }

    /// <summary>Reads the address at the begin of the bytes.</summary>
    public static ulong ReadAddress(ReadOnlySpan<byte> bytes) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes)
        | ((ulong)System.Buffers.Binary.BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]) << 32);
}
