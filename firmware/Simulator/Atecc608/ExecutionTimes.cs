namespace LumenLink.Simulator.Atecc608;

/// <summary>The clock divider of ChipMode bits 3-7.</summary>
internal enum ClockDivider
{
    M0,
    M1,
    M2,
}

/// <summary>The longest execution time of each command at each clock divider.</summary>
internal static class ExecutionTimes
{
    /// <summary>What a packet that is not carried out takes (bad CRC, parse error, watchdog about to expire).</summary>
    internal const long RejectedUs = 1_000;

    internal static ClockDivider Divider(byte chipMode) => (chipMode & ConfigZone.ChipModeClockMask) switch
    {
        0x00 => ClockDivider.M0,
        0x28 => ClockDivider.M1,
        _ => ClockDivider.M2,
    };

    /// <summary>Microseconds, or <see cref="RejectedUs"/> for an opcode the chip does not know.</summary>
    internal static long MaximumUs(Opcode opcode, ClockDivider divider)
    {
        (int m0, int m1, int m2) = MaximumMs(opcode);
        return 1_000L * divider switch { ClockDivider.M0 => m0, ClockDivider.M1 => m1, _ => m2 };
    }

    private static (int M0, int M1, int M2) MaximumMs(Opcode opcode) => opcode switch
    {
        Opcode.Info => Same(5),
        Opcode.Random => Same(23),
        Opcode.Read => Same(5),
        Opcode.Write => Same(45),
        Opcode.Lock => Same(35),
        Opcode.UpdateExtra => Same(10),
        Opcode.Nonce => Same(20),
        Opcode.Counter => Same(25),
        Opcode.Aes => Same(27),
        Opcode.Kdf => Same(165),
        Opcode.GenKey => (115, 215, 653),
        Opcode.Sign => (115, 220, 665),
        Opcode.Verify => (105, 295, 1085),
        Opcode.Sha => (36, 42, 75),
        Opcode.Ecdh => (75, 172, 531),
        Opcode.SelfTest => (250, 625, 2324),
        _ => Same((int)(RejectedUs / 1_000)),
    };

    private static (int M0, int M1, int M2) Same(int ms) => (ms, ms, ms);
}
