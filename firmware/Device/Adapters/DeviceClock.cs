using System;
using System.Threading;
using LumenLink.Beacon.Time;
using nanoFramework.Hardware.Esp32;
using nanoFramework.Runtime.Native;

namespace LumenLink.Beacon.Adapters
{
    /// <summary>The board's own clocks. The only type that reads them.</summary>
    public sealed class DeviceClock : BoardClock
    {
        private const long UnixEpochTicks = 621355968000000000;

        /// <summary>A board starts in 1970 or 2000, and nobody ships firmware from before this year.</summary>
        private const int FirstCredibleYear = 2021;

        /// <inheritdoc/>
        public override long NowMs
        {
            get { return 0L + (long)(HighResTimer.GetCurrent() / 1000); } // the left side makes it signed on the board
        }

        /// <inheritdoc/>
        public override long LinkMs
        {
            get { return Environment.TickCount64; }
        }

        /// <inheritdoc/>
        public override bool IsUtcSet
        {
            get { return DateTime.UtcNow.Year >= FirstCredibleYear; }
        }

        /// <inheritdoc/>
        public override long UtcEpochMs
        {
            get
            {
                DateTime now = DateTime.UtcNow;
                long unixMs = (now.Ticks - UnixEpochTicks) / TimeSpan.TicksPerMillisecond;
                return now.Year >= FirstCredibleYear ? unixMs - NowMs : 0;
            }
        }

        /// <inheritdoc/>
        public override void SetUtc(long unixMs)
        {
            Rtc.SetSystemTime(new DateTime(UnixEpochTicks + (unixMs * TimeSpan.TicksPerMillisecond)));
        }

        /// <inheritdoc/>
        public override void Pause(int durationMs)
        {
            Thread.Sleep(durationMs);
        }
    }
}
