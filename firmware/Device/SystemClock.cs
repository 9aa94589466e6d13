using System;
using System.Threading;
using LumenLink.Beacon.Core.Time;

namespace LumenLink.Beacon
{
    /// <summary>The board's own clock: the tick counter of the runtime.</summary>
    public sealed class SystemClock : BoardClock
    {
        /// <inheritdoc/>
        public override long NowMs => Environment.TickCount64;

        /// <inheritdoc/>
        public override void Wait(int durationMs) => Thread.Sleep(durationMs);
    }
}
