namespace LumenLink.Protocol
{
    // Layout (README section 4): uptime_ms u64, boot_reason u8, heap_free_bytes u32, heap_largest_bytes u32,
    // queue_records u32, queue_bytes u32, dropped_records u32, dropped_sightings u32, stale_events u32, wifi_rssi_dbm
    // i8, version_length u8, firmware_version; then, counted from the end of the version: details, to the end.

    /// <summary>
    /// Body of a status record: the beacon's own state. The service reads it with <c>StatusReader</c>.
    /// </summary>
    public sealed class StatusBody
    {
        internal const int UptimeMsOffset = 0;
        internal const int BootReasonOffset = UptimeMsOffset + 8;
        internal const int HeapFreeBytesOffset = BootReasonOffset + 1;
        internal const int HeapLargestBytesOffset = HeapFreeBytesOffset + 4;
        internal const int QueueRecordsOffset = HeapLargestBytesOffset + 4;
        internal const int QueueBytesOffset = QueueRecordsOffset + 4;
        internal const int DroppedRecordsOffset = QueueBytesOffset + 4;
        internal const int DroppedSightingsOffset = DroppedRecordsOffset + 4;
        internal const int StaleEventsOffset = DroppedSightingsOffset + 4;
        internal const int WifiRssiDbmOffset = StaleEventsOffset + 4;
        internal const int VersionLengthOffset = WifiRssiDbmOffset + 1;
        internal const int FirmwareVersionOffset = VersionLengthOffset + 1;
        internal const int DetailsAfterVersion = 0;
        internal const int FixedSize = FirmwareVersionOffset;

        /// <summary>Value of a heap field that is not known.</summary>
        public const uint HeapNotKnown = 0xFFFFFFFF;

        /// <summary>Bytes that a body can have at most.</summary>
        public const int MaxSize = FixedSize + WireLimits.MaxAsciiBytes + StatusDetails.MaxSize;

        /// <summary>Milliseconds since boot.</summary>
        public ulong UptimeMs;

        /// <summary>Why the beacon started.</summary>
        public BootReason BootReason;

        /// <summary>Free heap in bytes, or <see cref="HeapNotKnown"/>.</summary>
        public uint HeapFreeBytes = HeapNotKnown;

        /// <summary>Largest free block in bytes, or <see cref="HeapNotKnown"/>.</summary>
        public uint HeapLargestBytes = HeapNotKnown;

        /// <summary>Records in the queue.</summary>
        public uint QueueRecords;

        /// <summary>Bytes in the queue.</summary>
        public uint QueueBytes;

        /// <summary>Oldest records dropped by the queue's bound, this boot.</summary>
        public uint DroppedRecords;

        /// <summary>Sightings lost to a full table, this boot.</summary>
        public uint DroppedSightings;

        /// <summary>Radio events without an address, this boot.</summary>
        public uint StaleEvents;

        /// <summary>Signal strength of the access point in dBm; 0 not known.</summary>
        public sbyte WifiRssiDbm;

        /// <summary>Version of the firmware.</summary>
        public readonly AsciiText FirmwareVersion = new AsciiText();

        /// <summary>What else there is to say.</summary>
        public readonly StatusDetails Details = new StatusDetails();

        /// <summary>Writes the body. Returns its length, or the negative of a <see cref="WireError"/>.</summary>
        public int Write(byte[] buffer, int offset)
        {
            int size = FixedSize + FirmwareVersion.Length + Details.Size;
            if (buffer.Length - offset < size)
            {
                return -(int)WireError.NoRoom;
            }

            ByteWriter.U64(buffer, offset + UptimeMsOffset, UptimeMs);
            ByteWriter.U8(buffer, offset + BootReasonOffset, (byte)BootReason);
            ByteWriter.U32(buffer, offset + HeapFreeBytesOffset, HeapFreeBytes);
            ByteWriter.U32(buffer, offset + HeapLargestBytesOffset, HeapLargestBytes);
            ByteWriter.U32(buffer, offset + QueueRecordsOffset, QueueRecords);
            ByteWriter.U32(buffer, offset + QueueBytesOffset, QueueBytes);
            ByteWriter.U32(buffer, offset + DroppedRecordsOffset, DroppedRecords);
            ByteWriter.U32(buffer, offset + DroppedSightingsOffset, DroppedSightings);
            ByteWriter.U32(buffer, offset + StaleEventsOffset, StaleEvents);
            ByteWriter.U8(buffer, offset + WifiRssiDbmOffset, WifiRssiDbm);
            ByteWriter.U8(buffer, offset + VersionLengthOffset, FirmwareVersion.Length);
            int end = ByteWriter.Bytes(
                buffer, offset + FirmwareVersionOffset, FirmwareVersion.Bytes, 0, FirmwareVersion.Length);
            Details.Write(buffer, end + DetailsAfterVersion);
            return size;
        }

        /// <summary>
        /// Writes the body and its header as one record at <paramref name="offset"/>; <paramref name="header"/>
        /// comes with sequence and times filled in, kind and body length are set here. Returns the record's length,
        /// or the negative of a <see cref="WireError"/>.
        /// </summary>
        public int WriteRecord(byte[] buffer, int offset, RecordHeader header)
        {
            int body = Write(buffer, offset + RecordHeader.Size);
            if (body < 0)
            {
                return body;
            }

            header.Kind = RecordKind.Status;
            header.BodyLength = body;
            int written = header.Write(buffer, offset);
            return written < 0 ? written : written + body;
        }
    }
}
