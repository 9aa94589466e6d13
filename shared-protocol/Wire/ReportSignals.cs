namespace LumenLink.Protocol
{
    /// <summary>
    /// The signal strengths of one block on their way into a record: each as the zigzag of what it differs from its
    /// prediction (README section 4). Allocated once, for both blocks.
    /// </summary>
    internal sealed class ReportSignals
    {
        private const int Outlier = 31;
        private readonly ushort[] zigZags =
            new ushort[WireLimits.MaxAddressesPerBlock * WireLimits.MaxWindowsPerBlock];

        private int count;
        private int sum;
        private int twice; // the prediction, in half dB

        internal void Clear()
        {
            count = 0;
            sum = 0;
        }

        /// <summary>Adds the first signal of an address.</summary>
        internal void AddFirst(int dbm, int baseDbm)
        {
            Add(dbm - baseDbm);
            twice = 2 * dbm;
        }

        /// <summary>Adds a further one: the prediction goes half the way to each signal.</summary>
        internal void AddNext(int dbm)
        {
            int step = dbm - (twice >> 1);
            Add(step);
            twice += step;
        }

        /// <summary>
        /// The Rice order for their mean, outliers cut: of normal signals within 0.01 bits a signal of the best order.
        /// </summary>
        internal int Order()
        {
            int order = 0;
            while (order < (1 << ReportCoding.RiceBits) - 1 && count << (order + 1) <= sum + (count >> 1))
            {
                order++;
            }

            return order;
        }

        internal void WriteRemainders(BitWriter bits, int order)
        {
            for (int i = 0; i < count; i++)
            {
                bits.Bits(zigZags[i], order);
            }
        }

        internal void WriteQuotients(BitWriter bits, int order)
        {
            for (int i = 0; i < count; i++)
            {
                int quotient = zigZags[i] >> order;
                bits.Unary(quotient < ReportCoding.Escape ? quotient : ReportCoding.Escape);
            }

            for (int i = 0; i < count; i++)
            {
                int quotient = zigZags[i] >> order;
                if (quotient >= ReportCoding.Escape)
                {
                    bits.Bits((uint)quotient, ReportCoding.SignalBits - order);
                }
            }
        }

        private void Add(int difference)
        {
            uint value = BitWriter.ZigZag(difference);
            zigZags[count++] = (ushort)value;
            sum += value < Outlier ? (int)value : Outlier;
        }
    }
}
