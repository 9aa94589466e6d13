namespace LumenLink.Protocol
{
    /// <summary>
    /// Writes bits into a caller's buffer, the least significant first. What does not fit is not written and makes
    /// <see cref="Overflowed"/> true. Allocates nothing.
    /// </summary>
    public sealed class BitWriter
    {
        private byte[] buffer = new byte[0];
        private int at;
        private int end;
        private uint pending;
        private int pendingBits;

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
            pending = 0;
            pendingBits = 0;
            Overflowed = false;
        }

        /// <summary>Writes the low <paramref name="count"/> bits, 0 to 64 of them.</summary>
        public void Bits(ulong value, int count)
        {
            while (count > 0)
            {
                int room = 8 - pendingBits;
                int take = count < room ? count : room;
                pending |= ((uint)value & ((1u << take) - 1)) << pendingBits;
                value >>= take;
                count -= take;
                pendingBits += take;
                if (pendingBits == 8)
                {
                    Flush();
                }
            }
        }

        /// <summary>Writes zero bits and a one.</summary>
        public void Unary(int zeros)
        {
            while (zeros > 32)
            {
                Bits(0, 32);
                zeros -= 32;
            }

            Bits(1UL << zeros, zeros + 1);
        }

        /// <summary>Exponential-Golomb code of order <paramref name="k"/>.</summary>
        public void ExpGolomb(uint value, int k)
        {
            ulong shifted = (ulong)value + (1UL << k);
            int extra = Log2(shifted) - k;
            Unary(extra);
            Bits(shifted, extra + k);
        }

        /// <summary>
        /// Fills the last byte with zeros. Returns the offset behind it, or -1 if something did not fit.
        /// </summary>
        public int Finish()
        {
            if (pendingBits > 0)
            {
                Bits(0, 8 - pendingBits);
            }

            return Overflowed ? -1 : at;
        }

        /// <summary>Bits that <see cref="ExpGolomb"/> writes.</summary>
        public static int ExpGolombBits(uint value, int k)
        {
            return (2 * (Log2((ulong)value + (1UL << k)) - k)) + k + 1;
        }

        /// <summary>The exponent of the highest bit that is set; the value is not 0.</summary>
        public static int Log2(ulong value)
        {
            int log = 0;
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

        private void Flush()
        {
            if (at < end)
            {
                ByteWriter.U8(buffer, at, (byte)pending);
                at++;
            }
            else
            {
                Overflowed = true;
            }

            pending = 0;
            pendingBits = 0;
        }
    }
}
