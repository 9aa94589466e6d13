namespace LumenLink.Simulator.Atecc608;

/// <summary>
/// One command packet: <c>count | opcode | mode | param2 lo | param2 hi | data… | crc lo | crc hi</c>, where count
/// includes itself and the CRC. After <see cref="TryParse"/> the count equals the bytes received and the CRC holds.
/// </summary>
internal readonly ref struct Command
{
    internal const int HeaderSize = 5;
    internal const int MinimumSize = HeaderSize + ChipCrc.Size;
    internal const int MaximumSize = 151;

    private Command(ReadOnlySpan<byte> packet)
    {
        Opcode = (Opcode)packet[1];
        Mode = packet[2];
        Param2 = (ushort)(packet[3] | (packet[4] << 8));
        Data = packet[HeaderSize..^ChipCrc.Size];
    }

    internal Opcode Opcode { get; }

    internal byte Mode { get; }

    internal ushort Param2 { get; }

    internal ReadOnlySpan<byte> Data { get; }

    internal static bool TryParse(ReadOnlySpan<byte> packet, out Command command)
    {
        command = default;
        if (packet.Length is < MinimumSize or > MaximumSize || packet[0] != packet.Length) return false;
        if (!ChipCrc.Holds(packet)) return false;
        command = new Command(packet);
        return true;
    }

    /// <summary>The bytes of a command packet as a host sends them after the word address.</summary>
    internal static byte[] Build(Opcode opcode, byte mode, ushort param2, ReadOnlySpan<byte> data)
    {
        byte[] packet = new byte[MinimumSize + data.Length];
        packet[0] = (byte)packet.Length;
        packet[1] = (byte)opcode;
        packet[2] = mode;
        packet[3] = (byte)param2;
        packet[4] = (byte)(param2 >> 8);
        data.CopyTo(packet.AsSpan(HeaderSize));
        ChipCrc.Seal(packet);
        return packet;
    }
}

/// <summary>
/// What a command answers: <c>count | payload… | crc lo | crc hi</c>; a status is a payload of one byte.
/// </summary>
internal readonly struct Response
{
    private readonly byte[] payload;

    internal Response(byte[] payload) => this.payload = payload;

    internal ReadOnlySpan<byte> Payload => payload;

    public static implicit operator Response(ChipStatus status) => new([(byte)status]);

    internal byte[] ToPacket()
    {
        byte[] packet = new byte[1 + payload.Length + ChipCrc.Size];
        packet[0] = (byte)packet.Length;
        payload.CopyTo(packet, 1);
        ChipCrc.Seal(packet);
        return packet;
    }
}
