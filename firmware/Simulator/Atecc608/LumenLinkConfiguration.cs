using System.Buffers.Binary;

namespace LumenLink.Simulator.Atecc608;

/// <summary>
/// LumenLink's secure-element configuration: slot 0 holds the identity key, external signatures only, made in the
/// chip and closed by the slot lock; every other slot is closed; ephemeral ECDH goes through TempKey.
/// </summary>
internal static class LumenLinkConfiguration
{
    internal const int IdentitySlot = 0;

    /// <summary>
    /// External signatures (bit 0), secret (bit 7), GenKey allowed (bit 13) until the slot is locked.
    /// </summary>
    private const ushort IdentitySlotConfig = 0x2081;

    /// <summary>Private, public key may be computed, P-256, lockable; no random nonce required.</summary>
    private const ushort IdentityKeyConfig = 0x0033;

    /// <summary>Secret, never readable, never writable after the data lock.</summary>
    private const ushort ClosedSlotConfig = 0x8F8F;

    /// <summary>Data (SHA key type), not private, not lockable.</summary>
    private const ushort ClosedKeyConfig = 0x001C;

    /// <summary>Fills the writable bytes of a configuration zone read from a chip; the rest stays.</summary>
    internal static void Apply(Span<byte> config)
    {
        config[ConfigZone.I2cAddress] = Atecc608Chip.DefaultAddress << 1;
        config[(ConfigZone.I2cAddress + 1)..ConfigZone.SlotConfig].Clear();
        config[(ConfigZone.Counter1 + 8)..ConfigZone.UserExtra].Clear();
        config.Slice(ConfigZone.SlotLocked, 2).Fill(0xFF);
        config[ConfigZone.ChipOptions..ConfigZone.KeyConfig].Clear();
        for (int slot = 0; slot < DataZone.SlotCount; slot++)
        {
            bool identity = slot == IdentitySlot;
            BinaryPrimitives.WriteUInt16LittleEndian(
                config[(ConfigZone.SlotConfig + (2 * slot))..],
                identity ? IdentitySlotConfig : ClosedSlotConfig);
            BinaryPrimitives.WriteUInt16LittleEndian(
                config[(ConfigZone.KeyConfig + (2 * slot))..],
                identity ? IdentityKeyConfig : ClosedKeyConfig);
        }
    }
}
