namespace LumenLink.Protocol
{
    /// <summary>What writing a block needs beside the block, for both blocks of a report. Allocated once.</summary>
    internal sealed class ReportScratch
    {
        /// <summary>Bits of a key that say the row; the address stands above them.</summary>
        internal const int RowBits = 8;

        // A quotient takes 8 bits at most, and a record has no room for more signals than this; those of n addresses
        // take 3n bits in all.
        private const int QuotientBits = (ReportCoding.Escape + 1)
            * (WireLimits.MaxRecordBytes * 8 / (ReportCoding.Escape + 1 + ReportCoding.SignalBits));

        /// <summary>Addresses in their order, each with its row: from index 1 on.</summary>
        internal readonly ulong[] Keys = new ulong[ReportBlock.Rows];

        /// <summary>Quotients in words of 32 bits, the first bit lowest, until the remainders are written.</summary>
        internal readonly uint[] Quotients =
            new uint[1 + ((QuotientBits + (3 * WireLimits.MaxAddressesPerBlock)) / 32)];

        /// <summary>Bits that the steps of the windows take, by the order that codes them.</summary>
        internal readonly int[] OrderBits = new int[ReportCoding.JitterNone];

        /// <summary>Words of <see cref="Quotients"/> that are full.</summary>
        internal int WordCount;

        /// <summary>The quotients behind them, fewer bits than a word or as many.</summary>
        internal ulong Tail;

        /// <summary>Bits of <see cref="Tail"/>.</summary>
        internal int TailBits;

        /// <summary>Sorts the addresses of the rows 1 to <paramref name="count"/> into <see cref="Keys"/>.</summary>
        internal void Sort(ulong[] addresses, int count)
        {
            ulong[] keys = Keys;
            for (int row = 1; row <= count; row++)
            {
                ulong key = (addresses[row] << RowBits) | (uint)row;
                int at = row;
                ulong before = keys[at - 1];
                while (before > key)
                {
                    keys[at] = before;
                    at--;
                    before = keys[at - 1]; // index 0 is below every key
                }

                keys[at] = key;
            }
        }

        /// <summary>Writes the quotients that were gathered.</summary>
        internal void WriteQuotients(BitWriter bits)
        {
            for (int i = 0; i < WordCount; i++)
            {
                bits.Bits(Quotients[i], 32);
            }

            bits.Bits(Tail, TailBits);
        }
    }
}
