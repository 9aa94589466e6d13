using System.Buffers.Binary;
using System.Security.Cryptography;

namespace LumenLink.Simulator.Atecc608;

/// <summary>
/// The chip's non-volatile memory: configuration zone, OTP zone, data slots and monotonic counters. It survives power
/// loss through <see cref="Serialize"/> and <see cref="Parse"/>. It holds private keys: treat its bytes as a secret.
/// </summary>
public sealed class ChipState
{
    /// <summary>The bytes of a serial number.</summary>
    public const int SerialSize = 9;

    internal const int CounterCount = 2;
    internal const uint CounterMaximum = 2_097_151;

    private const uint Magic = 0x36434341;
    private const ushort FormatVersion = 1;
    private const int HeaderSize = 4 + 2;
    private const int DigestSize = SHA256.HashSizeInBytes;
    private const int CountersOffset = HeaderSize + ConfigZone.Size + DataZone.OtpSize + DataZone.TotalSize;
    private const int SerializedSize = CountersOffset + (CounterCount * 4) + DigestSize;

    private readonly byte[] config = new byte[ConfigZone.Size];
    private readonly byte[] otp = new byte[DataZone.OtpSize];
    private readonly byte[][] slots = new byte[DataZone.SlotCount][];
    private readonly uint[] counters = new uint[CounterCount];
    private bool changed;

    private ChipState()
    {
        for (int slot = 0; slot < slots.Length; slot++) slots[slot] = new byte[DataZone.SlotSize(slot)];
    }

    /// <summary>
    /// Raised after a command changed non-volatile memory (write, lock, key generation, counter) and before the
    /// command's response can be read; what <see cref="Serialize"/> returns then is what a power cut would leave.
    /// </summary>
    public event Action<ChipState>? Persist;

    /// <summary>The chip's nine-byte serial number, SN0 to SN8.</summary>
    public byte[] SerialNumber =>
        [.. config.AsSpan(ConfigZone.SerialHead, 4), .. config.AsSpan(ConfigZone.SerialTail, 5)];

    internal ReadOnlySpan<byte> Config => config;

    internal ReadOnlySpan<byte> Otp => otp;

    internal bool ConfigLocked => config[ConfigZone.LockConfig] != ConfigZone.Unlocked;

    internal bool DataLocked => config[ConfigZone.LockValue] != ConfigZone.Unlocked;

    /// <summary>
    /// A chip as it leaves the factory: unlocked, at I2C address 0xC0 (seven bits: 0x60), without keys.
    /// </summary>
    /// <param name="serial">SN0 to SN8, nine bytes; generic parts start 01 23 and end EE.</param>
    /// <param name="model">The silicon revision the chip reports.</param>
    public static ChipState Blank(ReadOnlySpan<byte> serial, ChipModel model = ChipModel.Atecc608B)
    {
        if (serial.Length != SerialSize) throw new ArgumentException("A serial number is nine bytes.", nameof(serial));
        var state = new ChipState();
        FactoryConfiguration.Fill(state.config, serial, model);
        state.otp.AsSpan().Fill(0xFF);
        foreach (byte[] slot in state.slots) slot.AsSpan().Fill(0xFF);
        return state;
    }

    /// <summary>Reads what <see cref="Serialize"/> wrote.</summary>
    /// <exception cref="FormatException">The bytes are cut, altered or not a chip's memory.</exception>
    public static ChipState Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SerializedSize) throw new FormatException("Not a chip memory: wrong length.");
        if (!SHA256.HashData(bytes[..^DigestSize]).AsSpan().SequenceEqual(bytes[^DigestSize..]))
            throw new FormatException("Not a chip memory: the digest does not match.");
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic
            || BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]) != FormatVersion)
            throw new FormatException("Not a chip memory of this version.");
        var state = new ChipState();
        ReadOnlySpan<byte> rest = bytes[HeaderSize..];
        foreach (byte[] part in state.Parts())
        {
            rest[..part.Length].CopyTo(part);
            rest = rest[part.Length..];
        }

        for (int i = 0; i < CounterCount; i++)
            state.counters[i] = BinaryPrimitives.ReadUInt32LittleEndian(rest[(i * 4)..]);
        return state;
    }

    /// <summary>The whole memory, private keys included, closed by a SHA-256 digest.</summary>
    public byte[] Serialize()
    {
        byte[] bytes = new byte[SerializedSize];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), FormatVersion);
        Span<byte> rest = bytes.AsSpan(HeaderSize);
        foreach (byte[] part in Parts())
        {
            part.CopyTo(rest);
            rest = rest[part.Length..];
        }

        for (int i = 0; i < CounterCount; i++) BinaryPrimitives.WriteUInt32LittleEndian(rest[(i * 4)..], counters[i]);
        SHA256.HashData(bytes.AsSpan(0, SerializedSize - DigestSize), bytes.AsSpan(SerializedSize - DigestSize));
        return bytes;
    }

    internal ReadOnlySpan<byte> Slot(int slot) => slots[slot];

    internal SlotPolicy Policy(int slot) => new(
        Word(ConfigZone.SlotConfig + (2 * slot)),
        Word(ConfigZone.KeyConfig + (2 * slot)));

    internal ushort Word(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(config.AsSpan(offset));

    internal bool SlotIsLocked(int slot) => (Word(ConfigZone.SlotLocked) & (1 << slot)) == 0;

    /// <summary>A monotonic counter's value.</summary>
    /// <param name="index">0 or 1.</param>
    public uint Counter(int index) => counters[index];

    internal void WriteConfig(int offset, ReadOnlySpan<byte> data) => Change(config, offset, data);

    internal void WriteOtp(int offset, ReadOnlySpan<byte> data) => Change(otp, offset, data);

    internal void WriteSlot(int slot, int offset, ReadOnlySpan<byte> data) => Change(slots[slot], offset, data);

    internal void LockSlot(int slot)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(
            config.AsSpan(ConfigZone.SlotLocked),
            (ushort)(Word(ConfigZone.SlotLocked) & ~(1 << slot)));
        changed = true;
    }

    internal void SetCounter(int index, uint value)
    {
        counters[index] = value;
        changed = true;
    }

    /// <summary>The CRC that a host sends with Lock(data): all slots in order, then OTP.</summary>
    internal ushort DataSummary()
    {
        ushort crc = 0;
        foreach (byte[] slot in slots) crc = ChipCrc.Continue(crc, slot);
        return ChipCrc.Continue(crc, otp);
    }

    /// <summary>Raises <see cref="Persist"/> when something changed since the last call.</summary>
    internal void Flush()
    {
        if (!changed) return;
        changed = false;
        Persist?.Invoke(this);
    }

    private void Change(byte[] target, int offset, ReadOnlySpan<byte> data)
    {
        data.CopyTo(target.AsSpan(offset));
        changed = true;
    }

    private IEnumerable<byte[]> Parts() => [config, otp, .. slots];
}
