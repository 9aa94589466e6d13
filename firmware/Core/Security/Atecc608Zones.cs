namespace LumenLink.Beacon.Security
{
    /// <summary>A zone of the chip's memory, by its number in Read and Write.</summary>
    public enum ChipZone
    {
        /// <summary>128 bytes that say what the chip may do.</summary>
        Configuration = 0,

        /// <summary>64 bytes, closed by the data lock.</summary>
        Otp = 1,

        /// <summary>Sixteen slots: 0 to 7 of 36 bytes, 8 of 416, 9 to 15 of 72.</summary>
        Data = 2,
    }

    /// <summary>Reads, writes and locks an ATECC608's memory, in the clear. Locks are for ever.</summary>
    public sealed class Atecc608Zones
    {
        /// <summary>Bytes of a word.</summary>
        public const int WordSize = 4;

        /// <summary>Bytes of a block.</summary>
        public const int BlockSize = 32;

        private const byte WholeBlock = 0x80;
        private const byte LockConfigurationZone = 0x00;
        private const byte LockDataZone = 0x01;
        private const byte LockOneSlot = 0x02;
        private const byte WithoutSummary = 0x80;

        private readonly Atecc608Link _link;

        /// <summary>The memory of one chip.</summary>
        /// <param name="link">The way to the chip.</param>
        public Atecc608Zones(Atecc608Link link)
        {
            _link = link;
        }

        /// <summary>Reads 4 bytes. Data and OTP can be read after the data lock only, secrets never.</summary>
        /// <param name="zone">Where.</param>
        /// <param name="slot">The slot in the data zone, else 0.</param>
        /// <param name="offset">First byte in zone or slot, a multiple of 4.</param>
        /// <param name="target">Gets the bytes.</param>
        /// <param name="targetOffset">Where they go.</param>
        public ChipStatus ReadWord(ChipZone zone, int slot, int offset, byte[] target, int targetOffset)
        {
            _link.Start(Atecc608Opcode.Read, (byte)zone, Address(zone, slot, offset));
            return _link.Rest(_link.Fetch(target, targetOffset, WordSize));
        }

        /// <summary>Reads 32 bytes; the rest as <see cref="ReadWord"/>.</summary>
        /// <param name="zone">Where.</param>
        /// <param name="slot">The slot in the data zone, else 0.</param>
        /// <param name="offset">First byte in zone or slot, a multiple of 32.</param>
        /// <param name="target">Gets the bytes.</param>
        /// <param name="targetOffset">Where they go.</param>
        public ChipStatus ReadBlock(ChipZone zone, int slot, int offset, byte[] target, int targetOffset)
        {
            _link.Start(Atecc608Opcode.Read, (byte)((byte)zone | WholeBlock), Address(zone, slot, offset));
            return _link.Rest(_link.Fetch(target, targetOffset, BlockSize));
        }

        /// <summary>Writes 4 bytes. Before the data lock data slots take whole blocks only.</summary>
        /// <param name="zone">Where.</param>
        /// <param name="slot">The slot in the data zone, else 0.</param>
        /// <param name="offset">First byte in zone or slot, a multiple of 4.</param>
        /// <param name="source">Holds the bytes.</param>
        /// <param name="sourceOffset">Where they start.</param>
        public ChipStatus WriteWord(ChipZone zone, int slot, int offset, byte[] source, int sourceOffset)
        {
            _link.Start(Atecc608Opcode.Write, (byte)zone, Address(zone, slot, offset))
                .Append(source, sourceOffset, WordSize);
            return _link.Rest(_link.Demand());
        }

        /// <summary>Writes 32 bytes; the rest as <see cref="WriteWord"/>.</summary>
        /// <param name="zone">Where.</param>
        /// <param name="slot">The slot in the data zone, else 0.</param>
        /// <param name="offset">First byte in zone or slot, a multiple of 32.</param>
        /// <param name="source">Holds the bytes.</param>
        /// <param name="sourceOffset">Where they start.</param>
        public ChipStatus WriteBlock(ChipZone zone, int slot, int offset, byte[] source, int sourceOffset)
        {
            _link.Start(Atecc608Opcode.Write, (byte)((byte)zone | WholeBlock), Address(zone, slot, offset))
                .Append(source, sourceOffset, BlockSize);
            return _link.Rest(_link.Demand());
        }

        /// <summary>
        /// Locks the configuration zone for ever, if its content is what the caller thinks. A lost answer is asked for
        /// again, and the chip then says <see cref="ChipStatus.ExecutionError"/>: the zone itself tells.
        /// </summary>
        /// <param name="summary">CRC of all 128 bytes, as <see cref="Summary"/>.</param>
        public ChipStatus LockConfiguration(ushort summary)
        {
            return Lock(LockConfigurationZone, summary);
        }

        /// <summary>Locks data and OTP zone for ever, if their content is what the caller thinks.</summary>
        /// <param name="summary">CRC of slots 0 to 15 and OTP, in this order.</param>
        public ChipStatus LockData(ushort summary)
        {
            return Lock(LockDataZone, summary);
        }

        /// <summary>Locks data and OTP zone for ever, whatever they hold: with a key that was made in the chip nobody
        /// else can know their summary.</summary>
        public ChipStatus LockDataAsItIs()
        {
            return Lock(LockDataZone | WithoutSummary, 0);
        }

        /// <summary>Locks one slot for ever: its content stays as it is, and GenKey is refused.</summary>
        /// <param name="slot">0 to 15; KeyConfig must call it lockable.</param>
        public ChipStatus LockSlot(int slot)
        {
            return Lock((byte)(LockOneSlot | (slot << 2)), 0);
        }

        /// <summary>The CRC that a lock wants of a zone's bytes.</summary>
        /// <param name="zone">The bytes.</param>
        /// <param name="count">How many.</param>
        public static ushort Summary(byte[] zone, int count)
        {
            return Atecc608Packet.Crc(zone, 0, count);
        }

        private ChipStatus Lock(byte mode, ushort summary)
        {
            _link.Start(Atecc608Opcode.Lock, mode, summary);
            return _link.Rest(_link.Demand());
        }

        /// <summary>Words are counted through configuration and OTP; in the data zone bits 0 to 2 are the word, 3 to 6
        /// the slot, 8 and up the block.</summary>
        private static ushort Address(ChipZone zone, int slot, int offset)
        {
            if (zone != ChipZone.Data)
            {
                return (ushort)(offset / WordSize);
            }

            int block = offset / BlockSize;
            int word = (offset % BlockSize) / WordSize;
            return (ushort)(word | (slot << 3) | (block << 8));
        }
    }
}
