using System.Threading;
using nanoFramework.Hardware.Esp32;

namespace HelloDevice
{
    public sealed class RaceCounters
    {
        public long Shared;
        public long Done;
    }

    /// <summary>The loop, a link job and a timer's callback all count up the same number.</summary>
    public abstract class RaceComposition
    {
        private readonly Timer _timer;

        protected RaceComposition()
        {
            _timer = new Timer(OnTimer, null, 7, 7);
        }

        public bool LinkJobPending => true;

        public AutoResetEvent Wake { get; } = new AutoResetEvent(false);

        public RaceCounters Counters { get; } = new RaceCounters();

        public int Tick()
        {
            FromLoop();
            return 10;
        }

        public void RunLinkJob()
        {
            FromJob();
        }

        public void RequestFlush()
        {
            _timer.Dispose();
        }

        protected abstract void FromLoop();

        protected abstract void FromJob();

        protected abstract void FromCallback();

        /// <summary>Reads, calls the host and writes: whoever comes between is forgotten.</summary>
        protected void CountUp()
        {
            long seen = Counters.Shared;
            HighResTimer.GetCurrent();
            Counters.Shared = seen + 1;
            Counters.Done++;
        }

        private void OnTimer(object state)
        {
            FromCallback();
        }
    }

    /// <summary>Nobody guards the number.</summary>
    public sealed class UnguardedComposition : RaceComposition
    {
        public static UnguardedComposition Create()
        {
            return new UnguardedComposition();
        }

        protected override void FromLoop()
        {
            CountUp();
        }

        protected override void FromJob()
        {
            CountUp();
        }

        protected override void FromCallback()
        {
            CountUp();
        }
    }

    /// <summary>One lock guards the number; the loop takes it twice.</summary>
    public sealed class GuardedComposition : RaceComposition
    {
        private readonly object _lock = new object();

        public static GuardedComposition Create()
        {
            return new GuardedComposition();
        }

        protected override void FromLoop()
        {
            lock (_lock)
            {
                FromCallback();
            }
        }

        protected override void FromJob()
        {
            FromCallback();
        }

        protected override void FromCallback()
        {
            lock (_lock)
            {
                CountUp();
            }
        }
    }

    /// <summary>Loop and job take two locks, each in its own order.</summary>
    public sealed class LockOrderComposition : RaceComposition
    {
        private readonly object _first = new object();
        private readonly object _second = new object();

        public static LockOrderComposition Create()
        {
            return new LockOrderComposition();
        }

        protected override void FromLoop()
        {
            lock (_first)
            {
                lock (_second)
                {
                    CountUp();
                }
            }
        }

        protected override void FromJob()
        {
            lock (_second)
            {
                lock (_first)
                {
                    CountUp();
                }
            }
        }

        protected override void FromCallback()
        {
            lock (_first)
            {
                CountUp();
            }
        }
    }
}
