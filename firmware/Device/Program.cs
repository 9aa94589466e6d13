using System.Threading;

namespace LumenLink.Beacon
{
    /// <summary>Where the firmware starts.</summary>
    public static class Program
    {
        /// <summary>
        /// Composes the beacon and runs it: this thread ticks, the one other thread does the link's blocking work.
        /// </summary>
        public static void Main()
        {
            BeaconComposition beacon = BeaconComposition.Create();
            AutoResetEvent jobs = new AutoResetEvent(false);
            Thread linkThread = new Thread(() =>
            {
                while (true)
                {
                    jobs.WaitOne();
                    beacon.RunLinkJob();
                }
            });
            linkThread.Start();

            while (true)
            {
                int waitMs = beacon.Tick();
                if (beacon.LinkJobPending)
                {
                    jobs.Set();
                }

                beacon.Wake.WaitOne(waitMs, false);
            }
        }
    }
}
