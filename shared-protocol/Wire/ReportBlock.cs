using System;

namespace LumenLink.Protocol
{
    /// <summary>
    /// The windows of one radio and what was heard in them, kept until the record is written (README section 4).
    /// Everything is allocated once. <see cref="ReportWriter"/> adds to it without a call: on the device a call costs
    /// as much as a dozen additions.
    /// </summary>
    internal sealed class ReportBlock
    {
        /// <summary>Rows of the tables. An address has a row from 1 on; row 0 is no address.</summary>
        internal const int Rows = WireLimits.MaxAddressesPerBlock + 1;

        /// <summary>Places of the hash table, a power of two; at least half are empty.</summary>
        internal const int SlotCount = 2 * WireLimits.MaxAddressesPerBlock;

        // A row's state: a bit for each window that heard it, where its next signal goes, and its prediction (README
        // section 4) in half dB. One word, because on the device a load and a store are most of what an update costs.
        internal const int NextShift = 16;
        internal const int NextMask = 0xFFF;
        internal const int PredictionShift = 32;
        private const int PresenceMask = 0xFFFF;

        /// <summary>A row has 16 signals: its first is at row &lt;&lt; this.</summary>
        internal const int RowShift = 4;
        private const int SignalMask = (1 << RowShift) - 1;

        /// <summary>What a signal's share of the sum for the Rice order is cut to.</summary>
        internal const int Outlier = 31;

        /// <summary>Row by address: open addressing from the address' lowest bits on.</summary>
        internal readonly byte[] Slots = new byte[SlotCount];
        internal readonly ulong[] Addresses = new ulong[Rows];
        internal readonly long[] States = new long[Rows];

        /// <summary>A row's first signal less the least there is, then of each further one the low byte of the zigzag
        /// of what it differs from its prediction.</summary>
        internal readonly byte[] Signals = new byte[Rows * WireLimits.MaxWindowsPerBlock];

        /// <summary>The ninth bits of a row's signals, which hardly ever are set: of its first the lowest.</summary>
        internal readonly ushort[] Highs = new ushort[Rows];
        internal readonly ReportExtras Extras = new ReportExtras();

        private readonly byte[] types = new byte[Rows];
        private readonly int[] gaps = new int[WireLimits.MaxWindowsPerBlock]; // from the window before, ms
        private readonly int[] durations = new int[WireLimits.MaxWindowsPerBlock];

        internal int WindowCount;
        internal int AddressCount;
        internal ulong LastClose;

        /// <summary>The last window's bit in a state.</summary>
        internal long WindowBit;

        /// <summary>What a signal in the last window adds to a state beside its prediction.</summary>
        internal long WindowMark;

        /// <summary>Sum of the signals but the first of each row, outliers cut.</summary>
        internal int SignalSum;

        private int firstSum; // of the first signals of all rows, dBm
        private bool isMixed; // addresses of several types

        internal ReportBlock()
        {
            Addresses[0] = ulong.MaxValue; // no address, so that a search ends there
        }

        internal int SignalCount
        {
            get
            {
                int count = 0;
                for (int row = 1; row <= AddressCount; row++)
                {
                    count += NextOf(row) - (row << RowShift);
                }

                return count;
            }
        }

        internal void Clear()
        {
            WindowCount = 0;
            AddressCount = 0;
            SignalSum = 0;
            firstSum = 0;
            isMixed = false;
            Array.Clear(Slots, 0, SlotCount);
            Extras.Clear();
        }

        /// <summary>True if the windows ended before <paramref name="captureTicks"/>, not too long before.</summary>
        internal bool CanBeTold(ulong captureTicks)
        {
            return WindowCount == 0
                || (captureTicks >= LastClose && captureTicks - LastClose <= ReportCoding.MaxGapMs);
        }

        internal void BeginWindow(ulong ticks)
        {
            int window = WindowCount;
            gaps[window] = window == 0 ? 0 : (int)(ticks - LastClose);
            durations[window] = 0;
            WindowBit = 1L << window;
            WindowMark = WindowBit + (1L << NextShift);
            LastClose = ticks;
            WindowCount = window + 1;
        }

        internal void EndWindow(uint durationMs)
        {
            durations[WindowCount - 1] = (int)durationMs;
            LastClose += durationMs;
        }

        /// <summary>Counts a signal that the sum for the Rice order cuts, and keeps its ninth bit.</summary>
        internal void NoteOutlier(int row, int at, int zigZag)
        {
            SignalSum += Outlier;
            if (zigZag > byte.MaxValue)
            {
                Highs[row] = (ushort)(Highs[row] | (1 << (at & SignalMask)));
            }
        }

