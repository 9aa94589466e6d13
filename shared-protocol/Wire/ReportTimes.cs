using System;

namespace LumenLink.Protocol
{
    /// <summary>
    /// The times of a block's windows on their way into a record (README section 4): each window's length, and how far
    /// it is from the one before.
    /// </summary>
    internal static class ReportTimes
    {
        /// <summary>Writes how many windows there are, and their times.</summary>
        /// <param name="bits">Takes them.</param>
        /// <param name="gaps">From the window before, ms.</param>
        /// <param name="durations">Of the windows, ms.</param>
        /// <param name="count">Windows.</param>
        /// <param name="endGapMs">From the last one's end to the record.</param>
        /// <param name="sums">Room for as many numbers as there are orders.</param>
        internal static void Write(
            BitWriter bits, int[] gaps, int[] durations, int count, uint endGapMs, int[] sums)
        {
            int jitter = JitterOrder(gaps, durations, count, sums);
            int last = count - 1;
            bits.Bits(
                (uint)(last | (jitter << ReportCoding.WindowCountBits)),
                ReportCoding.WindowCountBits + ReportCoding.JitterBits);
            bits.ExpGolomb(endGapMs, ReportCoding.EndGapOrder);
            if (last > 0)
            {
                bits.ExpGolomb((uint)gaps[last], ReportCoding.GapOrder);
            }

            int expected = ReportCoding.CycleMs - gaps[last];
            bits.ExpGolomb(BitWriter.ZigZag(durations[last] - expected), ReportCoding.DurationOrder);
            for (int i = last - 1; i >= 0 && jitter != ReportCoding.JitterNone; i--)
            {
                bits.ExpGolomb(BitWriter.ZigZag(durations[i] - durations[i + 1]), jitter);
                if (i > 0)
                {
                    bits.ExpGolomb(BitWriter.ZigZag(gaps[i] - gaps[i + 1]), jitter);
                }
            }
        }

        /// <summary>The order that codes the steps of gaps and durations in the fewest bits.</summary>
        private static int JitterOrder(int[] gaps, int[] durations, int count, int[] sums)
        {
            bool isEven = true;
            for (int i = count - 2; i >= 0 && isEven; i--)
            {
                isEven = durations[i] == durations[i + 1] && (i == 0 || gaps[i] == gaps[i + 1]);
            }

            return isEven ? ReportCoding.JitterNone : BestOrder(gaps, durations, count, sums);
        }

        private static int BestOrder(int[] gaps, int[] durations, int count, int[] sums)
        {
            Array.Clear(sums, 0, sums.Length);
            for (int i = count - 2; i >= 0; i--)
            {
                AddOrderBits(sums, BitWriter.ZigZag(durations[i] - durations[i + 1]));
                if (i > 0)
                {
                    AddOrderBits(sums, BitWriter.ZigZag(gaps[i] - gaps[i + 1]));
                }
            }

            int best = 0;
            for (int k = 1; k < ReportCoding.JitterNone; k++)
            {
                best = sums[k] < sums[best] ? k : best;
            }

            return best;
        }

        /// <summary>An Exp-Golomb code of order k takes 2 log2(value + 2^k) - k + 1 bits.</summary>
        private static void AddOrderBits(int[] sums, uint value)
        {
            int log = 0;
            for (int k = 0; k < ReportCoding.JitterNone; k++)
            {
                uint rest = (value + (1u << k)) >> (log + 1);
                while (rest != 0)
                {
                    log++;
                    rest >>= 1;
                }

                sums[k] += (2 * log) - k;
            }
        }
    }
}
