using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LumenLink.Protocol
{
    // Addresses and signals, written for speed: remainders stand at positions that are known before, quotients are the
    // gaps between one bits, so that hardly a branch depends on what is read (docs/decisions/0013). Columns are written
    // by whole vectors, which the next address or block overwrites where they were too long.
    public sealed partial class ReportReader
    {
        private const int Lanes = 8;
        private const ulong EachByte = 0x0101010101010101;
        private const int MaxRows = WireLimits.MaxAddressesPerBlock;
        private const int MaxCells = WireLimits.MaxWindowsPerBlock * MaxRows;
        private static readonly ulong[] PlacesOfBits = MakePlacesOfBits();

        private readonly ulong[] rowAddress = new ulong[MaxRows];
        private readonly byte[] rowType = new byte[MaxRows];
        private readonly ushort[] rowEnd = new ushort[MaxRows]; // from 0 in each block, as what follows
        private readonly int[] ones = new int[1 + MaxRows + MaxCells + 64 + Lanes];
        private readonly int[] steps = new int[MaxCells + WireLimits.MaxWindowsPerBlock];
        private readonly int[] sums = new int[MaxCells + WireLimits.MaxWindowsPerBlock];
        private readonly int[] origins = new int[MaxCells + WireLimits.MaxWindowsPerBlock];

        private WireError ReadRows(ref BitReader bits, int rows, int windowCount)
        {
            int type = (int)bits.Take(ReportCoding.TypesBits);
            bool isMixed = type == ReportCoding.TypesMixed;
            WireError error = isMixed ? ReadTypes(ref bits, rows) : WireError.None;
            if (error != WireError.None)
            {
                return error;
            }

            BitReader presence = bits;
            int sightings = windowCount == 1 ? rows : CountOnes(ref bits, rows * windowCount);
            int baseDbm = -ReportCoding.BaseStepDb * (int)bits.Take(ReportCoding.BaseBits);
            int rice = (int)bits.Take(ReportCoding.RiceBits);
            BitReader remainders = bits;
            bits.Position += (rows * ReportCoding.AddressOrder(rows)) + (sightings * rice);
            if (!TakeOnes(ref bits, rows + sightings))
            {
                return WireError.TooShort;
            }

            if (!ReadAddresses(ref remainders, rows))
            {
                return WireError.ValueInvalid;
            }

            error = ReadSteps(ref bits, remainders, rows, sightings, rice);
            if (error == WireError.None)
            {
                bool isValid = FillRows(presence, rows, windowCount, 2 * baseDbm);
                FillTypes(rows, isMixed ? rowType : default, (byte)type);
                isValid &= FillSignals(sightings);
                SightingCount += sightings;
                error = isValid ? WireError.None : WireError.ValueInvalid;
            }

            return error;
        }

        private WireError ReadTypes(ref BitReader bits, int rows)
        {
            for (int row = 0; row < rows; row++)
            {
                int own = (int)bits.Take(ReportCoding.TypesBits);
                if (own > (int)AddressType.NotKnown)
                {
                    return WireError.ValueInvalid;
                }

                rowType[row] = (byte)own;
            }

            return WireError.None;
        }

        private void FillTypes(int rows, ReadOnlySpan<byte> own, byte type)
        {
            Span<byte> column = types.AsSpan(SightingCount);
            if (own.IsEmpty)
            {
                column[..rowEnd[rows - 1]].Fill(type);
                return;
            }

            int at = 0;
            for (int row = 0; row < rows; row++)
            {
                column[at..rowEnd[row]].Fill(own[row]);
                at = rowEnd[row];
            }
        }

        /// <summary>How many of the next bits are ones.</summary>
        private static int CountOnes(ref BitReader bits, int length)
        {
            int ones = 0;
            int end = bits.Position + length;
            while (bits.Position < end && !bits.IsPastEnd)
            {
                int count = Math.Min(end - bits.Position, 32);
                ones += BitOperations.PopCount(bits.Take(count));
            }

            bits.Position = end;
            return ones;
        }

        /// <summary>
        /// Finds the next ones: <see cref="ones"/> has the position before the first bit and then theirs. False if
        /// there are not so many.
        /// </summary>
        private bool TakeOnes(ref BitReader bits, int count)
        {
            if (bits.IsPastEnd)
            {
                return false;
            }

            ones[0] = bits.Position - 1;
            int offset = bits.Position >> 3;
            ulong word = bits.WordAt(offset) & (ulong.MaxValue << (bits.Position & 7));
            int found = 0;
            ref int next = ref ones[1];
            while (true)
            {
                // Four at a time; what is too many of them is overwritten.
                int first = offset * 8;
                int inWord = BitOperations.PopCount(word);
                for (int i = found; word != 0; i += 4)
                {
                    Unsafe.Add(ref next, i) = first + BitOperations.TrailingZeroCount(word);
                    word &= word - 1;
                    Unsafe.Add(ref next, i + 1) = first + BitOperations.TrailingZeroCount(word);
                    word &= word - 1;
                    Unsafe.Add(ref next, i + 2) = first + BitOperations.TrailingZeroCount(word);
                    word &= word - 1;
                    Unsafe.Add(ref next, i + 3) = first + BitOperations.TrailingZeroCount(word);
                    word &= word - 1;
                }

                found += inWord;
                if (found >= count)
                {
                    bits.Position = ones[count] + 1;
                    return true;
                }

                offset += sizeof(ulong);
                if (offset * 8 >= bits.BitCount)
                {
                    bits.Position = bits.BitCount + 1;
                    return false;
                }

                word = bits.WordAt(offset);
            }
        }

        private bool ReadAddresses(ref BitReader remainders, int rows)
        {
            int rice = ReportCoding.AddressOrder(rows);
            ulong mask = (1UL << rice) - 1;
            int position = remainders.Position;
            int before = ones[0];
            ulong next = 0;
            ReadOnlySpan<int> ends = ones.AsSpan(1, rows);
            ref ulong read = ref rowAddress[0];
            for (int row = 0; row < ends.Length; row++)
            {
                int zeros = ends[row] - before - 1;
                before = ends[row];
                ulong address = next + ((ulong)zeros << rice) + (remainders.PeekAt(position) & mask);
                position += rice;
                next = address + 1;
                Unsafe.Add(ref read, row) = address;
            }

            // They rise, so the last one is the highest; all zeros of a body together do not make 64 bits of it.
            remainders.Position = position;
            return next <= 1UL << ReportCoding.AddressBits;
        }

        private static ulong LittleEndian(ulong value) =>
            BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);

        /// <summary>
        /// Puts remainders and quotients together and undoes the zigzag, eight at a time: the steps, and before each
        /// the sum of all others so far. Behind the last one zeros, of a vector.
        /// </summary>
        private WireError ReadSteps(ref BitReader escapes, BitReader remainders, int rows, int count, int rice)
        {
            // A multiplication moves each remainder to the top of its lane, a shift moves it down again. Order 0 has no
            // remainders: all bits are shifted out.
            uint place = 1u << (32 - (4 * rice));
            Vector128<uint> four = Vector128.Create(place << (3 * rice), place << (2 * rice), place << rice, place);
            Vector256<uint> factors = Vector256.Create(four, four);
            Vector256<int> carried = Vector256<int>.Zero;
            Vector256<int> tooHigh = Vector256<int>.Zero;
            ref int quotientEnds = ref ones[rows];
            ref int stepColumn = ref steps[0];
            ref int sumColumn = ref sums[0];
            int position = remainders.Position;
            ones.AsSpan(1 + rows + count, Lanes).Fill(ones[rows + count] + 1);
            for (int i = 0; i < count; i += Lanes)
            {
                Vector256<int> quotient = Vector256.LoadUnsafe(ref quotientEnds, (nuint)(i + 1))
                    - Vector256.LoadUnsafe(ref quotientEnds, (nuint)i) - Vector256<int>.One;
                Vector256<int> escaped = Vector256.GreaterThanOrEqual(quotient, Vector256.Create(ReportCoding.Escape));
                if (escaped != Vector256<int>.Zero)
                {
                    tooHigh |= Vector256.GreaterThan(quotient, Vector256.Create(ReportCoding.Escape));
                    for (int lane = 0; lane < Lanes; lane++)
                    {
                        if (escaped[lane] != 0)
                        {
                            int own = (int)escapes.Take(ReportCoding.SignalBits - rice);
                            quotient = quotient.WithElement(lane, own);
                        }
                    }
                }

                ulong window = remainders.PeekAt(position);
                position += Lanes * rice;
                Vector256<uint> low = Vector256.Create(
                    Vector128.Create((uint)window), Vector128.Create((uint)(window >> (4 * rice))));
                low = (low * factors) >>> 1 >>> (31 - rice);
                Vector256<int> zigZag = low.AsInt32() | (quotient << rice);
                Vector256<int> step = (zigZag >>> 1) ^ -(zigZag & Vector256<int>.One);
                step.StoreUnsafe(ref stepColumn, (nuint)i);

                Vector256<int> sum = step + Vector256.Shuffle(step, Vector256.Create(8, 0, 1, 2, 3, 4, 5, 6));
                sum += Vector256.Shuffle(sum, Vector256.Create(8, 8, 0, 1, 2, 3, 4, 5));
                sum += Vector256.Shuffle(sum, Vector256.Create(8, 8, 8, 8, 0, 1, 2, 3));
                (carried + sum - step).StoreUnsafe(ref sumColumn, (nuint)i);
                carried += Vector256.Shuffle(sum, Vector256.Create(7));
            }

            steps.AsSpan(count, Lanes).Clear();
            sums.AsSpan(count, Lanes).Clear();
            return tooHigh == Vector256<int>.Zero ? WireError.None : WireError.ValueInvalid;
        }

        /// <summary>
        /// Goes through the addresses: fills the columns of address and window, and finds the origin of each. A
        /// prediction goes half the way to each signal, so twice the prediction is the sum of the steps before it and
        /// something that its address has in all windows, its origin. False if an address was never heard.
        /// </summary>
        private bool FillRows(BitReader presence, int rows, int windowCount, int twiceBase)
        {
            int width = windowCount == 1 ? 0 : windowCount;
            uint always = windowCount == 1 ? 1u : 0;
            uint mask = (1u << width) - 1;
            int position = presence.Position;
            ulong firstWindow = (ulong)WindowCount * EachByte;
            uint silent = 0;
            int at = 0;
            ref byte windowColumn = ref windowOf[SightingCount];
            ref ulong addressColumn = ref addresses[SightingCount];
            ref int stepColumn = ref steps[0];
            ref int sumColumn = ref sums[0];
            ref int originColumn = ref origins[0];
            ref ulong places = ref MemoryMarshal.GetArrayDataReference(PlacesOfBits);
            ref ushort ends = ref rowEnd[0];
            ReadOnlySpan<ulong> read = rowAddress.AsSpan(0, rows);
            for (int row = 0; row < read.Length; row++)
            {
                uint heard = ((uint)presence.PeekAt(position) & mask) | always;
                position += width;
                silent |= heard - 1;
                int first = Unsafe.Add(ref stepColumn, at);
                Vector256<int> origin = Vector256.Create(twiceBase + first - Unsafe.Add(ref sumColumn, at));
                Vector512<ulong> address = Vector512.Create(read[row]);
                ulong numbers = Unsafe.Add(ref places, (int)(byte)heard) + firstWindow;
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref windowColumn, at), LittleEndian(numbers));
                address.StoreUnsafe(ref addressColumn, (nuint)at);
                origin.StoreUnsafe(ref originColumn, (nuint)at);
                if (windowCount > Lanes)
                {
                    int low = at + BitOperations.PopCount((uint)(byte)heard);
                    numbers = Unsafe.Add(ref places, (int)(heard >> Lanes)) + (Lanes * EachByte) + firstWindow;
                    Unsafe.WriteUnaligned(ref Unsafe.Add(ref windowColumn, low), LittleEndian(numbers));
                    address.StoreUnsafe(ref addressColumn, (nuint)(at + Lanes));
                    origin.StoreUnsafe(ref originColumn, (nuint)(at + Lanes));
                }

                // The first signal goes all the way.
                Unsafe.Add(ref stepColumn, at) = first - (first >> 1);
                at += BitOperations.PopCount(heard);
                Unsafe.Add(ref ends, row) = (ushort)at;
            }

            return (int)silent >= 0;
        }

        /// <summary>Fills the column of signals, eight at a time; false if one is beyond its range.</summary>
        private bool FillSignals(int count)
        {
            ref int stepColumn = ref steps[0];
            ref int sumColumn = ref sums[0];
            ref int originColumn = ref origins[0];
            ref sbyte column = ref rssi[SightingCount];
            origins.AsSpan(count, Lanes).Clear();
            Vector256<int> wrong = Vector256<int>.Zero;
            for (int i = 0; i < count; i += Lanes)
            {
                Vector256<int> twice = Vector256.LoadUnsafe(ref sumColumn, (nuint)i)
                    + Vector256.LoadUnsafe(ref originColumn, (nuint)i);
                Vector256<int> dbm = (twice >> 1) + Vector256.LoadUnsafe(ref stepColumn, (nuint)i);
                wrong |= dbm + Vector256.Create(ReportCoding.RssiOffset);
                Vector128<short> narrow = Vector128.Narrow(dbm.GetLower(), dbm.GetUpper());
                Vector128.Narrow(narrow, narrow).GetLower().StoreUnsafe(ref column, (nuint)i);
            }

            return (wrong & Vector256.Create(~0xFF)) == Vector256<int>.Zero;
        }

        private static ulong[] MakePlacesOfBits()
        {
            ulong[] table = new ulong[256];
            for (int bits = 0; bits < table.Length; bits++)
            {
                int count = 0;
                for (int place = 0; place < 8; place++)
                {
                    if ((bits >> place & 1) != 0)
                    {
                        table[bits] |= (ulong)place << (8 * count++);
                    }
                }
            }

            return table;
        }
    }
}