        /// <summary>Adds an address, heard in the last window, at an empty place of the table. Returns its
        /// row.</summary>
        internal int Insert(int slot, ulong address, byte type, int rssiDbm)
        {
            int row = AddressCount + 1;
            int first = row << RowShift;
            AddressCount = row;
            Slots[slot] = (byte)row;
            Addresses[row] = address;
            types[row] = type;
            isMixed |= type != types[1];
            Signals[first] = (byte)(rssiDbm - sbyte.MinValue);
            Highs[row] = 0;
            firstSum += rssiDbm;
            States[row] = ((long)rssiDbm << (PredictionShift + 1)) + ((first + 1) << NextShift) + WindowBit;
            return row;
        }

        internal void Write(BitWriter bits, ReportScratch scratch, ulong captureTicks)
        {
            ReportTimes.Write(bits, gaps, durations, WindowCount, (uint)(captureTicks - LastClose), scratch.OrderBits);
            bits.ExpGolomb((uint)AddressCount, ReportCoding.AddressCountOrder);
            bits.Bits(Extras.Count > 0 ? 1u : 0u, 1);
            if (AddressCount == 0)
            {
                return;
            }

            scratch.Sort(Addresses, AddressCount);
            WriteTypes(bits, scratch.Keys);
            WritePresence(bits, scratch.Keys);
            int baseStep = BaseStep();
            int lowest = sbyte.MinValue + (ReportCoding.BaseStepDb * baseStep);
            int rice = RiceOrder(lowest);
            uint orders = (uint)(baseStep | (rice << ReportCoding.BaseBits));
            bits.Bits(orders, ReportCoding.BaseBits + ReportCoding.RiceBits);
            WriteAddresses(bits, scratch);
            bool hasEscapes = WriteSignals(bits, scratch, lowest, rice);
            scratch.WriteQuotients(bits);
            if (hasEscapes)
            {
                WriteEscapes(bits, scratch.Keys, lowest, rice);
            }

            if (Extras.Count > 0)
            {
                Extras.Write(bits, scratch.Keys, AddressCount);
            }
        }

        private int NextOf(int row)
        {
            return (int)(States[row] >> NextShift) & NextMask;
        }

        private void WriteTypes(BitWriter bits, ulong[] keys)
        {
            bits.Bits((uint)(isMixed ? ReportCoding.TypesMixed : types[1]), ReportCoding.TypesBits);
            for (int i = 1; isMixed && i <= AddressCount; i++)
            {
                bits.Bits(types[(byte)keys[i]], ReportCoding.TypesBits);
            }
        }

        private void WritePresence(BitWriter bits, ulong[] keys)
        {
            int windows = WindowCount;
            int count = windows == 1 ? 0 : AddressCount;
            long[] states = States;
            ulong pending = bits.Pending;
            int held = bits.PendingBits;
            for (int i = 1; i <= count; i++)
            {
                pending |= (ulong)(states[(byte)keys[i]] & PresenceMask) << held;
                held += windows;
                if (held >= 32)
                {
                    bits.Word((uint)pending);
                    pending >>= 32;
                    held -= 32;
                }
            }

            bits.Pending = pending;
            bits.PendingBits = held;
        }

        /// <summary>The mean of the first signal strengths, in steps below 0 dBm.</summary>
        private int BaseStep()
        {
            int sum = -firstSum;
            int steps = sum < 0 ? 0 : ((sum / AddressCount) + (ReportCoding.BaseStepDb / 2)) / ReportCoding.BaseStepDb;
            int most = (1 << ReportCoding.BaseBits) - 1;
            return steps < most ? steps : most;
        }

        /// <summary>
        /// The Rice order for the signals' mean, outliers cut: of normal signals within 0.01 bits a signal of the best.
        /// </summary>
        private int RiceOrder(int lowest)
        {
            int sum = SignalSum;
            int count = 0;
            byte[] signals = Signals;
            long[] states = States;
            for (int row = 1; row <= AddressCount; row++)
            {
                int first = row << RowShift;
                int step = signals[first] + lowest;
                int zigZag = (step << 1) ^ (step >> 31);
                sum += zigZag < Outlier ? zigZag : Outlier;
                count += ((int)(states[row] >> NextShift) & NextMask) - first;
            }

            int order = 0;
            while (order < (1 << ReportCoding.RiceBits) - 1 && count << (order + 1) <= sum + (count >> 1))
            {
                order++;
            }

            return order;
        }

