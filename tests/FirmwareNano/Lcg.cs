namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>Numbers that look random and are the same everywhere: the linear congruential generator of Numerical
    /// Recipes.</summary>
    internal sealed class Lcg
    {
        private uint state;

        internal Lcg(uint seed)
        {
            state = seed;
        }

        /// <summary>The next number of 24 bits.</summary>
        internal int Next()
        {
            state = unchecked((state * 1664525u) + 1013904223u);
            return (int)(long)(state >> 8);
        }

        /// <summary>The next number below a limit of at most 2^24.</summary>
        internal int Below(int limit)
        {
            return Next() % limit;
        }

        internal void Fill(byte[] bytes, int count)
        {
            for (int i = 0; i < count; i++)
            {
                bytes[i] = (byte)(Next() >> 8);
            }
        }
    }
}
