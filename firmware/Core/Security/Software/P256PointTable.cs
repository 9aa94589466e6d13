namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// Sixteen points, entry 0 without a meaning, by limbs: the sixteen lowest limbs of x, those next to them, and so
    /// on through y and, if it has one, z.
    /// </summary>
    internal sealed class P256PointTable
    {
        /// <summary>Points of a table.</summary>
        internal const int Entries = 16;

        private const int Limbs = P256Modulus.Limbs;

        private readonly int[] _table;
        private readonly bool _hasZ;

        /// <summary>A table.</summary>
        /// <param name="table">The limbs.</param>
        /// <param name="coordinates">2, or 3 with z.</param>
        internal P256PointTable(int[] table, int coordinates)
        {
            _table = table;
            _hasZ = coordinates == 3;
        }

        /// <summary>Reads an entry by reading every one: which it was is not to be seen from outside.</summary>
        internal void Select(int digit, int[] x, int[] y, int[] z)
        {
            Select(digit, 0, x);
            Select(digit, Limbs, y);
            if (_hasZ)
            {
                Select(digit, 2 * Limbs, z);
            }
        }

        /// <summary>Reads an entry whose number is public.</summary>
        internal void Load(int digit, int[] x, int[] y, int[] z)
        {
            int at = digit;
            for (int i = 0; i < Limbs; i++)
            {
                x[i] = _table[at];
                y[i] = _table[at + (Entries * Limbs)];
                if (_hasZ)
                {
                    z[i] = _table[at + (2 * Entries * Limbs)];
                }

                at += Entries;
            }
        }

        /// <summary>Writes an entry of a table with z.</summary>
        internal void Store(int digit, int[] x, int[] y, int[] z)
        {
            int at = digit;
            for (int i = 0; i < Limbs; i++)
            {
                _table[at] = x[i];
                _table[at + (Entries * Limbs)] = y[i];
                _table[at + (2 * Entries * Limbs)] = z[i];
                at += Entries;
            }
        }

        private void Select(int digit, int row, int[] number)
        {
            int[] t = _table;
            int m0 = (digit - 1) >> 31, m1 = ((digit ^ 1) - 1) >> 31, m2 = ((digit ^ 2) - 1) >> 31;
            int m3 = ((digit ^ 3) - 1) >> 31, m4 = ((digit ^ 4) - 1) >> 31, m5 = ((digit ^ 5) - 1) >> 31;
            int m6 = ((digit ^ 6) - 1) >> 31, m7 = ((digit ^ 7) - 1) >> 31, m8 = ((digit ^ 8) - 1) >> 31;
            int m9 = ((digit ^ 9) - 1) >> 31, m10 = ((digit ^ 10) - 1) >> 31, m11 = ((digit ^ 11) - 1) >> 31;
            int m12 = ((digit ^ 12) - 1) >> 31, m13 = ((digit ^ 13) - 1) >> 31;
            int m14 = ((digit ^ 14) - 1) >> 31, m15 = ((digit ^ 15) - 1) >> 31;
            int at = row * Entries;
            for (int i = 0; i < Limbs; i++)
            {
                number[i] = (t[at] & m0) | (t[at + 1] & m1) | (t[at + 2] & m2) | (t[at + 3] & m3)
                    | (t[at + 4] & m4) | (t[at + 5] & m5) | (t[at + 6] & m6) | (t[at + 7] & m7)
                    | (t[at + 8] & m8) | (t[at + 9] & m9) | (t[at + 10] & m10) | (t[at + 11] & m11)
                    | (t[at + 12] & m12) | (t[at + 13] & m13) | (t[at + 14] & m14) | (t[at + 15] & m15);
                at += Entries;
            }
        }
    }
}