        /// <summary>The remainders of the addresses; their quotients are gathered meanwhile.</summary>
        private void WriteAddresses(BitWriter bits, ReportScratch scratch)
        {
            ulong[] keys = scratch.Keys;
            uint[] words = scratch.Quotients;
            ulong pending = bits.Pending;
            int held = bits.PendingBits;
            ulong tail = 0;
            int tailBits = 0;
            int wordCount = 0;
            int count = AddressCount;
            int order = ReportCoding.AddressOrder(count); // 41 to 47
            int highBits = order - 32;
            ulong highMask = (1UL << highBits) - 1;
            ulong next = 0;
            for (int i = 1; i <= count; i++)
            {
                ulong address = keys[i] >> ReportScratch.RowBits;
                ulong gap = address - next;
                next = address + 1;
                pending |= (gap & 0xFFFFFFFF) << held;
                bits.Word((uint)pending);
                pending = (pending >> 32) | (((gap >> 32) & highMask) << held);
                held += highBits;
                if (held >= 32)
                {
                    bits.Word((uint)pending);
                    pending >>= 32;
                    held -= 32;
                }

                tailBits += (int)(gap >> order);
                while (tailBits >= 32)
                {
                    words[wordCount++] = (uint)tail;
                    tail >>= 32;
                    tailBits -= 32;
                }

                tail |= 1UL << tailBits;
                tailBits++;
            }

            bits.Pending = pending;
            bits.PendingBits = held;
            scratch.Tail = tail;
            scratch.TailBits = tailBits;
            scratch.WordCount = wordCount;
        }

        /// <summary>
        /// The remainders of the signals; their quotients are gathered behind those of the addresses. True if there are
        /// escapes among these.
        /// </summary>
        private bool WriteSignals(BitWriter bits, ReportScratch scratch, int lowest, int rice)
        {
            ulong[] keys = scratch.Keys;
            uint[] words = scratch.Quotients;
            byte[] signals = Signals;
            long[] states = States;
            ulong pending = bits.Pending;
            int held = bits.PendingBits;
            ulong tail = scratch.Tail;
            int tailBits = scratch.TailBits;
            int wordCount = scratch.WordCount;
            int mask = (1 << rice) - 1;
            int count = AddressCount;
            bool hasEscapes = false;
            for (int i = 1; i <= count; i++)
            {
                int row = (byte)keys[i];
                int at = row << RowShift;
                int end = (int)(states[row] >> NextShift) & NextMask;
                int highs = Highs[row];
                int step = signals[at] + lowest;
                int zigZag = (step << 1) ^ (step >> 31);
                while (true)
                {
                    pending |= (ulong)(zigZag & mask) << held;
                    held += rice;
                    if (held >= 32)
                    {
                        bits.Word((uint)pending);
                        pending >>= 32;
                        held -= 32;
                    }

                    int quotient = zigZag >> rice;
                    if (quotient >= ReportCoding.Escape)
                    {
                        quotient = ReportCoding.Escape;
                        hasEscapes = true;
                    }

                    tailBits += quotient;
                    if (tailBits >= 32)
                    {
                        words[wordCount++] = (uint)tail;
                        tail >>= 32;
                        tailBits -= 32;
                    }

                    tail |= 1UL << tailBits;
                    tailBits++;
                    at++;
                    if (at == end)
                    {
                        break;
                    }

                    zigZag = signals[at];
                    if (highs != 0)
                    {
                        zigZag |= ((highs >> (at & SignalMask)) & 1) << 8;
                    }
                }
            }

            bits.Pending = pending;
            bits.PendingBits = held;
            scratch.Tail = tail;
            scratch.TailBits = tailBits;
            scratch.WordCount = wordCount;
            return hasEscapes;
        }

        /// <summary>The quotients that an escape stands for.</summary>
        private void WriteEscapes(BitWriter bits, ulong[] keys, int lowest, int rice)
        {
            for (int i = 1; i <= AddressCount; i++)
            {
                int row = (byte)keys[i];
                int first = row << RowShift;
                int end = NextOf(row);
                for (int at = first; at < end; at++)
                {
                    int step = Signals[at] + lowest;
                    int zigZag = at == first
                        ? (step << 1) ^ (step >> 31)
                        : Signals[at] | (((Highs[row] >> (at & SignalMask)) & 1) << 8);
                    if (zigZag >> rice >= ReportCoding.Escape)
                    {
                        bits.Bits((uint)(zigZag >> rice), ReportCoding.SignalBits - rice);
                    }
                }
            }
        }
    }
}
