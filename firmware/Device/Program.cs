using System.Threading;

namespace LumenLink.Beacon
{
    /// <summary>Where the firmware starts.</summary>
    public static class Program
    {
        /// <summary>
        /// Decides what this boot is for and runs it: this thread ticks, another does the link's blocking work, and a
        /// third sees whether this one still runs.
        /// </summary>
        public static void Main()
        {
            BootMode mode = BootMode.Create();
            AutoResetEvent jobs = new AutoResetEvent(false);
            Thread linkThread = new Thread(() =>
            {
                while (true)
                {
                    jobs.WaitOne();
                    mode.RunLinkJob();
                }
            });
            linkThread.Start();
            AutoResetEvent never = new AutoResetEvent(false);
            Thread supervisor = new Thread(() =>
            {
                while (true)
                {
                    never.WaitOne(DeviceLimits.SupervisorMs, false);
                    mode.Supervise();
                }
            });
            supervisor.Start();

            while (true)
            {
                int waitMs = mode.Tick();
                if (mode.LinkJobPending)
                {
                    jobs.Set();
                }

                mode.Wake.WaitOne(waitMs, false);
            }
        }
    }
}
