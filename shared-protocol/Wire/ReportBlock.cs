namespace LumenLink.Protocol
{
    /// <summary>
    /// The windows of one radio and what was heard in them, kept until the record is written (README section 4).
    /// Everything is allocated once.
    /// </summary>
    internal sealed class ReportBlock
    {
        private readonly ulong[] addresses = new ulong[WireLimits.MaxAddressesPerBlock];
        private readonly byte[] types = new byte[WireLimits.MaxAddressesPerBlock];
        private readonly ushort[] presence = new ushort[WireLimits.MaxAddressesPerBlock];
        private readonly sbyte[] rssi =
            new sbyte[WireLimits.MaxAddressesPerBlock * WireLimits.MaxWindowsPerBlock];

        private readonly byte[] order = new byte[WireLimits.MaxAddressesPerBlock];
        private readonly ulong[] openTicks = new ulong[WireLimits.MaxWindowsPerBlock];
        private readonly int[] durations = new int[WireLimits.MaxWindowsPerBlock];

        internal readonly ReportExtras Extras = new ReportExtras();

        internal int WindowCount;
        internal int AddressCount;

        internal ulong LastClose
        {
            get { return openTicks[WindowCount - 1] + (uint)durations[WindowCount - 1]; }
        }

        internal void Clear()
        {
            WindowCount = 0;
            AddressCount = 0;
            Extras.Clear();
        }

        /// <summary>
        /// True if a window of either radio that opens then can be in one report with those of this block. Half of what
        /// the coding can tell is left for what comes after.
        /// </summary>
        internal bool CanFollow(ulong ticks)
        {
            return WindowCount == 0 || ticks - LastClose <= ReportCoding.MaxGapMs / 2;
        }

        /// <summary>True if the windows ended before <paramref name="captureTicks"/>, not too long before.</summary>
        internal bool CanBeTold(ulong captureTicks)
        {
            return WindowCount == 0
                || (captureTicks >= LastClose && captureTicks - LastClose <= ReportCoding.MaxGapMs);
        }

        internal void BeginWindow(ulong ticks)
        {
            openTicks[WindowCount] = ticks;
            durations[WindowCount] = 0;
            WindowCount++;
        }

        internal void EndWindow(uint durationMs)
        {
            durations[WindowCount - 1] = (int)durationMs;
        }

        /// <summary>Row of an address, or the complement of where it would be put in order.</summary>
        internal int Find(ulong address)
        {
            int low = 0;
            int high = AddressCount - 1;
            while (low <= high)
            {
                int middle = (low + high) >> 1;
                ulong at = addresses[order[middle]];
                if (at == address)
                {
                    return order[middle];
                }

                if (at < address)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle - 1;
                }
            }

            return ~low;
        }

        /// <summary>Adds an address at a place in order. Returns its row.</summary>
        internal int Insert(int place, ulong address, byte type)
        {
            for (int i = AddressCount; i > place; i--)
            {
                order[i] = order[i - 1];
            }

            int row = AddressCount++;
            order[place] = (byte)row;
            addresses[row] = address;
            types[row] = type;
            presence[row] = 0;
            return row;
        }

        /// <summary>Notes a sighting in the last window. False if the address was heard there already.</summary>
        internal bool Hear(int row, int rssiDbm)
        {
            int window = WindowCount - 1;
            if ((presence[row] & (1 << window)) != 0)
            {
                return false;
            }

            presence[row] = (ushort)(presence[row] | (1 << window));
            rssi[(row * WireLimits.MaxWindowsPerBlock) + window] = (sbyte)rssiDbm;
            return true;
        }

        internal void Write(BitWriter bits, ReportSignals signals, ulong captureTicks)
        {
            bits.Bits((uint)(WindowCount - 1), ReportCoding.WindowCountBits);
            WriteTimes(bits, captureTicks);
            bits.ExpGolomb((uint)AddressCount, ReportCoding.AddressCountOrder);
            bits.Bits(Extras.Count > 0 ? 1u : 0u, 1);
            if (AddressCount == 0)
            {
                return;
            }

            WriteTypes(bits);
            WritePresence(bits);
            int baseStep = BaseStep();
            Predict(signals, -ReportCoding.BaseStepDb * baseStep);
            int rice = signals.Order();
            bits.Bits((uint)baseStep, ReportCoding.BaseBits);
            bits.Bits((uint)rice, ReportCoding.RiceBits);
            WriteAddresses(bits, false);
            signals.WriteRemainders(bits, rice);
            WriteAddresses(bits, true);
            signals.WriteQuotients(bits, rice);
            if (Extras.Count > 0)
            {
                Extras.Write(bits, order, AddressCount);
            }
        }

        private void WriteTimes(BitWriter bits, ulong captureTicks)
        {
            int jitter = JitterOrder();
            int last = WindowCount - 1;
            bits.Bits((uint)jitter, ReportCoding.JitterBits);
            bits.ExpGolomb((uint)(captureTicks - LastClose), ReportCoding.EndGapOrder);
            int gap = 0;
            if (last > 0)
            {
                gap = Gap(last);
                bits.ExpGolomb((uint)gap, ReportCoding.GapOrder);
            }

            int expected = ReportCoding.CycleMs - gap;
            bits.ExpGolomb(BitWriter.ZigZag(durations[last] - expected), ReportCoding.DurationOrder);
            for (int i = last - 1; i >= 0 && jitter != ReportCoding.JitterNone; i--)
            {
                bits.ExpGolomb(DurationStep(i), jitter);
                if (i > 0)
                {
                    bits.ExpGolomb(GapStep(i), jitter);
                }
            }
        }

        /// <summary>The order that codes the steps of gaps and durations in the fewest bits.</summary>
        private int JitterOrder()
        {
            uint any = 0;
            for (int i = WindowCount - 2; i >= 0; i--)
            {
                any |= DurationStep(i) | (i > 0 ? GapStep(i) : 0);
            }

            if (any == 0)
            {
                return ReportCoding.JitterNone;
            }

            int best = 0;
            int least = int.MaxValue;
            for (int candidate = 0; candidate < ReportCoding.JitterNone; candidate++)
            {
                int sum = 0;
                for (int i = WindowCount - 2; i >= 0; i--)
                {
                    sum += BitWriter.ExpGolombBits(DurationStep(i), candidate);
                    sum += i > 0 ? BitWriter.ExpGolombBits(GapStep(i), candidate) : 0;
                }

                if (sum < least)
                {
                    least = sum;
                    best = candidate;
                }
            }

            return best;
        }

        private uint DurationStep(int window)
        {
            return BitWriter.ZigZag(durations[window] - durations[window + 1]);
        }

        private uint GapStep(int window)
        {
            return BitWriter.ZigZag(Gap(window) - Gap(window + 1));
        }

        /// <summary>Milliseconds between a window and the one before it.</summary>
        private int Gap(int window)
        {
            return (int)(openTicks[window] - openTicks[window - 1]) - durations[window - 1];
        }

        /// <summary>The Rice codes of the addresses: the quotients of all, or the remainders.</summary>
        private void WriteAddresses(BitWriter bits, bool quotients)
        {
            int rice = ReportCoding.AddressOrder(AddressCount);
            ulong next = 0;
            for (int i = 0; i < AddressCount; i++)
            {
                ulong address = addresses[order[i]];
                ulong gap = address - next;
                if (quotients)
                {
                    bits.Unary((int)(gap >> rice));
                }
                else
                {
                    bits.Bits(gap, rice);
                }

                next = address + 1;
            }
        }

        private void WriteTypes(BitWriter bits)
        {
            int first = types[0];
            bool isMixed = false;
            for (int i = 1; i < AddressCount; i++)
            {
                isMixed |= types[i] != first;
            }

            bits.Bits((uint)(isMixed ? ReportCoding.TypesMixed : first), ReportCoding.TypesBits);
            for (int i = 0; isMixed && i < AddressCount; i++)
            {
                bits.Bits(types[order[i]], ReportCoding.TypesBits);
            }
        }

        private void WritePresence(BitWriter bits)
        {
            for (int i = 0; WindowCount > 1 && i < AddressCount; i++)
            {
                bits.Bits(presence[order[i]], WindowCount);
            }
        }

        private void Predict(ReportSignals signals, int baseDbm)
        {
            signals.Clear();
            for (int i = 0; i < AddressCount; i++)
            {
                int row = order[i];
                bool isFirst = true;
                for (int w = 0; w < WindowCount; w++)
                {
                    if ((presence[row] & (1 << w)) == 0)
                    {
                        continue;
                    }

                    int dbm = rssi[(row * WireLimits.MaxWindowsPerBlock) + w];
                    if (isFirst)
                    {
                        signals.AddFirst(dbm, baseDbm);
                    }
                    else
                    {
                        signals.AddNext(dbm);
                    }

                    isFirst = false;
                }
            }
        }

        /// <summary>The mean of the first signal strengths, in steps below 0 dBm.</summary>
        private int BaseStep()
        {
            int sum = 0;
            for (int row = 0; row < AddressCount; row++)
            {
                int w = 0;
                while ((presence[row] & (1 << w)) == 0)
                {
                    w++;
                }

                sum -= rssi[(row * WireLimits.MaxWindowsPerBlock) + w];
            }

            int steps = sum < 0 ? 0 : ((sum / AddressCount) + (ReportCoding.BaseStepDb / 2)) / ReportCoding.BaseStepDb;
            int most = (1 << ReportCoding.BaseBits) - 1;
            return steps < most ? steps : most;
        }
    }
}
