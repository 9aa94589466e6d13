namespace LumenLink.Protocol
{
    // Layout (README section 4): sequence u32, kind u8, clock u8, capture_ticks u64, epoch_unix_ms i64, length u16, body.

    /// <summary>
    /// The 24 bytes before a record's body. A record's bytes are fixed when it enters the beacon's queue; (beacon, boot,
    /// sequence) is its identity for ever.
    /// </summary>
    public sealed class RecordHeader
    {
        internal const int SequenceOffset = 0;
        internal const int KindOffset = SequenceOffset + 4;
        internal const int ClockOffset = KindOffset + 1;
        internal const int CaptureTicksOffset = ClockOffset + 1;
        internal const int EpochUnixMsOffset = CaptureTicksOffset + 8;
        internal const int LengthOffset = EpochUnixMsOffset + 8;
        internal const int FixedSize = LengthOffset + 2;

        /// <summary>Bytes of the header.</summary>
        public const int Size = FixedSize;

        /// <summary>Bytes that a body can have at most.</summary>
        public const int MaxBodySize = WireLimits.MaxRecordBytes - Size;

        /// <summary>Number of the record within its boot, from 1.</summary>
        public uint Sequence;

        /// <summary>What the body is; after a read perhaps a number that this version has no name for.</summary>
        public RecordKind Kind;

        /// <summary>True if the beacon's clock was set when the record was made.</summary>
        public bool ClockSet;

        /// <summary>When the record was made, milliseconds since boot.</summary>
        public ulong CaptureTicks;

        /// <summary>UTC of tick 0 by the beacon's clock, milliseconds since 1970-01-01; 0 if the clock is not set.</summary>
        public long EpochUnixMs;

        /// <summary>Bytes of the body.</summary>
        public int BodyLength;

        /// <summary>Writes the header before its body. Returns <see cref="Size"/>, or the negative of a <see cref="WireError"/>.</summary>
        public int Write(byte[] buffer, int offset)
        {
            if (buffer.Length - offset < Size)
            {
                return -(int)WireError.NoRoom;
            }

            if (Sequence == 0)
            {
                return -(int)WireError.ValueInvalid;
            }

            if (!ClockSet && EpochUnixMs != 0)
            {
                return -(int)WireError.ReservedNotZero;
            }

            if (BodyLength < 0 || BodyLength > MaxBodySize)
            {
                return -(int)WireError.LengthInvalid;
            }

            ByteWriter.U32(buffer, offset + SequenceOffset, Sequence);
            ByteWriter.U8(buffer, offset + KindOffset, (byte)Kind);
            ByteWriter.U8(buffer, offset + ClockOffset, ClockSet ? 1 : 0);
            ByteWriter.U64(buffer, offset + CaptureTicksOffset, CaptureTicks);
            ByteWriter.I64(buffer, offset + EpochUnixMsOffset, EpochUnixMs);
            ByteWriter.U16(buffer, offset + LengthOffset, (ushort)BodyLength);
            return Size;
        }

        /// <summary>
        /// Reads the header of exactly one record (header and body fill <paramref name="count"/>); the body is not looked at.
        /// On an error the object stays as it was.
        /// </summary>
        public WireError Read(byte[] buffer, int offset, int count)
        {
            WireError error = Check(buffer, offset, count);
            if (error != WireError.None)
            {
                return error;
            }

            Sequence = ByteReader.U32(buffer, offset + SequenceOffset);
            Kind = (RecordKind)buffer[offset + KindOffset];
            ClockSet = buffer[offset + ClockOffset] == 1;
            CaptureTicks = ByteReader.U64(buffer, offset + CaptureTicksOffset);
            EpochUnixMs = ByteReader.I64(buffer, offset + EpochUnixMsOffset);
            BodyLength = ByteReader.U16(buffer, offset + LengthOffset);
            return WireError.None;
        }

        /// <summary>Checks one whole record's header; what <see cref="RecordsFrameWriter.TryAddRecord"/> asks of a record.</summary>
        public static WireError Check(byte[] buffer, int offset, int count)
        {
            if (count < Size || offset < 0 || offset > buffer.Length - count)
            {
                return WireError.TooShort;
            }

            if (count > WireLimits.MaxRecordBytes || ByteReader.U16(buffer, offset + LengthOffset) != count - Size)
            {
                return WireError.LengthInvalid;
            }

            byte clock = buffer[offset + ClockOffset];
            if (ByteReader.U32(buffer, offset + SequenceOffset) == 0 || clock > 1)
            {
                return WireError.ValueInvalid;
            }

            return clock == 0 && ByteReader.I64(buffer, offset + EpochUnixMsOffset) != 0
                ? WireError.ReservedNotZero
                : WireError.None;
        }
    }
}
