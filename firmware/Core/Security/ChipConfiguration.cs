namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// LumenLink's configuration of the chip, bytes 16 to 127 of the zone without 84 to 87, which no write reaches.
    /// Slot 0 holds the identity key, made in the chip: external signatures only, closed for ever by its lock. Every
    /// other slot is closed. hardware/secure-element.md gives the reason of each byte; a test compares the two.
    /// </summary>
    internal static class ChipConfiguration
    {
        /// <summary>Bytes of the zone.</summary>
        internal const int Size = 128;

        /// <summary>The slot of the identity key.</summary>
        internal const int IdentitySlot = 0;

        /// <summary>The monotonic counter that numbers boots.</summary>
        internal const int BootCounter = 0;

        internal const int FirstWritten = 16;
        internal const int Counters = 52;
        internal const int CountersSize = 16;

        /// <summary>UserExtra, UserExtraAdd and the two lock bytes: a word that Write refuses.</summary>
        internal const int NotWritten = 84;

        internal const int NotWrittenSize = 4;
        internal const int DataLock = 86;
        internal const int ConfigurationLock = 87;
        internal const int SlotLocks = 88;

        /// <summary>What a lock byte holds before the lock.</summary>
        internal const byte Unlocked = 0x55;

        private static readonly byte[] Bytes =
        {
            0xC0, 0x00, 0x00, 0x00,                         // 16: address 0x60, reserved, CountMatch, ChipMode
            0x81, 0x20, 0x8F, 0x8F, 0x8F, 0x8F, 0x8F, 0x8F, // 20: SlotConfig 0 to 3
            0x8F, 0x8F, 0x8F, 0x8F, 0x8F, 0x8F, 0x8F, 0x8F, // 28: 4 to 7
            0x8F, 0x8F, 0x8F, 0x8F, 0x8F, 0x8F, 0x8F, 0x8F, // 36: 8 to 11
            0x8F, 0x8F, 0x8F, 0x8F, 0x8F, 0x8F, 0x8F, 0x8F, // 44: 12 to 15
            0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, // 52: Counter0 at 0
            0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, // 60: Counter1 at 0
            0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // 68: UseLock, VolatileKeyPermission, SecureBoot, KdfIv
            0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // 76: reserved
            0x00, 0x00, 0x00, 0x00,                         // 84: not written
            0xFF, 0xFF, 0x00, 0x00,                         // 88: SlotLocked, ChipOptions
            0x00, 0x00, 0x00, 0x00,                         // 92: X509format
            0x33, 0x00, 0x1C, 0x00, 0x1C, 0x00, 0x1C, 0x00, // 96: KeyConfig 0 to 3
            0x1C, 0x00, 0x1C, 0x00, 0x1C, 0x00, 0x1C, 0x00, // 104: 4 to 7
            0x1C, 0x00, 0x1C, 0x00, 0x1C, 0x00, 0x1C, 0x00, // 112: 8 to 11
            0x1C, 0x00, 0x1C, 0x00, 0x1C, 0x00, 0x1C, 0x00, // 120: 12 to 15
        };

        /// <summary>True for the bytes that provisioning writes.</summary>
        internal static bool IsWritten(int offset)
        {
            bool isSkipped = offset >= NotWritten && offset < NotWritten + NotWrittenSize;
            return offset >= FirstWritten && offset < Size && !isSkipped;
        }

        /// <summary>What a byte that <see cref="IsWritten"/> is to hold.</summary>
        internal static byte Wanted(int offset)
        {
            return Bytes[offset - FirstWritten];
        }

        /// <summary>The first byte of a zone that is not as wanted; -1 if there is none.</summary>
        internal static int FirstDifference(byte[] zone)
        {
            for (int i = FirstWritten; i < Size; i++)
            {
                if (IsWritten(i) && zone[i] != Wanted(i))
                {
                    return i;
                }
            }

            return -1;
        }

        /// <summary>As <see cref="FirstDifference"/>, for a zone that is locked: its counters have counted, and the
        /// identity slot may be locked.</summary>
        internal static int FirstDifferenceOnceLocked(byte[] zone)
        {
            for (int i = FirstWritten; i < Size; i++)
            {
                bool isCounter = i >= Counters && i < Counters + CountersSize;
                byte free = i == SlotLocks ? (byte)(1 << IdentitySlot) : (byte)0;
                if (IsWritten(i) && !isCounter && (zone[i] | free) != (Wanted(i) | free))
                {
                    return i;
                }
            }

            return -1;
        }

        internal static bool IsConfigurationLocked(byte[] zone)
        {
            return zone[ConfigurationLock] != Unlocked;
        }

        internal static bool IsDataLocked(byte[] zone)
        {
            return zone[DataLock] != Unlocked;
        }

        internal static bool IsIdentitySlotLocked(byte[] zone)
        {
            return (zone[SlotLocks] & (1 << IdentitySlot)) == 0;
        }
    }
}
