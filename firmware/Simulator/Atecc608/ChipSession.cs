namespace LumenLink.Simulator.Atecc608;

/// <summary>
/// A small host: wakes the chip, sends one command, moves the caller's clock until the answer is there.
/// </summary>
internal sealed class ChipSession
{
    private const int BusHz = 100_000;
    private const long PollUs = 1_000;
    private const int MaximumPolls = 3_000;

    private readonly Atecc608Chip chip;
    private readonly Action<long> advance;

    internal ChipSession(Atecc608Chip chip, Action<long> advanceMicroseconds)
    {
        this.chip = chip;
        advance = advanceMicroseconds;
    }

    /// <summary>One wake, one command, then idle; returns the payload.</summary>
    /// <exception cref="InvalidOperationException">The chip does not answer or the answer is damaged.</exception>
    internal byte[] Execute(Opcode opcode, byte mode, ushort param2, params ReadOnlySpan<byte> data)
    {
        chip.TryWrite(Atecc608Chip.GeneralCallAddress, [0x00], BusHz);
        advance(PowerControl.WakeDelayUs);
        byte[] command = [(byte)WordAddress.Command, .. Command.Build(opcode, mode, param2, data)];
        if (!chip.TryWrite(Atecc608Chip.DefaultAddress, command, BusHz))
            throw new InvalidOperationException($"The chip does not take {opcode}.");
        byte[] payload = ReadPayload(opcode);
        chip.TryWrite(Atecc608Chip.DefaultAddress, [(byte)WordAddress.Idle], BusHz);
        return payload;
    }

    /// <summary>As <see cref="Execute"/>, for a command that answers with a status: success or an exception.</summary>
    internal void Demand(Opcode opcode, byte mode, ushort param2, params ReadOnlySpan<byte> data)
    {
        byte[] payload = Execute(opcode, mode, param2, data);
        if (payload.Length != 1 || payload[0] != (byte)ChipStatus.Success) throw Refused(opcode, payload);
    }

    /// <summary>
    /// As <see cref="Execute"/>, for a command that answers with data of <paramref name="size"/> bytes.
    /// </summary>
    internal byte[] Fetch(int size, Opcode opcode, byte mode, ushort param2)
    {
        byte[] payload = Execute(opcode, mode, param2);
        return payload.Length == size ? payload : throw Refused(opcode, payload);
    }

    private static InvalidOperationException Refused(Opcode opcode, byte[] payload) =>
        new($"The chip refuses {opcode}: status {payload[0]:X2}.");

    private byte[] ReadPayload(Opcode opcode)
    {
        byte[] packet = new byte[byte.MaxValue];
        int polls = 0;
        while (!chip.TryRead(Atecc608Chip.DefaultAddress, packet))
        {
            if (++polls > MaximumPolls) throw new InvalidOperationException($"The chip does not answer {opcode}.");
            advance(PollUs);
        }

        int count = packet[0];
        if (count < 2 + ChipCrc.Size || !ChipCrc.Holds(packet.AsSpan(0, count)))
            throw new InvalidOperationException($"The chip's answer to {opcode} is damaged.");
        return packet[1..(count - ChipCrc.Size)];
    }
}
