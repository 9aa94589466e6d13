namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// Numbers modulo p = 2^256 - 2^224 + 2^192 + 2^96 - 1, over which the curve P-256 lies (SP 800-186, section
    /// 3.2.1.3). Four shifts take the place of a multiplication by p.
    /// </summary>
    internal sealed class P256Field : P256Modulus
    {
        private const int TopBits = 22;

        /// <summary>The field.</summary>
        internal P256Field()
            : base(
                new int[]
                {
                    0x3ffffff, 0x3ffffff, 0x3ffffff, 0x003ffff, 0x0000000,
                    0x0000000, 0x0000000, 0x0000400, 0x3ff0000, 0x03fffff,
                },
                new int[]
                {
                    0x0000300, 0x0000000, 0x3f00000, 0x3ffffff, 0x3fffffb,
                    0x3ffffbf, 0x3ffffff, 0x3f7ffff, 0x0ffffff, 0x0000001,
                },
                new int[]
                {
                    0x0000010, 0x0000000, 0x0000000, 0x3c00000, 0x3ffffff,
                    0x3ffffff, 0x3ffffff, 0x3ffbfff, 0x00fffff, 0x0000000,
                })
        {
        }

        /// <summary>
        /// r = ka a + kb b, which lies between 0 and p but for less than p / 2^27. Any of them may be the same array.
        /// </summary>
        /// <param name="a">A number.</param>
        /// <param name="ka">How many times; |ka| + |kb| at most 12.</param>
        /// <param name="b">Another.</param>
        /// <param name="kb">How many times.</param>
        /// <param name="r">Gets the sum.</param>
        internal void Combine(int[] a, int ka, int[] b, int kb, int[] r)
        {
            int s = (ka * a[0]) + (kb * b[0]);
            int t0 = s & Mask;
            s = (s >> 26) + (ka * a[1]) + (kb * b[1]);
            int t1 = s & Mask;
            s = (s >> 26) + (ka * a[2]) + (kb * b[2]);
            int t2 = s & Mask;
            s = (s >> 26) + (ka * a[3]) + (kb * b[3]);
            int t3 = s & Mask;
            s = (s >> 26) + (ka * a[4]) + (kb * b[4]);
            int t4 = s & Mask;
            s = (s >> 26) + (ka * a[5]) + (kb * b[5]);
            int t5 = s & Mask;
            s = (s >> 26) + (ka * a[6]) + (kb * b[6]);
            int t6 = s & Mask;
            s = (s >> 26) + (ka * a[7]) + (kb * b[7]);
            int t7 = s & Mask;
            s = (s >> 26) + (ka * a[8]) + (kb * b[8]);
            int t8 = s & Mask;
            s = (s >> 26) + (ka * a[9]) + (kb * b[9]);
            int over = s >> TopBits;
            r[0] = t0 + over;
            r[1] = t1;
            r[2] = t2;
            r[3] = t3 - (over << 18);
            r[4] = t4;
            r[5] = t5;
            r[6] = t6;
            r[7] = t7 - (over << 10);
            r[8] = t8 + (over << 16);
            r[9] = s & ((1 << TopBits) - 1);
        }

        /// <inheritdoc/>
        protected override void Reduce(int[] r)
        {
            // p is -1 modulo 2^26: a column's own low bits say how many times p is to be added.
            long[] t = Columns;
            long t0 = t[0], t1 = t[1], t2 = t[2], t3 = t[3], t4 = t[4];
            long t5 = t[5], t6 = t[6], t7 = t[7], t8 = t[8], t9 = t[9];
            long t10 = t[10], t11 = t[11], t12 = t[12], t13 = t[13], t14 = t[14];
            long t15 = t[15], t16 = t[16], t17 = t[17], t18 = t[18];
            long q;
            q = t0 & Mask; t1 += t0 >> 26; t3 += q << 18; t7 += q << 10; t8 -= q << 16; t9 += q << 22;
            q = t1 & Mask; t2 += t1 >> 26; t4 += q << 18; t8 += q << 10; t9 -= q << 16; t10 += q << 22;
            q = t2 & Mask; t3 += t2 >> 26; t5 += q << 18; t9 += q << 10; t10 -= q << 16; t11 += q << 22;
            q = t3 & Mask; t4 += t3 >> 26; t6 += q << 18; t10 += q << 10; t11 -= q << 16; t12 += q << 22;
            q = t4 & Mask; t5 += t4 >> 26; t7 += q << 18; t11 += q << 10; t12 -= q << 16; t13 += q << 22;
            q = t5 & Mask; t6 += t5 >> 26; t8 += q << 18; t12 += q << 10; t13 -= q << 16; t14 += q << 22;
            q = t6 & Mask; t7 += t6 >> 26; t9 += q << 18; t13 += q << 10; t14 -= q << 16; t15 += q << 22;
            q = t7 & Mask; t8 += t7 >> 26; t10 += q << 18; t14 += q << 10; t15 -= q << 16; t16 += q << 22;
            q = t8 & Mask; t9 += t8 >> 26; t11 += q << 18; t15 += q << 10; t16 -= q << 16; t17 += q << 22;
            q = t9 & Mask; t10 += t9 >> 26; t12 += q << 18; t16 += q << 10; t17 -= q << 16; t18 += q << 22;
            r[0] = (int)(t10 & Mask); t11 += t10 >> 26;
            r[1] = (int)(t11 & Mask); t12 += t11 >> 26;
            r[2] = (int)(t12 & Mask); t13 += t12 >> 26;
            r[3] = (int)(t13 & Mask); t14 += t13 >> 26;
            r[4] = (int)(t14 & Mask); t15 += t14 >> 26;
            r[5] = (int)(t15 & Mask); t16 += t15 >> 26;
            r[6] = (int)(t16 & Mask); t17 += t16 >> 26;
            r[7] = (int)(t17 & Mask); t18 += t17 >> 26;
            r[8] = (int)(t18 & Mask);
            r[9] = (int)(t18 >> 26);
        }
    }
}
