using System;
using System.Numerics;

namespace LumenLink.Protocol
{
    /// <summary>One scan window, or the part of one that is in this record.</summary>
    /// <param name="Radio">Radio that listened.</param>
    /// <param name="OpenMs">When it began, on the record's own time line (<see cref="RecordView.TimeMs"/>).</param>
    /// <param name="DurationMs">How long it lasted.</param>
    public readonly record struct ReportWindow(Radio Radio, long OpenMs, uint DurationMs);

    /// <summary>One address heard in a window.</summary>
    /// <param name="Window">Index of the window.</param>
    /// <param name="Address">Address or pseudonym as a 48-bit number.</param>
    /// <param name="AddressType">Kind of the address.</param>
    /// <param name="RssiDbm">Signal strength in dBm.</param>
    public readonly record struct Sighting(int Window, ulong Address, AddressType AddressType, sbyte RssiDbm);

    /// <summary>
    /// Reads report bodies (README section 4) into columns of its own. Reused; a read allocates nothing. The columns
    /// are valid until the next read, and only after one that returned <see cref="WireError.None"/>.
    /// </summary>
    public sealed partial class ReportReader
    {
        private const int MaxWindows = 2 * WireLimits.MaxWindowsPerBlock;
        private const int MaxSightings = 2 * WireLimits.MaxWindowsPerBlock * WireLimits.MaxAddressesPerBlock;

        private readonly byte[] padded = new byte[RecordHeader.MaxBodySize + BitReader.Padding];
        private readonly ReportWindow[] windows = new ReportWindow[MaxWindows];

        // A row is written whole, 16 sightings, and the next one over what was too many of it.
        private readonly byte[] windowOf = new byte[MaxSightings + WireLimits.MaxWindowsPerBlock];
        private readonly ulong[] addresses = new ulong[MaxSightings + WireLimits.MaxWindowsPerBlock];
        private readonly byte[] types = new byte[MaxSightings + WireLimits.MaxWindowsPerBlock];
        private readonly sbyte[] rssi = new sbyte[MaxSightings + WireLimits.MaxWindowsPerBlock];

        /// <summary>What the addresses are.</summary>
        public ReportAddressing Addressing { get; private set; }

        /// <summary>Day of the pseudonym key, days since 1970-01-01; 0 if raw.</summary>
        public ushort KeyDay { get; private set; }

        /// <summary>Time of the record, on its own time line (<see cref="RecordView.TimeMs"/>).</summary>
        public long TimeMs { get; private set; }

        /// <summary>Windows of the report, those of BLE first, in the order of time.</summary>
        public ReadOnlySpan<ReportWindow> Windows => windows.AsSpan(0, WindowCount);

        /// <summary>How many windows there are.</summary>
        public int WindowCount { get; private set; }

        /// <summary>Sightings of all windows together: how long each of the columns is.</summary>
        public int SightingCount { get; private set; }

        /// <summary>Column: index of the window. Sightings of one address stand together.</summary>
        public ReadOnlySpan<byte> WindowOf => windowOf.AsSpan(0, SightingCount);

        /// <summary>Column: the address or pseudonym as a 48-bit number.</summary>
        public ReadOnlySpan<ulong> Addresses => addresses.AsSpan(0, SightingCount);

        /// <summary>Column: <see cref="AddressType"/>.</summary>
        public ReadOnlySpan<byte> AddressTypes => types.AsSpan(0, SightingCount);

        /// <summary>Column: signal strength in dBm.</summary>
        public ReadOnlySpan<sbyte> RssiDbm => rssi.AsSpan(0, SightingCount);

        /// <summary>Where the last read stopped, in bits from the start of the body.</summary>
        public int BitPosition { get; private set; }

        /// <summary>The sighting at <paramref name="index"/>, below <see cref="SightingCount"/>.</summary>
        public Sighting this[int index] =>
            new(windowOf[index], addresses[index], (AddressType)types[index], rssi[index]);

        /// <summary>The same, of the bytes of a whole record, header included.</summary>
        public WireError Read(ReadOnlySpan<byte> record) =>
            record.Length < RecordHeader.Size ? WireError.TooShort : Read(RecordView.Over(record));

        /// <summary>Reads the body of a record of kind <see cref="RecordKind.Report"/>, and checks all of it.</summary>
        public WireError Read(RecordView record)
        {
            WindowCount = 0;
            SightingCount = 0;
            ExtraCount = 0;
            UnknownExtraColumns = 0;
            TimeMs = record.TimeMs;
            int length = record.Body.Length;
            if (length > RecordHeader.MaxBodySize)
            {
                return WireError.LengthInvalid;
            }

            record.Body.CopyTo(padded);
            padded.AsSpan(length, BitReader.Padding).Clear();
            BitReader bits = new(padded, length);
            WireError error = ReadBody(ref bits, record);
            BitPosition = Math.Min(bits.Position, bits.BitCount);
            if (bits.IsPastEnd)
            {
                return WireError.TooShort;
            }

            if (error != WireError.None)
            {
                return error;
            }

            int left = bits.BitCount - bits.Position;
            if (left >= 8)
            {
                return WireError.TooLong;
            }

            return bits.Take(left) == 0 ? WireError.None : WireError.ReservedNotZero;
        }

