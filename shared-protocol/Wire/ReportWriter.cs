namespace LumenLink.Protocol
{
    /// <summary>
    /// Collects the windows and sightings of a report and writes the whole record, header included, into a caller's
    /// buffer (README section 4). Reused; allocates nothing after it is made. When a call returns false the record is
    /// full: finish it, begin the next, and open the same window again (same radio and open ticks).
    /// </summary>
    /// <remarks>
    /// A sighting costs a look into a hash table and one prediction; at the end at most 17 bits, an address its 53 and
    /// a place in their order. Additions and shifts, no division, and few calls: on the device they cost most.
    /// </remarks>
    public sealed class ReportWriter
    {
        // What is added never exceeds this many bits, whatever the values are; so Finish never lacks room.
        // Times are below 2^30 ms: 63 bits for the end, 51 and 63 for the steps of duration and gap. The Rice code of n
        // sorted addresses has at most 2n zeros in all.
        private const int HeadBits = 4 + 16 + 7;
        private const int BlockBits = 96;
        private const int WindowBits = 51 + 63;
        private const int NewAddressBits = ReportCoding.AddressBits + 2 + ReportCoding.TypesBits;
        private const ulong AddressMask = (1UL << ReportCoding.AddressBits) - 1;
        private const int SightingBits = ReportCoding.Escape + 1 + ReportCoding.SignalBits;

        private readonly RecordHeader header = new RecordHeader();
        private readonly BitWriter bits = new BitWriter();
        private readonly ReportScratch scratch = new ReportScratch();
        private readonly ReportBlock ble = new ReportBlock();
        private readonly ReportBlock wifi = new ReportBlock();
        private ReportBlock? open;
        private int lastRow;
        private byte[] buffer = new byte[0];
        private int start;
        private int bitsLeft;
        private ulong lastTicks;
        private ReportAddressing addressing;
        private ushort keyDay;

        /// <summary>Windows in the record so far.</summary>
        public int WindowCount
        {
            get { return ble.WindowCount + wifi.WindowCount; }
        }

        /// <summary>Sightings in the record so far; an address counts once per window.</summary>
        public int SightingCount
        {
            get { return ble.SignalCount + wifi.SignalCount; }
        }

        /// <summary>
        /// Starts a record. The caller's buffer should have room for <see cref="WireLimits.MaxRecordBytes"/>.
        /// </summary>
        /// <param name="target">Buffer for the record; written by <see cref="Finish"/>.</param>
        /// <param name="offset">Where the record starts.</param>
        /// <param name="reportAddressing">What the addresses will be.</param>
        /// <param name="day">Day of the pseudonym key, days since 1970-01-01; 0 if raw.</param>
        /// <returns>False if the buffer cannot hold an empty report, or raw addresses come with a day.</returns>
        public bool Begin(byte[] target, int offset, ReportAddressing reportAddressing, ushort day)
        {
            buffer = target;
            start = offset;
            open = null;
            lastTicks = 0;
            addressing = reportAddressing;
            keyDay = day;
            ble.Clear();
            wifi.Clear();
            int room = target.Length - offset;
            room = room < WireLimits.MaxRecordBytes ? room : WireLimits.MaxRecordBytes;
            bitsLeft = ((room - RecordHeader.Size) * 8) - HeadBits;
            return bitsLeft >= 0 && (reportAddressing == ReportAddressing.Pseudonym || day == 0);
        }

        /// <summary>True if a further window with at least one sighting of either radio fits.</summary>
        public bool HasRoomForWindow
        {
            get
            {
                return HasRoomFor(ble) && HasRoomFor(wifi);
            }
        }

        /// <summary>
        /// Opens a window. False if there is no room, one is open, or this one began
        /// before the last ended or days after it.
        /// </summary>
        public bool BeginWindow(Radio radio, ulong openTicks)
        {
            ReportBlock block = radio == Radio.Ble ? ble : wifi;
            int room = bitsLeft - WindowCost(block);
            if (open != null || room < SightingCost(block) || block.WindowCount == WireLimits.MaxWindowsPerBlock
                || openTicks < lastTicks || !CanFollow(ble, openTicks) || !CanFollow(wifi, openTicks))
            {
                return false;
            }

            open = block;
            lastRow = 0;
            bitsLeft = room;
            block.BeginWindow(openTicks);
            lastTicks = openTicks;
            return true;
        }

        /// <summary>
        /// Adds a sighting to the open window; false if there is no room or no window. Of an address that the window
        /// has already, the first signal strength stays.
        /// </summary>
        /// <param name="address">The address as a 48-bit number; higher bits are dropped.</param>
        /// <param name="type">Kind of the address; the first one stays.</param>
        /// <param name="rssiDbm">Signal strength in dBm; clamped to -128 … 127.</param>
        public bool TryAddSighting(ulong address, AddressType type, int rssiDbm)
        {
            ReportBlock? block = open;
            if (block == null)
            {
                return false;
            }

            if ((sbyte)rssiDbm != rssiDbm)
            {
                rssiDbm = rssiDbm < 0 ? sbyte.MinValue : sbyte.MaxValue;
            }

            int slot = (int)address & (ReportBlock.SlotCount - 1);
            int row = block.Slots[slot];
            while (block.Addresses[row] != address)
            {
                if (row == 0)
                {
                    return address > AddressMask
                        ? TryAddSighting(address & AddressMask, type, rssiDbm)
                        : TryAddAddress(block, slot, address, type, rssiDbm);
                }

                slot = (slot + 1) & (ReportBlock.SlotCount - 1);
                row = block.Slots[slot];
            }

            int room = bitsLeft - SightingBits;
            if (room < 0)
            {
                return false;
            }

            lastRow = row;
            long state = block.States[row];
            if ((state & block.WindowBit) != 0)
            {
                return true;
            }

            int step = rssiDbm - (int)(state >> (ReportBlock.PredictionShift + 1));
            int zigZag = (step << 1) ^ (step >> 31);
            int at = (int)(state >> ReportBlock.NextShift) & ReportBlock.NextMask;
            block.Signals[at] = (byte)zigZag;
            block.States[row] = state + block.WindowMark + ((long)step << ReportBlock.PredictionShift);
            if (zigZag < ReportBlock.Outlier)
            {
                block.SignalSum += zigZag;
            }
            else
            {
                block.NoteOutlier(row, at, zigZag);
            }

            bitsLeft = room;
            return true;
        }

        /// <summary>
        /// Says something more of the address that was added last, in this window. False if there is no room in the
        /// record or among <see cref="WireLimits.MaxExtrasPerBlock"/>: it is then left out. What was said of an address
        /// first stays.
        /// </summary>
        /// <param name="kind">What is said.</param>
        /// <param name="value">Its value; bits beyond the kind's width are dropped.</param>
        public bool TryAddExtra(ReportExtra kind, ulong value)
        {
            if (open == null || lastRow == 0 || kind == ReportExtra.None || kind > ReportExtra.Fingerprint)
            {
                return false;
            }

            if (open.Extras.Has(lastRow, kind))
            {
                return true;
            }

            int cost = open.Extras.Cost(kind, open.AddressCount);
            if (bitsLeft < cost || open.Extras.Count == WireLimits.MaxExtrasPerBlock)
            {
                return false;
            }

            open.Extras.Add(lastRow, kind, value);
            bitsLeft -= cost;
            return true;
        }

        /// <summary>Closes the open window, which lasted <paramref name="durationMs"/> milliseconds.</summary>
        /// <param name="durationMs">At most <see cref="WireLimits.MaxWindowMs"/>; longer ones are cut.</param>
        public void EndWindow(uint durationMs)
        {
            if (open == null)
            {
                return;
            }

            durationMs = durationMs < WireLimits.MaxWindowMs ? durationMs : WireLimits.MaxWindowMs;
            open.EndWindow(durationMs);
            lastTicks += durationMs;
            open = null;
        }

        /// <summary>
        /// Writes the record and returns its length, or the negative of a <see cref="WireError"/>:
        /// <see cref="WireError.ValueInvalid"/> if a window is open, ended after <paramref name="captureTicks"/>, or is
        /// too old to be told.
        /// </summary>
        /// <param name="sequence">Number of the record within its boot, from 1.</param>
        /// <param name="captureTicks">Now, milliseconds since boot.</param>
        /// <param name="epochUnixMs">UTC of tick 0 by the beacon's clock; 0 if it is not set.</param>
        public int Finish(uint sequence, ulong captureTicks, long epochUnixMs)
        {
            if (open != null || !ble.CanBeTold(captureTicks) || !wifi.CanBeTold(captureTicks))
            {
                return -(int)WireError.ValueInvalid;
            }

            int body = start + RecordHeader.Size;
            int room = buffer.Length - body;
            bits.Begin(buffer, body, room < RecordHeader.MaxBodySize ? room : RecordHeader.MaxBodySize);
            bool isRaw = addressing == ReportAddressing.Raw;
            header.SetTime(captureTicks, epochUnixMs);
            bool givesDay = !isRaw && !(header.ClockSet && keyDay == header.TimeMs / ReportCoding.DayMs);
            bits.Bits(
                (isRaw ? 1u : 0u) | (givesDay ? 2u : 0u) | (ble.WindowCount > 0 ? 4u : 0u)
                    | (wifi.WindowCount > 0 ? 8u : 0u),
                4);
            if (givesDay)
            {
                bits.Bits(keyDay, 16);
            }

            if (ble.WindowCount > 0)
            {
                ble.Write(bits, scratch, captureTicks);
            }

            if (wifi.WindowCount > 0)
            {
                wifi.Write(bits, scratch, captureTicks);
            }

            int end = bits.Finish();
            if (end < 0)
            {
                return -(int)WireError.NoRoom;
            }

            header.Sequence = sequence;
            header.Kind = RecordKind.Report;
            header.BodyLength = end - body;
            int written = header.Write(buffer, start);
            return written < 0 ? written : end - start;
        }

        private bool TryAddAddress(ReportBlock block, int slot, ulong address, AddressType type, int rssiDbm)
        {
            int room = bitsLeft - NewAddressBits - SightingBits - block.WindowCount - block.Extras.ColumnCount;
            if (room < 0 || block.AddressCount == WireLimits.MaxAddressesPerBlock)
            {
                return false;
            }

            lastRow = block.Insert(slot, address, (byte)type, rssiDbm);
            bitsLeft = room;
            return true;
        }

        private bool HasRoomFor(ReportBlock block)
        {
            return open == null && block.WindowCount < WireLimits.MaxWindowsPerBlock
                && bitsLeft - WindowCost(block) >= SightingCost(block);
        }

        /// <summary>A window costs its times, and a presence bit of every address that is there.</summary>
        private static int WindowCost(ReportBlock block)
        {
            return WindowBits + block.AddressCount + (block.WindowCount == 0 ? BlockBits : 0);
        }

        /// <summary>
        /// What a sighting of a new address costs in a window to come: its code, its type, a presence bit for every
        /// window, a bit for every column of extras, its signal.
        /// </summary>
        private static int SightingCost(ReportBlock block)
        {
            return NewAddressBits + SightingBits + block.WindowCount + 1 + block.Extras.ColumnCount;
        }

        /// <summary>
        /// True if a window of either radio that opens then can be in one report with those of a block. Half of what
        /// the coding can tell is left for what comes after.
        /// </summary>
        private static bool CanFollow(ReportBlock block, ulong ticks)
        {
            return block.WindowCount == 0 || ticks - block.LastClose <= ReportCoding.MaxGapMs / 2;
        }
    }
}
