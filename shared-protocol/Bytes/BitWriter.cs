namespace LumenLink.Protocol
{
    /// <summary>
    /// Writes bits into a caller's buffer, the least significant first. What does not fit is not written and makes
    /// <see cref="Overflowed"/> true. Allocates nothing.
    /// </summary>
    public sealed class BitWriter
    {
        private const int WordBits = 32;
        private const int WordBytes = WordBits / 8;

        /// <summary>Bits that are in no byte yet, the first one lowest: fewer than 32 between calls.</summary>
        /// <remarks>A loop that writes many codes keeps both in locals, and hands whole words over.</remarks>
        internal ulong Pending;

        /// <summary>How many <see cref="Pending"/> holds.</summary>
        internal int PendingBits;

        private byte[] buffer = new byte[0];
        private int at;
        private int end;

        /// <summary>True once something did not fit.</summary>
        public bool Overflowed { get; private set; }

        /// <summary>Starts at a byte.</summary>
        /// <param name="target">Buffer.</param>
        /// <param name="offset">First byte to write.</param>
        /// <param name="length">Bytes that may be written.</param>
        public void Begin(byte[] target, int offset, int length)
        {
            buffer = target;
            at = offset;
            end = offset + length;
            Pending = 0;
            PendingBits = 0;
            Overflowed = false;
        }

        /// <summary>Writes the low <paramref name="count"/> bits, 0 to 64 of them.</summary>
        public void Bits(ulong value, int count)
        {
            if (count > WordBits)
            {
                Bits(value, WordBits);
                value >>= WordBits;
                count -= WordBits;
            }

            Pending |= (value & ((1UL << count) - 1)) << PendingBits;
            PendingBits += count;
            if (PendingBits >= WordBits)
            {
                Word((uint)Pending);
                Pending >>= WordBits;
                PendingBits -= WordBits;
            }
        }

        /// <summary>Writes zero bits and a one.</summary>
        public void Unary(int zeros)
        {
            while (zeros >= WordBits)
            {
                Bits(0, WordBits);
                zeros -= WordBits;
            }

            Bits(1UL << zeros, zeros + 1);
        }

        /// <summary>Exponential-Golomb code of order <paramref name="k"/>.</summary>
        public void ExpGolomb(uint value, int k)
        {
            ulong shifted = (ulong)value + (1UL << k);
            int extra = Log2(shifted) - k;
            if (extra < WordBits / 2 && k < WordBits / 2)
            {
                Bits((1UL << extra) | ((shifted ^ (1UL << (extra + k))) << (extra + 1)), extra + 1 + extra + k);
                return;
            }

            Unary(extra);
            Bits(shifted, extra + k);
        }

        /// <summary>
        /// Fills the last byte with zeros. Returns the offset behind it, or -1 if something did not fit.
        /// </summary>
        public int Finish()
        {
            WriteBytes((uint)Pending, (PendingBits + 7) / 8);
            Pending = 0;
            PendingBits = 0;
            return Overflowed ? -1 : at;
        }

        /// <summary>The exponent of the highest bit that is set; the value is not 0.</summary>
        public static int Log2(ulong value)
        {
            int log = 0;
            while (value >= 256)
            {
                value >>= 8;
                log += 8;
            }

            while ((value >>= 1) != 0)
            {
                log++;
            }

            return log;
        }

        /// <summary>Signed to unsigned: 0, -1, 1, -2, 2 become 0, 1, 2, 3, 4.</summary>
        public static uint ZigZag(int value)
        {
            return (uint)((value << 1) ^ (value >> 31));
        }

        /// <summary>Writes 32 bits that come before those pending.</summary>
        internal void Word(uint word)
        {
            int i = at;
            if (end - i < WordBytes)
            {
                WriteBytes(word, WordBytes);
                return;
            }

            byte[] target = buffer;
            target[i] = (byte)word;
            target[i + 1] = (byte)(word >> 8);
            target[i + 2] = (byte)(word >> 16);
            target[i + 3] = (byte)(word >> 24);
            at = i + WordBytes;
        }

        private void WriteBytes(uint word, int count)
        {
            for (int i = 0; i < count; i++)
            {
                if (at < end)
                {
                    buffer[at] = (byte)word;
                    at++;
                }
                else
                {
                    Overflowed = true;
                }

                word >>= 8;
            }
        }
    }
}
