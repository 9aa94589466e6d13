namespace LumenLink.Simulator.Atecc608;

/// <summary>Offsets and bit meanings of the 128-byte configuration zone.</summary>
internal static class ConfigZone
{
    internal const int Size = 128;
    internal const int BlockSize = 32;
    internal const int WordSize = 4;

    internal const int SerialHead = 0;
    internal const int Revision = 4;
    internal const int SerialTail = 8;
    internal const int AesEnable = 13;
    internal const int I2cEnable = 14;
    internal const int FirstWritable = 16;
    internal const int I2cAddress = 16;
    internal const int ChipMode = 19;
    internal const int SlotConfig = 20;
    internal const int Counter0 = 52;
    internal const int Counter1 = 60;
    internal const int KdfIvLocation = 72;
    internal const int KdfIvText = 73;
    internal const int UserExtra = 84;
    internal const int UserExtraAdd = 85;
    internal const int LockValue = 86;
    internal const int LockConfig = 87;
    internal const int SlotLocked = 88;
    internal const int ChipOptions = 90;
    internal const int KeyConfig = 96;

    internal const byte Unlocked = 0x55;
    internal const byte Locked = 0x00;

    internal const byte ChipModeUseExtraAddress = 0x01;
    internal const byte ChipModeLongWatchdog = 0x04;
    internal const byte ChipModeClockMask = 0xF8;

    /// <summary>
    /// ChipOptions bits 8-9: what ECDH may put out (0 the clear secret, 1 only encrypted, 2 nothing).
    /// </summary>
    internal const ushort ChipOptionsEcdhProtection = 0x0300;

    /// <summary>ChipOptions bits 10-11: what KDF may put out, as for ECDH.</summary>
    internal const ushort ChipOptionsKdfProtection = 0x0C00;

    /// <summary>ChipOptions bit 2: KDF may use AES.</summary>
    internal const ushort ChipOptionsKdfAes = 0x0004;
}

/// <summary>What one slot's SlotConfig and KeyConfig words allow.</summary>
internal readonly struct SlotPolicy
{
    internal const int KeyTypeP256 = 4;
    internal const int KeyTypeAes = 6;
    internal const int KeyTypeSha = 7;

    internal SlotPolicy(ushort slotConfig, ushort keyConfig)
    {
        SlotConfig = slotConfig;
        KeyConfig = keyConfig;
    }

    internal ushort SlotConfig { get; }

    internal ushort KeyConfig { get; }

    internal bool ExternalSign => (SlotConfig & 0x0001) != 0;

    internal bool InternalSign => (SlotConfig & 0x0002) != 0;

    internal bool Ecdh => (SlotConfig & 0x0004) != 0;

    internal bool EcdhIntoNextSlot => (SlotConfig & 0x0008) != 0;

    internal bool NoMac => (SlotConfig & 0x0010) != 0;

    internal bool LimitedUse => (SlotConfig & 0x0020) != 0;

    internal bool EncryptRead => (SlotConfig & 0x0040) != 0;

    internal bool IsSecret => (SlotConfig & 0x0080) != 0;

    internal bool WriteAlways => (SlotConfig & 0xF000) == 0;

    internal bool GenKeyAllowed => (SlotConfig & 0x2000) != 0;

    internal bool IsPrivate => (KeyConfig & 0x0001) != 0;

    /// <summary>Private key: its public key may be computed. Public key: it must be validated before use.</summary>
    internal bool PubInfo => (KeyConfig & 0x0002) != 0;

    internal int KeyType => (KeyConfig >> 2) & 7;

    internal bool Lockable => (KeyConfig & 0x0020) != 0;

    internal bool ReqRandom => (KeyConfig & 0x0040) != 0;

    internal bool ReqAuth => (KeyConfig & 0x0080) != 0;

    internal bool PersistentDisable => (KeyConfig & 0x1000) != 0;

    internal bool IsPrivateP256 => IsPrivate && KeyType == KeyTypeP256;

    internal bool IsPublicP256 => !IsPrivate && KeyType == KeyTypeP256;
}
