using LumenLink.Beacon.Time;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>A clock that stands: what is run here must not depend on time.</summary>
    internal sealed class NanoClock : BoardClock
    {
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
