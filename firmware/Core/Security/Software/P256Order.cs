namespace LumenLink.Beacon.Security
{
    /// <summary>Numbers modulo n, the order of the curve P-256 (SP 800-186, section 3.2.1.3): scalars.</summary>
    internal sealed class P256Order : P256Modulus
    {
        /// <summary>-1 / n modulo 2^26.</summary>
        private const long Factor = 0x200bc4f;

        private const long N0 = 0x0632551;
        private const long N1 = 0x272b0bf;
        private const long N2 = 0x1e84f3b;
        private const long N3 = 0x2b69c5e;
        private const long N4 = 0x3bce6fa;
        private const long N5 = 0x3ffffff;
        private const long N6 = 0x3ffffff;
        private const long N7 = 0x00003ff;
        private const long N8 = 0x3ff0000;
        private const long N9 = 0x03fffff;

        /// <summary>The scalars.</summary>
        internal P256Order()
            : base(
                new int[]
                {
                    (int)N0, (int)N1, (int)N2, (int)N3, (int)N4, (int)N5, (int)N6, (int)N7, (int)N8, (int)N9,
                },
                new int[]
                {
                    0x26dc3ba, 0x173037a, 0x3d8a084, 0x064a819, 0x15571bb,
                    0x2fb1658, 0x32392b6, 0x07f0916, 0x159d956, 0x0384b65,
                },
                new int[]
                {
                    0x1cdaaf0, 0x0d4f40e, 0x17b0c46, 0x0963a18, 0x0319055,
                    0x0000001, 0x0000000, 0x3ffc000, 0x00fffff, 0x0000000,
                })
        {
        }

        /// <inheritdoc/>
        protected override void Reduce(int[] r)
        {
            long[] t = Columns;
            long t0 = t[0], t1 = t[1], t2 = t[2], t3 = t[3], t4 = t[4];
            long t5 = t[5], t6 = t[6], t7 = t[7], t8 = t[8], t9 = t[9];
            long t10 = t[10], t11 = t[11], t12 = t[12], t13 = t[13], t14 = t[14];
            long t15 = t[15], t16 = t[16], t17 = t[17], t18 = t[18];
            long q;
            q = ((t0 & Mask) * Factor) & Mask;
            t0 += q * N0; t1 += q * N1; t2 += q * N2; t3 += q * N3; t4 += q * N4;
            t5 += q * N5; t6 += q * N6; t7 += q * N7; t8 += q * N8; t9 += q * N9; t1 += t0 >> 26;
            q = ((t1 & Mask) * Factor) & Mask;
            t1 += q * N0; t2 += q * N1; t3 += q * N2; t4 += q * N3; t5 += q * N4;
            t6 += q * N5; t7 += q * N6; t8 += q * N7; t9 += q * N8; t10 += q * N9; t2 += t1 >> 26;
            q = ((t2 & Mask) * Factor) & Mask;
            t2 += q * N0; t3 += q * N1; t4 += q * N2; t5 += q * N3; t6 += q * N4;
            t7 += q * N5; t8 += q * N6; t9 += q * N7; t10 += q * N8; t11 += q * N9; t3 += t2 >> 26;
            q = ((t3 & Mask) * Factor) & Mask;
            t3 += q * N0; t4 += q * N1; t5 += q * N2; t6 += q * N3; t7 += q * N4;
            t8 += q * N5; t9 += q * N6; t10 += q * N7; t11 += q * N8; t12 += q * N9; t4 += t3 >> 26;
            q = ((t4 & Mask) * Factor) & Mask;
            t4 += q * N0; t5 += q * N1; t6 += q * N2; t7 += q * N3; t8 += q * N4;
            t9 += q * N5; t10 += q * N6; t11 += q * N7; t12 += q * N8; t13 += q * N9; t5 += t4 >> 26;
            q = ((t5 & Mask) * Factor) & Mask;
            t5 += q * N0; t6 += q * N1; t7 += q * N2; t8 += q * N3; t9 += q * N4;
            t10 += q * N5; t11 += q * N6; t12 += q * N7; t13 += q * N8; t14 += q * N9; t6 += t5 >> 26;
            q = ((t6 & Mask) * Factor) & Mask;
            t6 += q * N0; t7 += q * N1; t8 += q * N2; t9 += q * N3; t10 += q * N4;
            t11 += q * N5; t12 += q * N6; t13 += q * N7; t14 += q * N8; t15 += q * N9; t7 += t6 >> 26;
            q = ((t7 & Mask) * Factor) & Mask;
            t7 += q * N0; t8 += q * N1; t9 += q * N2; t10 += q * N3; t11 += q * N4;
            t12 += q * N5; t13 += q * N6; t14 += q * N7; t15 += q * N8; t16 += q * N9; t8 += t7 >> 26;
            q = ((t8 & Mask) * Factor) & Mask;
            t8 += q * N0; t9 += q * N1; t10 += q * N2; t11 += q * N3; t12 += q * N4;
            t13 += q * N5; t14 += q * N6; t15 += q * N7; t16 += q * N8; t17 += q * N9; t9 += t8 >> 26;
            q = ((t9 & Mask) * Factor) & Mask;
            t9 += q * N0; t10 += q * N1; t11 += q * N2; t12 += q * N3; t13 += q * N4;
            t14 += q * N5; t15 += q * N6; t16 += q * N7; t17 += q * N8; t18 += q * N9; t10 += t9 >> 26;
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
