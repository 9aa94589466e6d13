using System;

namespace LumenLink.Beacon.Radio
{
    /// <summary>
    /// How much came and went from one scan window to the next. An address is one of 256 bits by its hash, so that
    /// crowds of any size take the same memory: among many addresses some share a bit, and changes look smaller.
    /// </summary>
    public sealed class Surroundings
    {
        /// <summary>There is nothing to compare with yet.</summary>
        public const int NotKnown = -1;

        private const int Words = 8;
        private const ulong Spread = 0x9E3779B97F4A7C15;

        private uint[] _before = new uint[Words];
        private uint[] _now = new uint[Words];
        private bool _hasBefore;

        /// <summary>An address was heard in the open window.</summary>
        public void Hear(ulong address)
        {
            int bit = (int)((address * Spread) >> 56);
            _now[bit >> 5] |= 1u << (bit & 31);
        }

        /// <summary>The window closed after its whole time.</summary>
        /// <returns>Addresses heard in one of the last two windows only, in percent of those heard in any;
        /// <see cref="NotKnown"/> for the first window.</returns>
        public int EndWindow()
        {
            int changed = 0;
            int heard = 0;
            for (int i = 0; i < Words; i++)
            {
                changed += CountOf(_before[i] ^ _now[i]);
                heard += CountOf(_before[i] | _now[i]);
            }

            bool isKnown = _hasBefore;
            _hasBefore = true;
            uint[] before = _before;
            _before = _now;
            _now = before;
            Array.Clear(_now, 0, Words);
            if (!isKnown)
            {
                return NotKnown;
            }

            return heard == 0 ? 0 : changed * 100 / heard;
        }

        /// <summary>The window was cut short: what it heard says nothing.</summary>
        public void Discard()
        {
            Array.Clear(_now, 0, Words);
        }

        /// <summary>The next window has nothing to compare with.</summary>
        public void Forget()
        {
            Discard();
            _hasBefore = false;
        }

        private static int CountOf(uint bits)
        {
            int count = 0;
            while (bits != 0)
            {
                bits &= bits - 1;
                count++;
            }

            return count;
        }
    }
}
