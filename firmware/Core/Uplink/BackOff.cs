using System;

namespace LumenLink.Beacon.Uplink
{
    /// <summary>
    /// How long to wait after a failure: an upper bound that doubles with each failure up to a cap, and a wait
    /// drawn evenly below it (full jitter), so that beacons that failed together do not come back together.
    /// </summary>
    public sealed class BackOff
    {
        private readonly int _firstMs;
        private readonly int _maxMs;
        private readonly Random _random;

        /// <summary>Makes one without failures.</summary>
        /// <param name="firstMs">Bound after the first failure.</param>
        /// <param name="maxMs">Bound that is never passed.</param>
        /// <param name="random">Seeded differently on every beacon.</param>
        public BackOff(int firstMs, int maxMs, Random random)
        {
            _firstMs = firstMs;
            _maxMs = maxMs;
            _random = random;
        }

        /// <summary>Failures since the last success.</summary>
        public int Failures { get; private set; }

        /// <summary>Upper bound of the wait after this many failures in a row.</summary>
        public int BoundMs(int failures)
        {
            int bound = _firstMs;
            while (failures > 1 && bound < _maxMs)
            {
                bound = bound > _maxMs / 2 ? _maxMs : bound * 2;
                failures--;
            }

            return bound < _maxMs ? bound : _maxMs;
        }

        /// <summary>Counts a failure and draws the wait: 0 to the bound.</summary>
        public int NextMs()
        {
            Failures++;
            return _random.Next(BoundMs(Failures) + 1);
        }

        /// <summary>
        /// Draws the wait for an answer that may yet come: half of the bound to the bound. Counts nothing.
        /// </summary>
        public int PatienceMs()
        {
            int half = BoundMs(Failures + 1) / 2;
            return half + _random.Next(half + 1);
        }

        /// <summary>Counts a failure without drawing.</summary>
        public void Fail()
        {
            Failures++;
        }

        /// <summary>Forgets the failures.</summary>
        public void Reset()
        {
            Failures = 0;
        }
    }
}
