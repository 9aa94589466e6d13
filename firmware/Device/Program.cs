using System;
using LumenLink.Beacon.Core.Time;
using LumenLink.Protocol;

namespace LumenLink.Beacon
{
    /// <summary>Where the firmware starts.</summary>
    public static class Program
    {
        /// <summary>Composes the beacon and runs it.</summary>
        public static void Main()
        {
            BoardClock clock = new SystemClock();
            Console.WriteLine($"LumenLink beacon, wire {WireVersion.Current}, up {clock.NowMs} ms");
        }
    }
}
