using System;

namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// Points of the curve P-256: y^2 = x^3 - 3x + b. One point at a time is worked on, in Jacobian coordinates.
    /// Multiples by secret scalars are the same sequence of operations and of memory accesses whatever the scalar;
    /// those of
    /// <see cref="MultiplyBoth"/> are not. For one thread at a time.
    /// </summary>
    internal sealed class P256Curve
    {
        private const int Limbs = P256Modulus.Limbs;
        private const int Entries = P256PointTable.Entries;
        private const int Digits = 2 * P256Modulus.Size;
        private const int CombSpan = 64;

        private readonly P256Field _field;
        private readonly P256PointTable _base;
        private readonly P256PointTable _multiples;

        // The point, a second one to be added, their sum; infinity is told apart by a mask.
        private readonly int[] _x = new int[Limbs];
        private readonly int[] _y = new int[Limbs];
        private readonly int[] _z = new int[Limbs];
        private readonly int[] _x2 = new int[Limbs];
        private readonly int[] _y2 = new int[Limbs];
        private readonly int[] _z2 = new int[Limbs];
        private readonly int[] _sumX = new int[Limbs];
        private readonly int[] _sumY = new int[Limbs];
        private readonly int[] _sumZ = new int[Limbs];
        private int _infinite;

        private readonly int[] _b;
        private readonly int[] _peerX = new int[Limbs];
        private readonly int[] _peerY = new int[Limbs];
        private readonly int[] _t1 = new int[Limbs];
        private readonly int[] _t2 = new int[Limbs];
        private readonly int[] _t3 = new int[Limbs];
        private readonly int[] _u1 = new int[Limbs];
        private readonly int[] _s1 = new int[Limbs];
        private readonly int[] _h = new int[Limbs];
        private readonly int[] _r = new int[Limbs];

        /// <summary>The curve.</summary>
        internal P256Curve(P256Field field)
        {
            _field = field;
            _base = new P256PointTable(P256BaseTable.Make(), 2);
            _multiples = new P256PointTable(new int[3 * Limbs * Entries], 3);
            _b = new int[]
            {
                0x04bddfd, 0x37d88a7, 0x090d89c, 0x32a210c, 0x2cf005c,
                0x084bb5a, 0x220abf7, 0x20d0568, 0x1dd4874, 0x030c018,
            };
        }

        /// <summary>Takes another's point.</summary>
        /// <param name="key">Holds x and y, 64 bytes.</param>
        /// <param name="offset">Where they start.</param>
        /// <returns>False if they are no point of the curve.</returns>
        internal bool TakePeer(byte[] key, int offset)
        {
            bool isX = _field.FromBytes(key, offset, _peerX);
            bool isY = _field.FromBytes(key, offset + P256Modulus.Size, _peerY);
            if (!isX || !isY)
            {
                return false;
            }

            _field.Enter(_peerX, _peerX);
            _field.Enter(_peerY, _peerY);
            _field.Square(_peerX, _t1);
            _field.Combine(_t1, 1, _field.One, -3, _t1);
            _field.Multiply(_t1, _peerX, _t1);
            _field.Combine(_t1, 1, _b, 1, _t1);
            _field.Square(_peerY, _t2);
            _field.Combine(_t1, 1, _t2, -1, _t1);
            return _field.IsZero(_t1);
        }

        /// <summary>The point becomes a multiple of the base point.</summary>
        /// <param name="scalar">1 to n - 1, 32 bytes.</param>
        internal void MultiplyBase(byte[] scalar)
        {
            _infinite = -1;
            SetOne(_z2);
            for (int bit = CombSpan - 1; bit >= 0; bit--)
            {
                Double();
                int digit = CombDigit(scalar, bit);
                _base.Select(digit, _x2, _y2, _z2);
                Add(true);
                Take(digit);
            }
        }

        /// <summary>The point becomes a multiple of another's point.</summary>
        /// <param name="scalar">1 to n - 1, 32 bytes.</param>
        internal void MultiplyPeer(byte[] scalar)
        {
            FillMultiples();
            _infinite = -1;
            for (int place = 0; place < Digits; place++)
            {
                for (int i = 0; i < 4; i++)
                {
                    Double();
                }

                int digit = P256Modulus.Digit(scalar, place);
                _multiples.Select(digit, _x2, _y2, _z2);
                Add(false);
                Take(digit);
            }
        }

        /// <summary>The point becomes u G + v Q with another's point Q. For public numbers only.</summary>
        /// <param name="u">0 to n - 1, 32 bytes.</param>
        /// <param name="v">0 to n - 1, 32 bytes.</param>
        internal void MultiplyBoth(byte[] u, byte[] v)
        {
            FillMultiples();
            _infinite = -1;
            for (int bit = (8 * P256Modulus.Size) - 1; bit >= 0; bit--)
            {
                Double();
                if ((bit & 3) == 0)
                {
                    AddPublic(_multiples, P256Modulus.Digit(v, Digits - 1 - (bit >> 2)), false);
                }

                if (bit < CombSpan)
                {
                    SetOne(_z2);
                    AddPublic(_base, CombDigit(u, bit), true);
                }
            }
        }

        /// <summary>Writes the point.</summary>
        /// <param name="x">Gets x, 32 bytes.</param>
        /// <param name="xOffset">Where it goes.</param>
        /// <param name="y">Gets y, 32 bytes; null if nobody wants it.</param>
        /// <param name="yOffset">Where it goes.</param>
        /// <returns>False, and nothing written, if it is the point at infinity.</returns>
        internal bool Write(byte[] x, int xOffset, byte[]? y, int yOffset)
        {
            if (_infinite != 0)
            {
                return false;
            }

            _field.Invert(_z, _t1);
            _field.Square(_t1, _t2);
            _field.Multiply(_x, _t2, _t3);
            _field.Leave(_t3, _t3);
            P256Modulus.ToBytes(_t3, x, xOffset);
            if (y != null)
            {
                _field.Multiply(_t1, _t2, _t2);
                _field.Multiply(_y, _t2, _t3);
                _field.Leave(_t3, _t3);
                P256Modulus.ToBytes(_t3, y, yOffset);
            }

            return true;
        }

        /// <summary>Forgets the point and what led to it.</summary>
        internal void Clear()
        {
            _infinite = -1;
            Array.Clear(_x, 0, Limbs);
            Array.Clear(_y, 0, Limbs);
            Array.Clear(_z, 0, Limbs);
            Array.Clear(_sumX, 0, Limbs);
            Array.Clear(_sumY, 0, Limbs);
            Array.Clear(_sumZ, 0, Limbs);
        }

        private static int CombDigit(byte[] scalar, int bit)
        {
            int at = P256Modulus.Size - 1 - (bit >> 3);
            int shift = bit & 7;
            return ((scalar[at] >> shift) & 1) | (((scalar[at - 8] >> shift) & 1) << 1)
                | (((scalar[at - 16] >> shift) & 1) << 2) | (((scalar[at - 24] >> shift) & 1) << 3);
        }

        private void SetOne(int[] number)
        {
            Array.Copy(_field.One, 0, number, 0, Limbs);
        }

        /// <summary>1 to 15 times the other's point.</summary>
        private void FillMultiples()
        {
            Array.Copy(_peerX, 0, _x, 0, Limbs);
            Array.Copy(_peerY, 0, _y, 0, Limbs);
            SetOne(_z);
            _multiples.Store(1, _x, _y, _z);
            Double();
            _multiples.Store(2, _x, _y, _z);
            Array.Copy(_peerX, 0, _x2, 0, Limbs);
            Array.Copy(_peerY, 0, _y2, 0, Limbs);
            for (int i = 3; i < Entries; i++)
            {
                Add(true);
                CopySum();
                _multiples.Store(i, _x, _y, _z);
            }
        }

        /// <summary>Doubles the point. 4 multiplications and 4 squarings.</summary>
        private void Double()
        {
            P256Field field = _field;
            field.Square(_z, _t1);
            field.Square(_y, _t2);
            field.Multiply(_y, _z, _z);
            field.Combine(_z, 1, _z, 1, _z);
            field.Combine(_x, 3, _t1, -3, _t3);
            field.Combine(_x, 1, _t1, 1, _t1);
            field.Multiply(_t1, _t3, _t3); // alpha = 3 (x - z^2) (x + z^2)
            field.Multiply(_x, _t2, _t1); // beta = x y^2
            field.Square(_t2, _t2);
            field.Square(_t3, _x);
            field.Combine(_x, 1, _t1, -8, _x);
            field.Combine(_t1, 4, _x, -1, _t1);
            field.Multiply(_t3, _t1, _y);
            field.Combine(_y, 1, _t2, -8, _y);
        }

        /// <summary>
        /// The sum of the point and the second one: right unless one is infinite or both are the same. 7
        /// multiplications and 4 squarings if the second is affine, else 11 and 5.
        /// </summary>
        private void Add(bool isAffine)
        {
            P256Field field = _field;
            int[] u1 = _x;
            int[] s1 = _y;
            int[] z = _z;
            if (!isAffine)
            {
                u1 = _u1;
                s1 = _s1;
                z = _sumZ;
                field.Multiply(_z, _z2, z);
                field.Square(_z2, _t1);
                field.Multiply(_x, _t1, u1);
                field.Multiply(_z2, _t1, _t1);
                field.Multiply(_y, _t1, s1);
            }

            field.Square(_z, _t1);
            field.Multiply(_x2, _t1, _t2);
            field.Combine(_t2, 1, u1, -1, _h);
            field.Multiply(_z, _t1, _t1);
            field.Multiply(_y2, _t1, _t2);
            field.Combine(_t2, 1, s1, -1, _r);
            field.Multiply(z, _h, _sumZ);
            field.Square(_h, _t1);
            field.Multiply(u1, _t1, _t2); // v
            field.Multiply(_h, _t1, _t1); // h^3
            field.Square(_r, _t3);
            field.Combine(_t3, 1, _t1, -1, _t3);
            field.Combine(_t3, 1, _t2, -2, _sumX);
            field.Combine(_t2, 1, _sumX, -1, _t2);
            field.Multiply(_r, _t2, _t2);
            field.Multiply(s1, _t1, _t1);
            field.Combine(_t2, 1, _t1, -1, _sumY);
        }

        /// <summary>
        /// The point becomes the sum; or stays, if the second is infinite (digit 0); or becomes the second, if it is
        /// infinite itself. Equal points do not come up: for a scalar below n the point is always another
        /// multiple than what is added to it.
        /// </summary>
        private void Take(int digit)
        {
            int stay = (digit - 1) >> 31;
            int second = _infinite & ~stay;
            int sum = ~(stay | second);
            for (int i = 0; i < Limbs; i++)
            {
                _x[i] = (_x[i] & stay) | (_x2[i] & second) | (_sumX[i] & sum);
                _y[i] = (_y[i] & stay) | (_y2[i] & second) | (_sumY[i] & sum);
                _z[i] = (_z[i] & stay) | (_z2[i] & second) | (_sumZ[i] & sum);
            }

            _infinite &= stay;
        }

        /// <summary>Adds an entry of a table, whatever the points; tells by its time which.</summary>
        private void AddPublic(P256PointTable table, int digit, bool isAffine)
        {
            if (digit == 0)
            {
                return;
            }

            table.Load(digit, _x2, _y2, _z2);
            if (_infinite != 0)
            {
                Take(digit);
                return;
            }

            Add(isAffine);
            if (!_field.IsZero(_h))
            {
                CopySum();
            }
            else if (_field.IsZero(_r))
            {
                Double();
            }
            else
            {
                _infinite = -1;
            }
        }

        private void CopySum()
        {
            Array.Copy(_sumX, 0, _x, 0, Limbs);
            Array.Copy(_sumY, 0, _y, 0, Limbs);
            Array.Copy(_sumZ, 0, _z, 0, Limbs);
        }
    }
}
