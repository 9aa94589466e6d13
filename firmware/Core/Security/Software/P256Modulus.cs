using System;

namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// Numbers modulo one of the two primes of P-256, in Montgomery form with R = 2^260: ten limbs of 26 bits, lowest
    /// first, signed at the top. What <see cref="Multiply"/> gives lies between -m/4 and 5m/4 and may go into it again
    /// as it is, so may a sum of two; only <see cref="Freeze"/> gives the one number from 0 to m - 1. Every operation
    /// is the same sequence whatever the numbers. For one thread at a time.
    /// </summary>
    internal abstract class P256Modulus
    {
        /// <summary>Limbs of a number.</summary>
        internal const int Limbs = 10;

        /// <summary>Bytes of a number, big-endian.</summary>
        internal const int Size = 32;

        /// <summary>The bits of a limb.</summary>
        protected const int Mask = (1 << LimbBits) - 1;

        /// <summary>The product on its way: column sums of 2^26.</summary>
        protected readonly long[] Columns = new long[(2 * Limbs) - 1];

        private const int LimbBits = 26;
        private const int WindowBits = 4;

        private readonly int[] _modulus;
        private readonly int[] _square;
        private readonly int[] _unit = new int[Limbs];
        private readonly int[] _spare = new int[Limbs];
        private readonly int[] _frozen = new int[Limbs];
        private readonly byte[] _inversion = new byte[Size];
        private readonly int[][] _powers = new int[1 << WindowBits][];

        /// <summary>Numbers modulo a prime.</summary>
        /// <param name="modulus">The prime m, as limbs.</param>
        /// <param name="square">R squared modulo m.</param>
        /// <param name="one">R modulo m.</param>
        protected P256Modulus(int[] modulus, int[] square, int[] one)
        {
            _modulus = modulus;
            _square = square;
            One = one;
            _unit[0] = 1;
            ToBytes(modulus, _inversion, 0);
            _inversion[Size - 1] -= 2; // no borrow: both primes end in more than 2
            for (int i = 0; i < _powers.Length; i++)
            {
                _powers[i] = new int[Limbs];
            }
        }

        /// <summary>1 in Montgomery form.</summary>
        internal int[] One { get; }

        /// <summary>r = a b / R. Any of them may be the same array.</summary>
        internal void Multiply(int[] a, int[] b, int[] r)
        {
            Product(a, b);
            Reduce(r);
        }

        /// <summary>r = a^2 / R. Both may be the same array.</summary>
        internal void Square(int[] a, int[] r)
        {
            SquareProduct(a);
            Reduce(r);
        }

        /// <summary>Into Montgomery form.</summary>
        internal void Enter(int[] a, int[] r)
        {
            Multiply(a, _square, r);
        }

        /// <summary>Out of Montgomery form, from 0 to m - 1.</summary>
        internal void Leave(int[] a, int[] r)
        {
            Multiply(a, _unit, r);
            Freeze(r, r);
        }

        /// <summary>r = 1 / a in Montgomery form, by Fermat: a to the power of m - 2. The exponent is public.</summary>
        internal void Invert(int[] a, int[] r)
        {
            Array.Copy(a, 0, _powers[1], 0, Limbs);
            for (int i = 2; i < _powers.Length; i++)
            {
                Multiply(_powers[i - 1], _powers[1], _powers[i]);
            }

            Array.Copy(_powers[_inversion[0] >> WindowBits], 0, r, 0, Limbs);
            for (int i = 1; i < 2 * Size; i++)
            {
                for (int j = 0; j < WindowBits; j++)
                {
                    Square(r, r);
                }

                int digit = Digit(_inversion, i);
                if (digit != 0)
                {
                    Multiply(r, _powers[digit], r);
                }
            }
        }

        /// <summary>The hexadecimal digit of a number at a place from 0, the highest first.</summary>
        internal static int Digit(byte[] number, int place)
        {
            return (number[place >> 1] >> (4 * (1 - (place & 1)))) & 0xF;
        }

        /// <summary>The number from 0 to m - 1 that is the same modulo m; of one between -m and 2m.</summary>
        /// <param name="a">The number.</param>
        /// <param name="r">Gets it; may be the same array.</param>
        internal void Freeze(int[] a, int[] r)
        {
            int carry = 0;
            for (int i = 0; i < Limbs; i++)
            {
                int sum = a[i] + _modulus[i] + carry;
                carry = sum >> LimbBits;
                r[i] = sum & Mask;
            }

            for (int pass = 0; pass < 3; pass++)
            {
                int keep = Subtract(r, _spare);
                for (int i = 0; i < Limbs; i++)
                {
                    r[i] = (r[i] & keep) | (_spare[i] & ~keep);
                }
            }
        }

        /// <summary>True if a number is 0 modulo m.</summary>
        internal bool IsZero(int[] a)
        {
            Freeze(a, _frozen);
            int all = 0;
            for (int i = 0; i < Limbs; i++)
            {
                all |= _frozen[i];
            }

            return all == 0;
        }

        /// <summary>Reads 32 bytes, whatever they are, not in Montgomery form.</summary>
        /// <returns>True if the number is below m.</returns>
        internal bool FromBytes(byte[] bytes, int offset, int[] r)
        {
            long bits = 0;
            int count = 0;
            int limb = 0;
            for (int i = Size - 1; i >= 0; i--)
            {
                bits |= (long)(int)bytes[offset + i] << count;
                count += 8;
                if (count >= LimbBits)
                {
                    r[limb] = (int)(bits & Mask);
                    limb++;
                    bits >>= LimbBits;
                    count -= LimbBits;
                }
            }

            r[limb] = (int)bits;
            return Subtract(r, _spare) != 0;
        }

        /// <summary>Writes a number from 0 to m - 1.</summary>
        internal static void ToBytes(int[] a, byte[] bytes, int offset)
        {
            long bits = 0;
            int count = 0;
            int limb = 0;
            for (int i = Size - 1; i >= 0; i--)
            {
                if (count < 8 && limb < Limbs)
                {
                    bits |= (long)a[limb] << count;
                    limb++;
                    count += LimbBits;
                }

                bytes[offset + i] = (byte)bits;
                bits >>= 8;
                count -= 8;
            }
        }

        /// <summary>Brings the columns below R, divided by R, into ten limbs.</summary>
        protected abstract void Reduce(int[] r);

        /// <summary>difference = a - m, both as limbs.</summary>
        /// <returns>All bits if it is negative, else none.</returns>
        private int Subtract(int[] a, int[] difference)
        {
            int carry = 0;
            for (int i = 0; i < Limbs; i++)
            {
                int sum = a[i] - _modulus[i] + carry;
                carry = sum >> LimbBits;
                difference[i] = sum & Mask;
            }

            return carry >> 31;
        }

        // Flat on purpose, here and in Reduce: on the device a call costs as much as five additions, an element of an
        // array as three, and this is most of what a signature computes.
        private void Product(int[] a, int[] b)
        {
            long a0 = a[0], a1 = a[1];
            long a2 = a[2], a3 = a[3];
            long a4 = a[4], a5 = a[5];
            long a6 = a[6], a7 = a[7];
            long a8 = a[8], a9 = a[9];
            long b0 = b[0], b1 = b[1];
            long b2 = b[2], b3 = b[3];
            long b4 = b[4], b5 = b[5];
            long b6 = b[6], b7 = b[7];
            long b8 = b[8], b9 = b[9];
            long[] t = Columns;
            t[0] = a0 * b0;
            t[1] = a0 * b1 + a1 * b0;
            t[2] = a0 * b2 + a1 * b1 + a2 * b0;
            t[3] = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0;
            t[4] = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0;
            t[5] = a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0;
            t[6] = a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0;
            t[7] = a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0;
            t[8] = a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 + a8 * b0;
            t[9] = a0 * b9 + a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1 + a9 * b0;
            t[10] = a1 * b9 + a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 + a6 * b4 + a7 * b3 + a8 * b2 + a9 * b1;
            t[11] = a2 * b9 + a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3 + a9 * b2;
            t[12] = a3 * b9 + a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4 + a9 * b3;
            t[13] = a4 * b9 + a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5 + a9 * b4;
            t[14] = a5 * b9 + a6 * b8 + a7 * b7 + a8 * b6 + a9 * b5;
            t[15] = a6 * b9 + a7 * b8 + a8 * b7 + a9 * b6;
            t[16] = a7 * b9 + a8 * b8 + a9 * b7;
            t[17] = a8 * b9 + a9 * b8;
            t[18] = a9 * b9;
        }

        private void SquareProduct(int[] a)
        {
            long a0 = a[0], a1 = a[1];
            long a2 = a[2], a3 = a[3];
            long a4 = a[4], a5 = a[5];
            long a6 = a[6], a7 = a[7];
            long a8 = a[8], a9 = a[9];
            long d1 = 2 * a1, d2 = 2 * a2;
            long d3 = 2 * a3, d4 = 2 * a4;
            long d5 = 2 * a5, d6 = 2 * a6;
            long d7 = 2 * a7, d8 = 2 * a8;
            long d9 = 2 * a9;
            long[] t = Columns;
            t[0] = a0 * a0;
            t[1] = a0 * d1;
            t[2] = a0 * d2 + a1 * a1;
            t[3] = a0 * d3 + a1 * d2;
            t[4] = a0 * d4 + a1 * d3 + a2 * a2;
            t[5] = a0 * d5 + a1 * d4 + a2 * d3;
            t[6] = a0 * d6 + a1 * d5 + a2 * d4 + a3 * a3;
            t[7] = a0 * d7 + a1 * d6 + a2 * d5 + a3 * d4;
            t[8] = a0 * d8 + a1 * d7 + a2 * d6 + a3 * d5 + a4 * a4;
            t[9] = a0 * d9 + a1 * d8 + a2 * d7 + a3 * d6 + a4 * d5;
            t[10] = a1 * d9 + a2 * d8 + a3 * d7 + a4 * d6 + a5 * a5;
            t[11] = a2 * d9 + a3 * d8 + a4 * d7 + a5 * d6;
            t[12] = a3 * d9 + a4 * d8 + a5 * d7 + a6 * a6;
            t[13] = a4 * d9 + a5 * d8 + a6 * d7;
            t[14] = a5 * d9 + a6 * d8 + a7 * a7;
            t[15] = a6 * d9 + a7 * d8;
            t[16] = a7 * d9 + a8 * a8;
            t[17] = a8 * d9;
            t[18] = a9 * a9;
        }
    }
}
