using System;

namespace LumenLink.Protocol
{
    /// <summary>One record in place: header fields by name, body as bytes (README section 4).</summary>
    public readonly ref struct RecordView
    {
        private RecordView(ReadOnlySpan<byte> bytes) => Bytes = bytes;

        /// <summary>The whole record, header included: what its identity stands for.</summary>
        public ReadOnlySpan<byte> Bytes { get; }

        /// <summary>Number of the record within its boot, from 1.</summary>
        public uint Sequence => Bytes.U24(RecordHeader.SequenceOffset);

        /// <summary>What the body is; perhaps a number without a name.</summary>
        public RecordKind Kind => (RecordKind)(Form >> RecordHeader.KindShift);

        /// <summary>True if the beacon's clock was set.</summary>
        public bool ClockSet => ((Form >> RecordHeader.ClockShift) & 1) != 0;

        /// <summary>
        /// When the record was made: UTC in milliseconds since 1970-01-01 if <see cref="ClockSet"/>, else milliseconds
        /// since the beacon's boot.
        /// </summary>
        public long TimeMs =>
            (long)Bytes.U40(RecordHeader.TimeMsOffset) + (ClockSet ? RecordHeader.BaseUnixMs : 0);

        private int Form => Bytes.U16(RecordHeader.FormOffset);

        /// <summary>The body.</summary>
        public ReadOnlySpan<byte> Body => Bytes[RecordHeader.Size..];

        /// <summary>
        /// Checks the body: <see cref="RefusalReason.None"/>, or what a receipt must say about the
        /// record.
        /// </summary>
        /// <param name="reports">Reads the body if it is a report, and keeps its columns.</param>
        /// <param name="error">What is wrong, <see cref="WireError.None"/> for an unknown kind.</param>
        public RefusalReason Check(ReportReader reports, out WireError error)
        {
            error = WireError.None;
            switch (Kind)
            {
                case RecordKind.Report:
                    error = reports.Read(this);
                    break;
                case RecordKind.Status:
                    error = StatusReader.Read(Body, out _);
                    break;
                case RecordKind.Diagnostics:
                    error = Body.Length > WireLimits.MaxDiagnosticsBytes
                        ? WireError.LengthInvalid
                        : TextLines.Check(Body);
                    break;
                default:
                    return RefusalReason.KindUnknown;
            }

            return error == WireError.None ? RefusalReason.None : RefusalReason.BodyMalformed;
        }

        /// <summary>A record whose header and body are these bytes, and nothing else.</summary>
        internal static RecordView Over(ReadOnlySpan<byte> bytes) => new(bytes);

        /// <summary>Checks and takes one record from the front of <paramref name="rest"/>.</summary>
        internal static WireError Take(scoped ref ReadOnlySpan<byte> rest, uint floor, out RecordView record)
        {
            record = default;
            if (rest.Length < RecordHeader.Size)
            {
                return WireError.TooShort;
            }

            int length = rest.U16(RecordHeader.FormOffset) & RecordHeader.LengthMask;
            if (length > RecordHeader.MaxBodySize)
            {
                return WireError.LengthInvalid;
            }

            uint sequence = rest.U24(RecordHeader.SequenceOffset);
            if (sequence == 0 || sequence < floor)
            {
                return WireError.ValueInvalid;
            }

            if (length > rest.Length - RecordHeader.Size)
            {
                return WireError.TooShort;
            }

            record = new RecordView(rest[..(RecordHeader.Size + length)]);
            rest = rest[(RecordHeader.Size + length)..];
            return WireError.None;
        }
    }
}
