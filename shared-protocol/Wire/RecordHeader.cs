namespace LumenLink.Protocol
{
    // Layout (README section 4): sequence u24, time_ms u40, form u16, body.

    /// <summary>
    /// The 10 bytes before a record's body. A record's bytes are fixed when it enters the beacon's queue; (beacon,
    /// boot, sequence) is its identity for ever.
    /// </summary>
    public sealed class RecordHeader
    {
        internal const int SequenceOffset = 0;
        internal const int TimeMsOffset = SequenceOffset + 3;
        internal const int FormOffset = TimeMsOffset + 5;
        internal const int FixedSize = FormOffset + 2;

        // form: the lowest 11 bits are the body's length, then one bit for the clock, then four for the kind.
        internal const int LengthMask = (1 << ClockShift) - 1;
        internal const int ClockShift = 11;
        internal const int KindShift = 12;

        /// <summary>
        /// What a time with the clock set counts from: 2020-01-01 UTC, milliseconds since 1970-01-01.
        /// </summary>
        internal const long BaseUnixMs = 1577836800000;

        private const long MaxTimeMs = (1L << 40) - 1;

        /// <summary>Bytes of the header.</summary>
        public const int Size = FixedSize;

        /// <summary>Bytes that a body can have at most.</summary>
        public const int MaxBodySize = WireLimits.MaxRecordBytes - Size;

        private long timeMs;

        /// <summary>Number of the record within its boot, 1 to <see cref="WireLimits.MaxSequence"/>.</summary>
        public uint Sequence;

        /// <summary>
        /// What the body is, 0 to 15; after a read perhaps a number that this version has no name for.
        /// </summary>
        public RecordKind Kind;

        /// <summary>Bytes of the body.</summary>
        public int BodyLength;

        /// <summary>True if the beacon's clock was set when the record was made.</summary>
        public bool ClockSet { get; private set; }

        /// <summary>
        /// When the record was made: UTC in milliseconds since 1970-01-01 if <see cref="ClockSet"/>, else milliseconds
        /// since boot.
        /// </summary>
        public long TimeMs
        {
            get { return timeMs; }
        }

        /// <summary>
        /// Sets the time: UTC if the clock is set to anything from 2020 to 2054, else ticks.
        /// </summary>
        /// <param name="ticks">Milliseconds since boot.</param>
        /// <param name="epochUnixMs">UTC of tick 0, milliseconds since 1970-01-01; 0 if the clock is not set.</param>
        public void SetTime(ulong ticks, long epochUnixMs)
        {
            // Ticks are bounded first: a sum that wraps cannot come out inside the bounds then.
            long unixMs = ticks > MaxTimeMs ? 0 : epochUnixMs + (long)ticks;
            ClockSet = epochUnixMs != 0 && unixMs >= BaseUnixMs && unixMs - BaseUnixMs <= MaxTimeMs;
            timeMs = (long)ticks;
            if (ClockSet)
            {
                timeMs = unixMs;
            }
        }

        /// <summary>
        /// Writes the header before its body. Returns <see cref="Size"/>, or the negative of a
        /// <see cref="WireError"/>.
        /// </summary>
        public int Write(byte[] buffer, int offset)
        {
            if (buffer.Length - offset < Size)
            {
                return -(int)WireError.NoRoom;
            }

            long time = ClockSet ? TimeMs - BaseUnixMs : TimeMs;
            if (Sequence == 0 || Sequence > WireLimits.MaxSequence || time < 0 || time > MaxTimeMs)
            {
                return -(int)WireError.ValueInvalid;
            }

            if (BodyLength < 0 || BodyLength > MaxBodySize)
            {
                return -(int)WireError.LengthInvalid;
            }

            int form = BodyLength | ((ClockSet ? 1 : 0) << ClockShift) | ((int)Kind << KindShift);
            ByteWriter.U24(buffer, offset + SequenceOffset, Sequence);
            ByteWriter.U40(buffer, offset + TimeMsOffset, (ulong)time);
            ByteWriter.U16(buffer, offset + FormOffset, (ushort)form);
            return Size;
        }

        /// <summary>
        /// Reads the header of exactly one record (header and body fill <paramref name="count"/>); the body is not
        /// looked at. On an error the object stays as it was.
        /// </summary>
        public WireError Read(byte[] buffer, int offset, int count)
        {
            WireError error = Check(buffer, offset, count);
            if (error != WireError.None)
            {
                return error;
            }

            int form = ByteReader.U16(buffer, offset + FormOffset);
            Sequence = SequenceOf(buffer, offset);
            Kind = (RecordKind)(form >> KindShift);
            ClockSet = ((form >> ClockShift) & 1) != 0;
            timeMs = (long)ByteReader.U40(buffer, offset + TimeMsOffset);
            timeMs += ClockSet ? BaseUnixMs : 0;
            BodyLength = form & LengthMask;
            return WireError.None;
        }

        /// <summary>Sequence of a record whose header was checked.</summary>
        public static uint SequenceOf(byte[] buffer, int offset)
        {
            return ByteReader.U24(buffer, offset + SequenceOffset);
        }

        /// <summary>
        /// Checks one whole record's header; what <see cref="RecordsFrameWriter.TryAddRecord"/> asks of a record.
        /// </summary>
        public static WireError Check(byte[] buffer, int offset, int count)
        {
            if (count < Size || offset < 0 || offset > buffer.Length - count)
            {
                return WireError.TooShort;
            }

            int length = ByteReader.U16(buffer, offset + FormOffset) & LengthMask;
            if (count > WireLimits.MaxRecordBytes || length != count - Size)
            {
                return WireError.LengthInvalid;
            }

            return SequenceOf(buffer, offset) == 0 ? WireError.ValueInvalid : WireError.None;
        }
    }
}
