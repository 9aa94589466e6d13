using LumenLink.Beacon.Security;
using LumenLink.Simulator.Atecc608;

namespace LumenLink.Tests.Firmware.Security;

/// <summary>What a test does to one transfer: the number counts every transfer on the bus, from 0.</summary>
internal enum BusFault
{
    /// <summary>The chip hears nothing and the host sees no acknowledge.</summary>
    NackWrite,

    /// <summary>The host sees no acknowledge to a read.</summary>
    NackRead,

    /// <summary>A bit of what the chip hears is flipped.</summary>
    FlipWrite,

    /// <summary>A bit of what the host reads is flipped; the chip's copy is whole.</summary>
    FlipRead,

    /// <summary>The count that the host reads is zero.</summary>
    ZeroCount,

    /// <summary>The host reads a status with a good CRC: the watchdog is about to expire.</summary>
    SayWatchdog,
}

/// <summary>The emulated chip on a 100 kHz bus, in virtual time, with faults by transfer number.</summary>
internal sealed class ChipBus(Atecc608Chip chip, TestClock clock) : II2cBus
{
    private const int BusHz = 100_000;
    private const long MicrosecondsPerByte = 90;
    private readonly List<byte[]> commands = [];
    private readonly List<long> wakes = [];
    private long? wokenAtUs;

    internal Func<int, BusFault, bool> Fault { get; set; } = (_, _) => false;

    internal int Transfers { get; private set; }

    /// <summary>Reads that the chip answered.</summary>
    internal int Answers { get; private set; }

    /// <summary>Microseconds from each wake pulse to the idle or sleep after it.</summary>
    internal IReadOnlyList<long> Wakes => wakes;

    /// <summary>True from a command until the next wake, idle or sleep: what is read answers it.</summary>
    internal bool IsCommandUnderWay { get; private set; }

    /// <summary>Called after each answer to a command.</summary>
    internal Action Answered { get; set; } = () => { };

    /// <summary>Called before each command reaches the chip.</summary>
    internal Action BeforeCommand { get; set; } = () => { };

    /// <summary>May change a command on its way: what the host sent, what the chip hears.</summary>
    internal Action<byte[], byte[]> Altered { get; set; } = (_, _) => { };

    /// <summary>Every command packet as the host wrote it.</summary>
    internal IReadOnlyList<byte[]> Commands => commands;

    public bool Write(byte address7, byte[] data, int count)
    {
        int number = Transfers++;
        byte[] bytes = data.AsSpan(0, count).ToArray();
        bool isRewind = bytes[0] == 0x00 && address7 != 0;
        bool isCommand = bytes[0] == 0x03 && address7 != 0;
        IsCommandUnderWay = isCommand || (isRewind && IsCommandUnderWay);
        if (isCommand) commands.Add(bytes);
        if (address7 == 0) wokenAtUs ??= clock.NowUs;
        clock.AdvanceUs((count + 1) * MicrosecondsPerByte);
        if (address7 != 0 && bytes[0] is 0x01 or 0x02) EndWake();
        if (Fault(number, BusFault.NackWrite)) return false;
        if (Fault(number, BusFault.FlipWrite)) bytes[^1] ^= 0x10;
        if (isCommand)
        {
            BeforeCommand();
            bytes = [.. bytes];
            Altered(commands[^1], bytes);
        }

        return chip.TryWrite(address7, bytes, BusHz);
    }

    private void EndWake()
    {
        if (wokenAtUs is { } start) wakes.Add(clock.NowUs - start);
        wokenAtUs = null;
    }

    public bool Read(byte address7, byte[] buffer, int count)
    {
        int number = Transfers++;
        clock.AdvanceUs((count + 1) * MicrosecondsPerByte);
        if (Fault(number, BusFault.NackRead)) return false;
        if (!chip.TryRead(address7, buffer.AsSpan(0, count))) return false;
        Answers++;
        if (IsCommandUnderWay) Answered();
        if (Fault(number, BusFault.FlipRead)) buffer[Math.Min(1, count - 1)] ^= 0x04;
        if (Fault(number, BusFault.ZeroCount)) buffer[0] = 0;
        if (Fault(number, BusFault.SayWatchdog)) new byte[] { 0x04, 0xEE, 0x31, 0x41 }.CopyTo(buffer, 0);
        return true;
    }
}
