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
        private readonly byte[] windowOf = new byte[MaxSightings];
        private readonly ulong[] addresses = new ulong[MaxSightings];
        private readonly byte[] types = new byte[MaxSightings];
        private readonly sbyte[] rssi = new sbyte[MaxSightings];
        private readonly ulong[] rowAddress = new ulong[WireLimits.MaxAddressesPerBlock];
        private readonly byte[] rowType = new byte[WireLimits.MaxAddressesPerBlock];
        private readonly ushort[] rowPresence = new ushort[WireLimits.MaxAddressesPerBlock];

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
                error = error == WireError.None ? ReadRssi(ref bits, (int)rows) : error;
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
            for (int i = count - 1; i >= 0; i--)
            {
                if (i < count - 1 && jitter != ReportCoding.JitterNone)
                {
                    duration += BitReader.UnZigZag(bits.TakeExpGolomb(jitter));
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

                if (i < count - 1 && jitter != ReportCoding.JitterNone)
                {
                    gap += BitReader.UnZigZag(bits.TakeExpGolomb(jitter));
                }

                if (gap is < 0 or > ReportCoding.MaxGapMs || gap > open)
                {
                    return WireError.ValueInvalid;
                }

                close = open - gap;
            }

            return WireError.None;
        }

        private WireError ReadRows(ref BitReader bits, int rows, int windowCount)
        {
            WireError error = ReadAddresses(ref bits, rows);
            if (error != WireError.None)
            {
                return error;
            }

            int type = (int)bits.Take(ReportCoding.TypesBits);
            rowType.AsSpan(0, rows).Fill((byte)type);
            for (int row = 0; type == ReportCoding.TypesMixed && row < rows; row++)
            {
                int own = (int)bits.Take(ReportCoding.TypesBits);
                if (own > (int)AddressType.NotKnown)
                {
                    return WireError.ValueInvalid;
                }

                rowType[row] = (byte)own;
            }

            return ReadPresence(ref bits, rows, windowCount);
        }

        private WireError ReadPresence(ref BitReader bits, int rows, int windowCount)
        {
            if (windowCount == 1)
            {
                rowPresence.AsSpan(0, rows).Fill(1 << 15);
                return WireError.None;
            }

            int end = bits.BitCount;
            int position = bits.Position;
            bool isHeard = true;
            Span<ushort> presence = rowPresence.AsSpan(0, rows);
            for (int row = 0; row < presence.Length && position <= end; row++)
            {
                // The first window is the highest bit.
                int heard = (int)(bits.PeekAt(position) >> (64 - windowCount));
                presence[row] = (ushort)(heard << (16 - windowCount));
                isHeard &= heard != 0;
                position += windowCount;
            }

            bits.Position = position;
            return position > end ? WireError.TooShort : isHeard ? WireError.None : WireError.ValueInvalid;
        }

        private WireError ReadAddresses(ref BitReader bits, int rows)
        {
            int rice = ReportCoding.AddressOrder(rows);
            int most = 1 << (ReportCoding.AddressBits - rice);
            int end = bits.BitCount;
            int position = bits.Position;
            ulong next = 0;
            Span<ulong> read = rowAddress.AsSpan(0, rows);
            for (int row = 0; row < read.Length && position <= end; row++)
            {
                ulong window = bits.PeekAt(position);
                int zeros = BitOperations.LeadingZeroCount(window);
                ulong low;
                if (zeros + 1 + rice <= BitReader.PeekBits)
                {
                    low = (window << (zeros + 1)) >> (64 - rice);
                    position += zeros + 1 + rice;
                }
                else
                {
                    bits.Position = position;
                    zeros = bits.TakeUnary(most);
                    low = bits.Take(rice);
                    position = bits.Position;
                }

                ulong address = next + ((ulong)zeros << rice) + low;
                if (zeros > most || address >> ReportCoding.AddressBits != 0)
                {
                    bits.Position = position;
                    return WireError.ValueInvalid;
                }

                read[row] = address;
                next = address + 1;
            }

            bits.Position = position;
            return position <= end ? WireError.None : WireError.TooShort;
        }

        // The inner loop is what decoding costs: its state is in locals, one peek serves three signals or more, and
        // the room of the columns, of a whole report, needs no check.
        private WireError ReadRssi(ref BitReader bits, int rows)
        {
            int baseDbm = -ReportCoding.BaseStepDb * (int)bits.Take(ReportCoding.BaseBits);
            int first = (int)bits.Take(ReportCoding.RiceBits);
            int step = (int)bits.Take(ReportCoding.RiceBits);
            int end = bits.BitCount;
            int position = bits.Position;
            int at = SightingCount;
            int wrong = 0;
            for (int row = 0; row < rows && position <= end; row++)
            {
                uint left = (uint)rowPresence[row] << 16;
                int count = BitOperations.PopCount(left);
                ulong address = rowAddress[row];
                byte type = rowType[row];
                Span<ulong> ofAddress = addresses.AsSpan(at, count);
                Span<byte> ofType = types.AsSpan(at, count);
                Span<byte> ofWindow = windowOf.AsSpan(at, count);
                Span<sbyte> signals = rssi.AsSpan(at, count);
                int expected = baseDbm;
                int rice = first;
                int sum = 0;
                ulong window = bits.PeekAt(position);
                int known = BitReader.PeekBits;
                for (int i = 0; i < ofWindow.Length; i++)
                {
                    if (known < ReportCoding.EscapeZeros + ReportCoding.EscapeBits)
                    {
                        window = bits.PeekAt(position);
                        known = BitReader.PeekBits;
                    }

                    int zeros = BitOperations.LeadingZeroCount(window);
                    int coded = (zeros << rice) | (int)((window << (zeros + 1) >> 1) >> (63 - rice));
                    int length = zeros + 1 + rice;
                    if (zeros >= ReportCoding.EscapeZeros)
                    {
                        coded = (int)((window << ReportCoding.EscapeZeros) >> (64 - ReportCoding.EscapeBits));
                        length = ReportCoding.EscapeZeros + ReportCoding.EscapeBits;
                    }

                    window <<= length;
                    known -= length;
                    position += length;
                    int place = BitOperations.LeadingZeroCount(left);
                    left &= ~(0x80000000u >> place);
                    int dbm = expected + ((coded >> 1) ^ -(coded & 1));
                    wrong |= dbm + ReportCoding.RssiOffset;
                    ofAddress[i] = address;
                    ofType[i] = type;
                    ofWindow[i] = (byte)(WindowCount + place);
                    signals[i] = (sbyte)dbm;
                    sum += dbm + ReportCoding.RssiOffset;
                    expected = Mean(sum, i + 1) - ReportCoding.RssiOffset;
                    rice = step;
                }

                at += count;
            }

            bits.Position = position;
            if (position > end)
            {
                return WireError.TooShort;
            }

            SightingCount = at;
            return (wrong & ~0xFF) == 0 ? WireError.None : WireError.ValueInvalid;
        }

        /// <summary>sum / count, exact for what signal strengths can sum up to, without a division.</summary>
        private static int Mean(int sum, int count) => (int)(((uint)sum * Reciprocals[count]) >> 20);

        private static ReadOnlySpan<uint> Reciprocals =>
        [
            0, 1048576, 524288, 349526, 262144, 209716, 174763, 149797, 131072, 116509, 104858, 95326, 87382, 80660,
            74899, 69906, 65536,
        ];
    }
}
