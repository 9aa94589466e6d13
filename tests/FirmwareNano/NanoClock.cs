using System;
using LumenLink.Beacon.Time;

namespace LumenLink.Tests.FirmwareNano
{
    internal sealed class NanoClock : BoardClock
    {
        internal long NowUs { get { return DateTime.UtcNow.Ticks / 10; } }
        public override long NowMs { get { return NowUs / 1000; } }
        public override long LinkMs { get { return NowMs; } }
        public override bool IsUtcSet { get { return false; } }
        public override long UtcEpochMs { get { return 0; } }
        public override void SetUtc(long unixMs) { }
        public override void Pause(int durationMs) { }
    }
}
