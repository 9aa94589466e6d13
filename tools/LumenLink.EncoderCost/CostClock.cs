using System;
using LumenLink.Beacon.Time;

namespace LumenLink.EncoderCost
{
    /// <summary>The clock of whatever host this is, finer than the firmware needs.</summary>
    internal sealed class CostClock : BoardClock
    {
        /// <summary>Ticks of 100 ns; for differences.</summary>
        internal long NowTicks
        {
            get { return DateTime.UtcNow.Ticks; }
        }

        /// <inheritdoc/>
        public override long NowMs
        {
            get { return NowTicks / 10000; }
        }

        /// <inheritdoc/>
        public override long LinkMs
        {
            get { return NowMs; }
        }

        /// <inheritdoc/>
        public override bool IsUtcSet
        {
            get { return false; }
        }

        /// <inheritdoc/>
        public override long UtcEpochMs
        {
            get { return 0; }
        }

        /// <inheritdoc/>
        public override void SetUtc(long unixMs)
        {
        }

        /// <inheritdoc/>
        public override void Pause(int durationMs)
        {
        }
    }
}
