namespace LumenLink.Protocol
{
    /// <summary>Layout of a report body (README section 4): addressing u8, key_day u16, window_count u8, windows.</summary>
    internal static class ReportLayout
    {
        internal const int AddressingOffset = 0;
        internal const int KeyDayOffset = AddressingOffset + 1;
        internal const int WindowCountOffset = KeyDayOffset + 2;
        internal const int WindowsOffset = WindowCountOffset + 1;
        internal const int FixedSize = WindowsOffset;
    }

    /// <summary>Layout of a window: radio u8, open_ticks u64, duration_ms u32, sighting_count u16, sightings.</summary>
    internal static class WindowLayout
    {
        internal const int RadioOffset = 0;
        internal const int OpenTicksOffset = RadioOffset + 1;
        internal const int DurationMsOffset = OpenTicksOffset + 8;
        internal const int SightingCountOffset = DurationMsOffset + 4;
        internal const int FixedSize = SightingCountOffset + 2;
    }

    /// <summary>Layout of a sighting: address 6, address_type u8, rssi_dbm i8.</summary>
    internal static class SightingLayout
    {
        internal const int AddressOffset = 0;
        internal const int AddressTypeOffset = AddressOffset + WireSizes.Address;
        internal const int RssiDbmOffset = AddressTypeOffset + 1;
        internal const int FixedSize = RssiDbmOffset + 1;
    }

    /// <summary>
    /// Writes a whole report record, header included, into a caller's buffer. Reused; allocates nothing. When a call returns
    /// false the record is full: finish it, begin the next, and open the same window again (same radio and open ticks).
    /// </summary>
    public sealed class ReportWriter
    {
        private readonly RecordHeader header = new RecordHeader();
        private byte[] buffer = new byte[0];
        private int start;
        private int end;
        private int at;
        private int windowAt;
        private int windowCount;
        private int sightingCount;

        /// <summary>Sightings that the open window can still take; 0 if none is open.</summary>
        public int RemainingSightings
        {
            get
            {
                if (windowAt < 0)
                {
                    return 0;
                }

                int room = (end - at) / SightingLayout.FixedSize;
                int open = WireLimits.MaxSightingsPerWindow - sightingCount;
                return room < open ? room : open;
            }
        }

        /// <summary>Windows in the record so far.</summary>
        public int WindowCount
        {
            get { return windowCount; }
        }

        /// <summary>True if a further window with at least one sighting fits.</summary>
        public bool HasRoomForWindow
        {
            get
            {
                return windowAt < 0 && windowCount < WireLimits.MaxWindowsPerReport
                    && end - at >= WindowLayout.FixedSize + SightingLayout.FixedSize;
            }
        }

        /// <summary>Starts a record. The caller's buffer should have room for <see cref="WireLimits.MaxRecordBytes"/>.</summary>
        /// <param name="target">Buffer for the record.</param>
        /// <param name="offset">Where the record starts.</param>
        /// <param name="addressing">What the addresses will be.</param>
        /// <param name="keyDay">Day of the pseudonym key, days since 1970-01-01; 0 if raw.</param>
        /// <returns>False if the buffer cannot hold an empty report, or raw addresses come with a day.</returns>
        public bool Begin(byte[] target, int offset, ReportAddressing addressing, ushort keyDay)
        {
            buffer = target;
            start = offset;
            windowAt = -1;
            windowCount = 0;
            sightingCount = 0;
            int room = target.Length - offset;
            room = room < WireLimits.MaxRecordBytes ? room : WireLimits.MaxRecordBytes;
            end = offset + room;
            at = end;
            if (room < RecordHeader.Size + ReportLayout.FixedSize || (addressing == ReportAddressing.Raw && keyDay != 0))
            {
                return false;
            }

            int body = offset + RecordHeader.Size;
            ByteWriter.U8(target, body + ReportLayout.AddressingOffset, (byte)addressing);
            ByteWriter.U16(target, body + ReportLayout.KeyDayOffset, keyDay);
            at = body + ReportLayout.WindowsOffset;
            return true;
        }

