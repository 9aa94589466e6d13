namespace LumenLink.Simulator.Atecc608;

/// <summary>The chip's CRC-16: polynomial 0x8005, initial value 0, bits in LSB first, register shifted left.</summary>
internal static class ChipCrc
{
    internal const int Size = 2;
    private const ushort Polynomial = 0x8005;

    internal static ushort Compute(ReadOnlySpan<byte> data) => Continue(0, data);

    internal static ushort Continue(ushort crc, ReadOnlySpan<byte> data)
    {
        foreach (byte value in data)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                int dataBit = (value >> bit) & 1;
                int topBit = crc >> 15;
                crc <<= 1;
                if (dataBit != topBit) crc ^= Polynomial;
            }
        }

        return crc;
    }

    /// <summary>
    /// Writes the CRC of everything before the last two bytes of <paramref name="packet"/> into them.
    /// </summary>
    internal static void Seal(Span<byte> packet)
    {
        ushort crc = Compute(packet[..^Size]);
        packet[^2] = (byte)crc;
        packet[^1] = (byte)(crc >> 8);
    }

    internal static bool Holds(ReadOnlySpan<byte> packet)
    {
        ushort crc = Compute(packet[..^Size]);
        return packet[^2] == (byte)crc && packet[^1] == (byte)(crc >> 8);
    }
}
