using System.Buffers.Binary;
using LumenLink.Simulator.Atecc608;

namespace LumenLink.Tests.Atecc608;

/// <summary>How far a chip's locks have come.</summary>
internal enum Stage
{
    Unlocked,
    ConfigLocked,
    DataLocked,
}

/// <summary>A chip on a clock that moves only when the test moves it, and the few transfers a test needs.</summary>
internal sealed class Rig
{
    internal const int SlowHz = 100_000;
    internal static readonly byte[] Serial = [0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0xEE];

    internal Rig(ChipState? state = null, ChipOptions? options = null)
    {
        State = state ?? ChipState.Blank(Serial);
        options ??= new ChipOptions();
        Faults = options.Faults;
        Chip = new Atecc608Chip(State, () => NowUs, options);
    }

    internal ChipState State { get; }

    internal Atecc608Chip Chip { get; }

    internal ChipFaults Faults { get; }

    internal long NowUs { get; set; } = 5_000_000;

    /// <summary>A blank chip with some slots configured, locked as far as asked, under the given policy.</summary>
    internal static Rig At(Stage stage, ChipPolicy? policy = null, params (int Slot, ushort Slots, ushort Key)[] slots)
    {
        ChipState state = ChipState.Blank(Serial);
        foreach ((int slot, ushort slotConfig, ushort keyConfig) in slots)
        {
            state.WriteConfig(ConfigZone.SlotConfig + (2 * slot), Le(slotConfig));
            state.WriteConfig(ConfigZone.KeyConfig + (2 * slot), Le(keyConfig));
        }

        if (stage >= Stage.ConfigLocked) state.WriteConfig(ConfigZone.LockConfig, [0]);
        if (stage >= Stage.DataLocked) state.WriteConfig(ConfigZone.LockValue, [0]);
        return new Rig(state, new ChipOptions { Policy = policy ?? ChipPolicy.Full });
    }

    internal static byte[] Le(ushort value)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        return bytes;
    }

    internal static byte[] Hex(string hex) =>
        Convert.FromHexString(hex.Replace(" ", string.Empty, StringComparison.Ordinal));

    internal void Pulse(int busHz = SlowHz) => Assert.False(Chip.TryWrite(0x00, [0x00], busHz));

    internal void Wake()
    {
        Pulse();
        NowUs += 1_500;
    }

    internal bool Write(params byte[] bytes) => Chip.TryWrite(0x60, bytes, SlowHz);

    internal bool Acknowledges() => Chip.TryWrite(0x60, [], SlowHz);

    internal byte[] Read(int count)
    {
        byte[] buffer = new byte[count];
        Assert.True(Chip.TryRead(0x60, buffer));
        return buffer;
    }

    internal bool Start(Opcode opcode, byte mode, int param2, params byte[] data) =>
        Write([0x03, .. Command.Build(opcode, mode, (ushort)param2, data)]);

    /// <summary>Runs one command on an awake chip and returns the payload between count and CRC.</summary>
    internal byte[] Run(Opcode opcode, byte mode, int param2, params byte[] data)
    {
        Assert.True(Start(opcode, mode, param2, data));
        return Finish();
    }

    /// <summary>Wakes the chip afresh (idle keeps its RAM) and runs one command.</summary>
    internal byte[] Do(Opcode opcode, byte mode, int param2, params byte[] data)
    {
        Write(0x02);
        Wake();
        return Run(opcode, mode, param2, data);
    }

    /// <summary>As <see cref="Do"/>, and the answer must be this status.</summary>
    internal void Expect(byte status, Opcode opcode, byte mode, int param2, params byte[] data) =>
        Assert.Equal([status], Do(opcode, mode, param2, data));

    internal byte[] Finish()
    {
        for (int polls = 0; !Acknowledges(); polls++)
        {
            Assert.InRange(polls, 0, 3_000);
            NowUs += 1_000;
        }

        byte[] packet = Read(byte.MaxValue);
        int count = packet[0];
        Assert.True(ChipCrc.Holds(packet.AsSpan(0, count)));
        return packet[1..(count - 2)];
    }
}
