using LumenLink.Simulator.Atecc608;

namespace LumenLink.Simulator.Fleet;

/// <summary>A board's secure element on its I2C bus, with its memory in a file that survives the process.</summary>
internal sealed class ChipOnBus : II2cTarget
{
    private readonly Atecc608Chip chip;
    private readonly ChipState state;
    private readonly Lock gate = new();

    /// <summary>Opens the chip of a board.</summary>
    /// <param name="file">Its memory, as the simulated factory wrote it.</param>
    /// <param name="nowMicroseconds">The board's time.</param>
    public ChipOnBus(string file, Func<long> nowMicroseconds)
    {
        state = ChipState.Parse(File.ReadAllBytes(file));
        state.Persist += changed => Save(file, changed);
        chip = new Atecc608Chip(state, nowMicroseconds);
    }

    /// <summary>The boot counter as the chip has it.</summary>
    public uint BootCounter
    {
        get
        {
            lock (gate)
                return state.Counter(ChipProvisioning.BootCounter);
        }
    }

    /// <inheritdoc/>
    public bool TryWrite(byte address7, ReadOnlySpan<byte> data, int busHz)
    {
        lock (gate)
            return chip.TryWrite(address7, data, busHz);
    }

    /// <inheritdoc/>
    public bool TryRead(byte address7, Span<byte> buffer)
    {
        lock (gate)
            return chip.TryRead(address7, buffer);
    }

    private static void Save(string file, ChipState changed)
    {
        string fresh = file + ".new";
        File.WriteAllBytes(fresh, changed.Serialize());
        File.Move(fresh, file, overwrite: true);
    }
}
