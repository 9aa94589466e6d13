using System;
using System.Buffers.Binary;
using System.Numerics;

namespace LumenLink.Protocol
{
    /// <summary>
    /// Reads bits, the most significant first. Behind the end it reads zeros; <see cref="IsPastEnd"/> tells.
    /// </summary>
    internal ref struct BitReader
    {
        private readonly ReadOnlySpan<byte> bytes;
        private ulong window; // the next bits, highest first; at least 56 of them after Fill
        private int held;
        private int at;

        internal BitReader(ReadOnlySpan<byte> bytes)
        {
            this.bytes = bytes;
            window = 0;
            held = 0;
            at = 0;
        }

        /// <summary>Bits taken so far.</summary>
        internal readonly int Position => (at * 8) - held;

        /// <summary>True if more was taken than there is.</summary>
        internal readonly bool IsPastEnd => Position > bytes.Length * 8;

        /// <summary>Takes 0 to 48 bits.</summary>
        internal ulong Take(int count)
        {
            Fill();
            ulong value = count == 0 ? 0 : window >> (64 - count);
            Drop(count);
            return value;
        }

        internal bool TakeBit() => Take(1) != 0;

        /// <summary>
        /// Zeros before the next one, which is taken too; more than <paramref name="most"/> of them: it never came.
        /// </summary>
        internal int TakeUnary(int most)
        {
            int zeros = 0;
            while (true)
            {
                Fill();
                int run = BitOperations.LeadingZeroCount(window);
                if (run < 56)
                {
                    Drop(run + 1);
                    return zeros + run;
                }

                zeros += 56;
                Drop(56);
                if (zeros > most)
                {
                    return zeros;
                }
            }
        }

        /// <summary>Exponential-Golomb code; a value that no u32 holds reads as <see cref="uint.MaxValue"/>.</summary>
        internal uint TakeExpGolomb(int k)
        {
            int extra = TakeUnary(32);
            if (extra + k > 32)
            {
                return uint.MaxValue;
            }

            ulong value = (1UL << (extra + k)) + Take(extra + k) - (1UL << k);
            return (uint)Math.Min(value, uint.MaxValue);
        }

        /// <summary>Rice code with the escape of signal strengths.</summary>
        internal int TakeRice(int k)
        {
            Fill();
            int zeros = BitOperations.LeadingZeroCount(window);
            if (zeros >= ReportCoding.EscapeZeros)
            {
                Drop(ReportCoding.EscapeZeros);
                zeros = (int)(window >> (64 - ReportCoding.EscapeBits));
                Drop(ReportCoding.EscapeBits);
                return zeros;
            }

            Drop(zeros + 1);
            int low = (int)((window >> 1) >> (63 - k));
            Drop(k);
            return (zeros << k) | low;
        }

        /// <summary>The other way round from <see cref="BitWriter.ZigZag"/>.</summary>
        internal static long UnZigZag(uint value) => (value >> 1) ^ -(long)(value & 1);

        private void Fill()
        {
            if (held >= 56)
            {
                return;
            }

            if (at + 8 <= bytes.Length)
            {
                window |= BinaryPrimitives.ReadUInt64BigEndian(bytes[at..]) >> held;
                int whole = (64 - held) >> 3;
                at += whole;
                held += whole * 8;
                return;
            }

            while (held < 56)
            {
                ulong next = at < bytes.Length ? bytes[at] : 0UL;
                window |= next << (56 - held);
                at++;
                held += 8;
            }
        }

        private void Drop(int count)
        {
            window <<= count;
            held -= count;
        }
    }
}
