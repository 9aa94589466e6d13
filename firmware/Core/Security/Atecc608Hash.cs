namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// SHA-256 and HMAC-SHA-256 in an ATECC608. A hash in progress lives in the chip; any other command ends it, and so
    /// does <see cref="Atecc608Link.Sleep"/>. A step is not repeated once the chip may have taken it: the whole hash is
    /// begun anew, which <see cref="Sha256"/> and <see cref="Hmac"/> do by themselves.
    /// </summary>
    public sealed class Atecc608Hash
    {
        /// <summary>Bytes of one <see cref="Update"/>.</summary>
        public const int BlockSize = 64;

        private const int DigestSize = 32;
        private const byte ModeStart = 0x00;
        private const byte ModeUpdate = 0x01;
        private const byte ModeEndToOutput = 0xC2;
        private const byte ModeHmacStart = 0x04;

        /// <summary>In the place of a slot in <see cref="Try"/>: no key, SHA-256.</summary>
        private const int NoKey = -1;

        private readonly Atecc608Link _link;

        /// <summary>The hash commands of one chip.</summary>
        /// <param name="link">The way to the chip.</param>
        public Atecc608Hash(Atecc608Link link)
        {
            _link = link;
        }

        /// <summary>Begins SHA-256.</summary>
        public ChipStatus Start()
        {
            _link.Start(Atecc608Opcode.Sha, ModeStart, 0);
            return _link.Rest(_link.Demand());
        }

        /// <summary>Begins HMAC-SHA-256 with a key of 32 bytes.</summary>
        /// <param name="slot">The key: 0 to 15 or <see cref="Atecc608Keys.TempKey"/>.</param>
        public ChipStatus StartHmac(int slot)
        {
            _link.Start(Atecc608Opcode.Sha, ModeHmacStart, (ushort)slot);
            return _link.Rest(_link.Demand());
        }

        /// <summary>Adds 64 bytes.</summary>
        /// <param name="block">Holds them.</param>
        /// <param name="offset">Where they start.</param>
        public ChipStatus Update(byte[] block, int offset)
        {
            _link.Start(Atecc608Opcode.Sha, ModeUpdate, BlockSize).Once().Append(block, offset, BlockSize);
            return _link.Rest(_link.Demand());
        }

        /// <summary>Adds the last bytes and ends.</summary>
        /// <param name="rest">Holds them.</param>
        /// <param name="offset">Where they start.</param>
        /// <param name="count">0 to 63.</param>
        /// <param name="digest32">Gets the digest.</param>
        public ChipStatus End(byte[] rest, int offset, int count, byte[] digest32)
        {
            _link.Start(Atecc608Opcode.Sha, ModeEndToOutput, (ushort)count).Once().Append(rest, offset, count);
            return _link.Rest(_link.Fetch(digest32, 0, DigestSize));
        }

        /// <summary>SHA-256 of a message.</summary>
        /// <param name="message">Holds it.</param>
        /// <param name="offset">Where it starts.</param>
        /// <param name="count">Its bytes.</param>
        /// <param name="digest32">Gets the digest.</param>
        public ChipStatus Sha256(byte[] message, int offset, int count, byte[] digest32)
        {
            return Run(NoKey, message, offset, count, digest32);
        }

        /// <summary>HMAC-SHA-256 of a message.</summary>
        /// <param name="slot">The key: 0 to 15 or <see cref="Atecc608Keys.TempKey"/>.</param>
        /// <param name="message">Holds the message.</param>
        /// <param name="offset">Where it starts.</param>
        /// <param name="count">Its bytes.</param>
        /// <param name="mac32">Gets the MAC.</param>
        public ChipStatus Hmac(int slot, byte[] message, int offset, int count, byte[] mac32)
        {
            return Run(slot, message, offset, count, mac32);
        }

        private ChipStatus Run(int slot, byte[] message, int offset, int count, byte[] digest32)
        {
            ChipStatus status = ChipStatus.ExecutionError;
            for (int i = 0; i < Atecc608Timing.MaxSequences && IsWorthAnother(status); i++)
            {
                status = Try(slot, message, offset, count, digest32);
            }

            return status;
        }

        private ChipStatus Try(int slot, byte[] message, int offset, int count, byte[] digest32)
        {
            ChipStatus status = slot == NoKey ? Start() : StartHmac(slot);
            int left = count;
            while (status == ChipStatus.Ok && left >= BlockSize)
            {
                status = Update(message, offset + count - left);
                left -= BlockSize;
            }

            return status == ChipStatus.Ok ? End(message, offset + count - left, left, digest32) : status;
        }

        private static bool IsWorthAnother(ChipStatus status)
        {
            return status == ChipStatus.ExecutionError || Atecc608Transport.IsWorthRetry(status);
        }
    }
}
