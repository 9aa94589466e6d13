using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LumenLink.Protocol
{
    /// <summary>
    /// Reads bits, the least significant first, from bytes that are followed by <see cref="Padding"/> zero bytes.
    /// Behind the end it reads zeros; <see cref="IsPastEnd"/> tells.
    /// </summary>
    internal ref struct BitReader
    {
        /// <summary>Zero bytes behind the end: a loop may peek there, and once up to seven bytes further.</summary>
        internal const int Padding = 16;

        /// <summary>Bits that a peek has at least.</summary>
        internal const int PeekBits = 57;

        private readonly ref byte start;
        private readonly int length;

        /// <param name="padded">The bytes and their padding.</param>
        /// <param name="length">Bytes without the padding.</param>
        internal BitReader(Span<byte> padded, int length)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(length, padded.Length - Padding);
            start = ref MemoryMarshal.GetReference(padded);
            this.length = length;
            Position = 0;
        }

        /// <summary>Bits taken so far.</summary>
        internal int Position { get; set; }

        /// <summary>Bits that there are.</summary>
        internal readonly int BitCount => length * 8;

        /// <summary>True if more was taken than there is.</summary>
        internal readonly bool IsPastEnd => Position > BitCount;

        /// <summary>True if there is a bit at <paramref name="position"/>.</summary>
        internal readonly bool IsIn(int position) => position < BitCount;

        /// <summary>
        /// The bits from <paramref name="position"/>, the first lowest, at least <see cref="PeekBits"/> of them. The
        /// position is at most <see cref="Padding"/> - 8 bytes behind the end: loops check it as they go.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal readonly ulong PeekAt(int position) => WordAt(position >> 3) >> (position & 7);

        /// <summary>The 64 bits from a byte, likewise.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal readonly ulong WordAt(int offset)
        {
            ulong raw = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, offset));
            return BitConverter.IsLittleEndian ? raw : BinaryPrimitives.ReverseEndianness(raw);
        }

        /// <summary>Takes 0 to 48 bits.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal ulong Take(int count)
        {
            ulong value = Peek() & ((1UL << count) - 1);
            Position += count;
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
                int run = BitOperations.TrailingZeroCount(Peek());
                if (run < PeekBits)
                {
                    Position += run + 1;
                    return zeros + run;
                }

                zeros += PeekBits;
                Position += PeekBits;
                if (zeros > most)
                {
                    return zeros;
                }
            }
        }

        /// <summary>Exponential-Golomb code; a value that no u32 holds reads as <see cref="uint.MaxValue"/>.</summary>
        internal uint TakeExpGolomb(int k)
        {
            ulong window = Peek();
            int extra = BitOperations.TrailingZeroCount(window);
            int length = extra + 1 + extra + k;
            if (length > PeekBits)
            {
                return TakeLongExpGolomb(k);
            }

            Position += length;
            ulong mask = (1UL << (extra + k)) - 1;
            return (uint)((window >> (extra + 1) & mask) + mask + 1 - (1UL << k));
        }

        /// <summary>The other way round from <see cref="BitWriter.ZigZag"/>.</summary>
        internal static long UnZigZag(uint value) => (value >> 1) ^ -(long)(value & 1);

        private uint TakeLongExpGolomb(int k)
        {
            int extra = TakeUnary(32);
            if (extra + k > 32)
            {
                return uint.MaxValue;
            }

            ulong value = (1UL << (extra + k)) + Take(extra + k) - (1UL << k);
            return (uint)Math.Min(value, uint.MaxValue);
        }

        /// <summary>However far behind the end: zeros.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly ulong Peek() => PeekAt(Math.Min(Position, BitCount));
    }
}
