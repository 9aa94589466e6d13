using System;
using LumenLink.Beacon.Time;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>The clock of whatever host this is. Waits take no time: nothing here waits for anything.</summary>
    internal sealed class NanoClock : BoardClock
    {
        /// <summary>Ticks of 100 ns; for differences.</summary>
        internal long NowTicks
        {
            get { return DateTime.UtcNow.Ticks; }
        }

        /// <inheritdoc/>
        public override long NowMs
        {
            get { return 0; }
        }

        /// <inheritdoc/>
        public override long LinkMs
        {
            get { return 0; }
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
