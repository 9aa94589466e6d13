using System;

namespace LumenLink.Protocol
{
    /// <summary>
    /// The extras of one block, kept until the record is written: columns, one a kind, of the addresses that have it.
    /// Everything is allocated once.
    /// </summary>
    internal sealed class ReportExtras
    {
        /// <summary>Bits of a column beside its values and a bit an address.</summary>
        internal const int ColumnBits = ReportCoding.ExtraIdBits + ReportCoding.ExtraWidthBits;

        private readonly byte[] kinds = new byte[ReportBlock.Rows]; // by row: a bit a kind
        private readonly byte[] rows = new byte[WireLimits.MaxExtrasPerBlock];
        private readonly byte[] ids = new byte[WireLimits.MaxExtrasPerBlock];
        private readonly ulong[] values = new ulong[WireLimits.MaxExtrasPerBlock];
        private int columns; // a bit a kind that occurs

        internal int Count { get; private set; }

        /// <summary>Columns that there are.</summary>
        internal int ColumnCount { get; private set; }

        internal void Clear()
        {
            Count = 0;
            ColumnCount = 0;
            columns = 0;
            Array.Clear(kinds, 0, kinds.Length);
        }

        internal bool Has(int row, ReportExtra kind)
        {
            return (kinds[row] & (1 << (int)kind)) != 0;
        }

        /// <summary>Bits that a value would add at most, the end of the columns included.</summary>
        internal int Cost(ReportExtra kind, int addressCount)
        {
            int column = (columns & (1 << (int)kind)) != 0 ? 0 : ColumnBits + addressCount;
            return ReportCoding.ExtraWidth(kind) + column + (columns == 0 ? ReportCoding.ExtraIdBits : 0);
        }

        internal void Add(int row, ReportExtra kind, ulong value)
        {
            ColumnCount += (columns & (1 << (int)kind)) != 0 ? 0 : 1;
            columns |= 1 << (int)kind;
            kinds[row] = (byte)(kinds[row] | (1 << (int)kind));
            rows[Count] = (byte)row;
            ids[Count] = (byte)kind;
            values[Count] = value;
            Count++;
        }

        /// <summary>Writes the columns of addresses in their order: keys from index 1 on, the row lowest.</summary>
        internal void Write(BitWriter bits, ulong[] keys, int addressCount)
        {
            for (int kind = 1; kind <= (int)ReportExtra.Fingerprint; kind++)
            {
                if ((columns & (1 << kind)) != 0)
                {
                    WriteColumn(bits, (ReportExtra)kind, keys, addressCount);
                }
            }

            bits.Bits(0, ReportCoding.ExtraIdBits);
        }

        private void WriteColumn(BitWriter bits, ReportExtra kind, ulong[] keys, int addressCount)
        {
            int width = ReportCoding.ExtraWidth(kind);
            bits.Bits((uint)kind, ReportCoding.ExtraIdBits);
            bits.Bits((uint)(width - 1), ReportCoding.ExtraWidthBits);
            for (int i = 1; i <= addressCount; i++)
            {
                bits.Bits((uint)(kinds[(byte)keys[i]] >> (int)kind) & 1, 1);
            }

            for (int i = 1; i <= addressCount; i++)
            {
                int row = (byte)keys[i];
                if (Has(row, kind))
                {
                    bits.Bits(ValueOf(row, kind), width);
                }
            }
        }

        private ulong ValueOf(int row, ReportExtra kind)
        {
            int i = 0;
            while (rows[i] != row || ids[i] != (byte)kind)
            {
                i++;
            }

            return values[i];
        }
    }
}