        /// <summary>Opens a window. False if there is no room (<see cref="HasRoomForWindow"/>) or one is open.</summary>
        public bool BeginWindow(Radio radio, ulong openTicks)
        {
            if (!HasRoomForWindow)
            {
                return false;
            }

            windowAt = at;
            sightingCount = 0;
            ByteWriter.U8(buffer, at + WindowLayout.RadioOffset, (byte)radio);
            ByteWriter.U64(buffer, at + WindowLayout.OpenTicksOffset, openTicks);
            at += WindowLayout.FixedSize;
            return true;
        }

        /// <summary>Adds a sighting to the open window; false if there is no room or no window.</summary>
        /// <param name="address">Holds the 6 bytes, least significant first.</param>
        /// <param name="offset">Where they start.</param>
        /// <param name="type">Kind of the address.</param>
        /// <param name="rssiDbm">Signal strength in dBm; clamped to -128 … 127.</param>
        public bool TryAddSighting(byte[] address, int offset, AddressType type, int rssiDbm)
        {
            if (RemainingSightings == 0)
            {
                return false;
            }

            ByteWriter.Bytes(buffer, at + SightingLayout.AddressOffset, address, offset, WireSizes.Address);
            AddTypeAndRssi(type, rssiDbm);
            return true;
        }

        /// <summary>Adds a sighting to the open window; false if there is no room or no window.</summary>
        /// <param name="address">The address as a 48-bit number; higher bits are dropped.</param>
        /// <param name="type">Kind of the address.</param>
        /// <param name="rssiDbm">Signal strength in dBm; clamped to -128 … 127.</param>
        public bool TryAddSighting(ulong address, AddressType type, int rssiDbm)
        {
            if (RemainingSightings == 0)
            {
                return false;
            }

            ByteWriter.U32(buffer, at + SightingLayout.AddressOffset, (uint)address);
            ByteWriter.U16(buffer, at + SightingLayout.AddressOffset + 4, (ushort)(address >> 32));
            AddTypeAndRssi(type, rssiDbm);
            return true;
        }

        /// <summary>Closes the open window, which lasted <paramref name="durationMs"/> milliseconds.</summary>
        public void EndWindow(uint durationMs)
        {
            if (windowAt < 0)
            {
                return;
            }

            ByteWriter.U32(buffer, windowAt + WindowLayout.DurationMsOffset, durationMs);
            ByteWriter.U16(buffer, windowAt + WindowLayout.SightingCountOffset, (ushort)sightingCount);
            windowAt = -1;
            windowCount++;
        }

        /// <summary>Writes the record's header and returns the record's length, or the negative of a <see cref="WireError"/>.</summary>
        /// <param name="sequence">Number of the record within its boot, from 1.</param>
        /// <param name="clockSet">True if the beacon's clock is set.</param>
        /// <param name="captureTicks">Now, milliseconds since boot.</param>
        /// <param name="epochUnixMs">UTC of tick 0 by the beacon's clock; 0 if it is not set.</param>
        public int Finish(uint sequence, bool clockSet, ulong captureTicks, long epochUnixMs)
        {
            if (windowAt >= 0)
            {
                return -(int)WireError.ValueInvalid;
            }

            int body = start + RecordHeader.Size;
            if (at < body + ReportLayout.FixedSize)
            {
                return -(int)WireError.NoRoom;
            }

            ByteWriter.U8(buffer, body + ReportLayout.WindowCountOffset, windowCount);
            header.Sequence = sequence;
            header.Kind = RecordKind.Report;
            header.ClockSet = clockSet;
            header.CaptureTicks = captureTicks;
            header.EpochUnixMs = epochUnixMs;
            header.BodyLength = at - body;
            int written = header.Write(buffer, start);
            return written < 0 ? written : at - start;
        }

        private void AddTypeAndRssi(AddressType type, int rssiDbm)
        {
            rssiDbm = rssiDbm < sbyte.MinValue ? sbyte.MinValue : rssiDbm;
            rssiDbm = rssiDbm > sbyte.MaxValue ? sbyte.MaxValue : rssiDbm;
            ByteWriter.U8(buffer, at + SightingLayout.AddressTypeOffset, (byte)type);
            ByteWriter.U8(buffer, at + SightingLayout.RssiDbmOffset, rssiDbm);
            at += SightingLayout.FixedSize;
            sightingCount++;
        }
    }
}
