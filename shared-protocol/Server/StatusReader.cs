using System;

namespace LumenLink.Protocol
{
    /// <summary>Reads a status body in place (README section 4), the mirror of <see cref="StatusBody"/>.</summary>
    public readonly ref struct StatusReader
    {
        private readonly ReadOnlySpan<byte> body;

        private StatusReader(ReadOnlySpan<byte> body, StatusDetailValues details)
        {
            this.body = body;
            Details = details;
        }

        /// <summary>Milliseconds since boot.</summary>
        public ulong UptimeMs => body.U64(StatusBody.UptimeMsOffset);

        /// <summary>Why the beacon started; perhaps a number without a name.</summary>
        public BootReason BootReason => (BootReason)body[StatusBody.BootReasonOffset];

        /// <summary>Free heap in bytes, or <see cref="StatusBody.HeapNotKnown"/>.</summary>
        public uint HeapFreeBytes => body.U32(StatusBody.HeapFreeBytesOffset);

        /// <summary>Largest free block in bytes, or <see cref="StatusBody.HeapNotKnown"/>.</summary>
        public uint HeapLargestBytes => body.U32(StatusBody.HeapLargestBytesOffset);

        /// <summary>Records in the queue.</summary>
        public uint QueueRecords => body.U32(StatusBody.QueueRecordsOffset);

        /// <summary>Bytes in the queue.</summary>
        public uint QueueBytes => body.U32(StatusBody.QueueBytesOffset);

        /// <summary>Oldest records dropped by the queue's bound, this boot.</summary>
        public uint DroppedRecords => body.U32(StatusBody.DroppedRecordsOffset);

        /// <summary>Sightings lost to a full table, this boot.</summary>
        public uint DroppedSightings => body.U32(StatusBody.DroppedSightingsOffset);

        /// <summary>Radio events without an address, this boot.</summary>
        public uint StaleEvents => body.U32(StatusBody.StaleEventsOffset);

        /// <summary>Signal strength of the access point in dBm; 0 not known.</summary>
        public sbyte WifiRssiDbm => (sbyte)body[StatusBody.WifiRssiDbmOffset];

        /// <summary>Version of the firmware: printable ASCII, at most 32 bytes.</summary>
        public ReadOnlySpan<byte> FirmwareVersion =>
            body.Slice(StatusBody.FirmwareVersionOffset, body[StatusBody.VersionLengthOffset]);

        /// <summary>What else the beacon says.</summary>
        public StatusDetailValues Details { get; }

        /// <summary>Checks a whole body.</summary>
        /// <param name="body">The body of a record of kind <see cref="RecordKind.Status"/>.</param>
        /// <param name="status">Usable only if the result is <see cref="WireError.None"/>.</param>
        public static WireError Read(ReadOnlySpan<byte> body, out StatusReader status)
        {
            status = default;
            if (body.Length < StatusBody.FixedSize)
            {
                return WireError.TooShort;
            }

            int versionLength = body[StatusBody.VersionLengthOffset];
            if (versionLength > WireLimits.MaxAsciiBytes)
            {
                return WireError.LengthInvalid;
            }

            if (body.Length < StatusBody.FixedSize + versionLength)
            {
                return WireError.TooShort;
            }

            ReadOnlySpan<byte> version = body.Slice(StatusBody.FirmwareVersionOffset, versionLength);
            if (version.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E))
            {
                return WireError.ValueInvalid;
            }

            int detailsOffset = StatusBody.FirmwareVersionOffset + versionLength + StatusBody.DetailsAfterVersion;
            WireError error = StatusDetailValues.Read(body[detailsOffset..], out StatusDetailValues details);
            if (error == WireError.None)
            {
                status = new StatusReader(body, details);
            }

            return error;
        }
    }
}