        private WireError ReadBody(ref BitReader bits, RecordView record)
        {
            bool isRaw = bits.TakeBit();
            bool givesDay = bits.TakeBit();
            bool hasBle = bits.TakeBit();
            bool hasWiFi = bits.TakeBit();
            Addressing = isRaw ? ReportAddressing.Raw : ReportAddressing.Pseudonym;
            KeyDay = givesDay ? (ushort)bits.Take(16) : (ushort)0;
            if (isRaw && givesDay)
            {
                return WireError.ReservedNotZero;
            }

            if (!isRaw && !givesDay)
            {
                // A clock that is not set names no day.
                if (!record.ClockSet)
                {
                    return WireError.ValueInvalid;
                }

                KeyDay = (ushort)(record.TimeMs / ReportCoding.DayMs);
            }

            WireError error = hasBle ? ReadBlock(ref bits, Radio.Ble, record.TimeMs) : WireError.None;
            return error == WireError.None && hasWiFi
                ? ReadBlock(ref bits, Radio.WiFi, record.TimeMs)
                : error;
        }

        private WireError ReadBlock(ref BitReader bits, Radio radio, long timeMs)
        {
            int count = (int)bits.Take(ReportCoding.WindowCountBits) + 1;
            WireError error = ReadTimes(ref bits, radio, count, timeMs);
            if (error != WireError.None)
            {
                return error;
            }

            uint rows = bits.TakeExpGolomb(ReportCoding.AddressCountOrder);
            if (rows > WireLimits.MaxAddressesPerBlock)
            {
                return WireError.CountInvalid;
            }

            bool hasExtras = bits.TakeBit();
            if (rows == 0 && hasExtras)
            {
                return WireError.ReservedNotZero;
            }

            if (rows > 0)
            {
                error = ReadRows(ref bits, (int)rows, count);
                error = error == WireError.None && hasExtras ? ReadExtras(ref bits, radio, (int)rows) : error;
            }

            WindowCount += count;
            return error;
        }

        private WireError ReadTimes(ref BitReader bits, Radio radio, int count, long timeMs)
        {
            int jitter = (int)bits.Take(ReportCoding.JitterBits);
            uint endGap = bits.TakeExpGolomb(ReportCoding.EndGapOrder);
            uint firstGap = count > 1 ? bits.TakeExpGolomb(ReportCoding.GapOrder) : 0;
            if (endGap > ReportCoding.MaxGapMs || endGap > timeMs || firstGap > ReportCoding.MaxGapMs)
            {
                return WireError.ValueInvalid;
            }

            long close = timeMs - endGap;
            long gap = firstGap;
            long duration = ReportCoding.CycleMs - gap
                + BitReader.UnZigZag(bits.TakeExpGolomb(ReportCoding.DurationOrder));
            return jitter == ReportCoding.JitterNone
                ? SetTimes(radio, count, close, duration, gap)
                : ReadTimeSteps(ref bits, jitter, radio, count, close, duration, gap);
        }

        /// <summary>Windows of equal length and distance.</summary>
        private WireError SetTimes(Radio radio, int count, long close, long duration, long gap)
        {
            long cycle = duration + gap;
            long open = close - duration - ((count - 1) * cycle);
            if (duration is < 0 or > WireLimits.MaxWindowMs || open < 0)
            {
                return WireError.ValueInvalid;
            }

            foreach (ref ReportWindow window in windows.AsSpan(WindowCount, count))
            {
                window = new ReportWindow(radio, open, (uint)duration);
                open += cycle;
            }

            return WireError.None;
        }

        private WireError ReadTimeSteps(
            ref BitReader bits, int order, Radio radio, int count, long close, long duration, long gap)
        {
            for (int i = count - 1; i >= 0; i--)
            {
                if (i < count - 1)
                {
                    duration += BitReader.UnZigZag(bits.TakeExpGolomb(order));
                }

                if (duration is < 0 or > WireLimits.MaxWindowMs || duration > close)
                {
                    return WireError.ValueInvalid;
                }

                long open = close - duration;
                windows[WindowCount + i] = new ReportWindow(radio, open, (uint)duration);
                if (i == 0)
                {
                    break;
                }

                if (i < count - 1)
                {
                    gap += BitReader.UnZigZag(bits.TakeExpGolomb(order));
                }

                if (gap is < 0 or > ReportCoding.MaxGapMs || gap > open)
                {
                    return WireError.ValueInvalid;
                }

                close = open - gap;
            }

            return WireError.None;
        }
    }
}
