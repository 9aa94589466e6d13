using System.Buffers.Binary;

namespace LumenLink.Simulator.Atecc608.Commands;

/// <summary>The four bytes before a KDF message: message length in the highest, the rest by algorithm.</summary>
internal readonly struct KdfDetails
{
    internal const int MessageInSlot = 0;
    internal const int MessageInTempKey = 1;
    internal const int MessageWithIv = 3;

    private const uint LowTwoBits = 0x03;
    private const uint PrfResult64 = 0x0100;
    private const uint PrfSplit = 0x0200;
    private const uint HkdfZeroKeyBit = 0x04;
    private const uint HkdfSlotMask = 0x0F00;
    private const uint LengthMask = 0xFF00_0000;
    private const int MessageInput = 2;

    private readonly uint value;

    internal KdfDetails(ReadOnlySpan<byte> details) => value = BinaryPrimitives.ReadUInt32LittleEndian(details);

    internal int MessageLength => (int)(value >> 24);

    internal bool IsPrf => Only(LowTwoBits | PrfResult64 | PrfSplit | LengthMask)
        && ((value & PrfSplit) == 0 || (value & PrfResult64) != 0);

    internal bool IsAes => Only(LowTwoBits);

    internal bool IsHkdf => Only(LowTwoBits | HkdfZeroKeyBit | HkdfSlotMask | LengthMask)
        && ((value & HkdfSlotMask) == 0 || HkdfMessage == MessageInSlot)
        && (HkdfMessage >= MessageInput || MessageLength == 0);

    /// <summary>16, 32, 48 or 64 bytes of the source are the key.</summary>
    internal int PrfKeyLength => 16 * (1 + (int)(value & LowTwoBits));

    internal int PrfResultLength => (value & PrfResult64) != 0 ? 64 : 32;

    /// <summary>Bit 9: the first half of a PRF goes to its target, the second to the host.</summary>
    internal bool SplitsOutput => (value & PrfSplit) != 0 && IsPrf;

    internal int AesKeyBlock => (int)(value & LowTwoBits);

    internal int HkdfMessage => (int)(value & LowTwoBits);

    internal bool HkdfZeroKey => (value & HkdfZeroKeyBit) != 0;

    internal int HkdfMessageSlot => (int)(value & HkdfSlotMask) >> 8;

    private bool Only(uint known) => (value & ~known) == 0;
}
