using System.Threading;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Time;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Supervision
{
    /// <summary>
    /// Reboots, and says in the next boot why. The last resort: a beacon that hangs or has no memory left. What hangs
    /// cannot be ended otherwise: nanoFramework's network calls may block for ever, and a blocked thread is not to be
    /// had back. It does so at most once in <see cref="DeviceLimits.RebootMinUptimeMs"/>, so that boots do not loop.
    /// A restart that somebody asked for waits until what was heard is queued and said.
    /// </summary>
    public sealed class Supervisor
    {
        /// <summary>Under which the reason of a reboot is kept until the next boot: `BootReason`, 1 byte.</summary>
        public const string ReasonName = "boot-reason";

        private readonly IBoardPower _power;
        private readonly IKeyValueStore _store;
        private readonly BeaconCounters _counters;
        private int _scarce;
        private int _beats;
        private int _beatsSeen;
        private int _silentChecks;
        private BootReason _restartReason;
        private long _restartMs;
        private long _restartLatestMs;

        /// <summary>Reads why this boot is, and forgets it.</summary>
        public Supervisor(IBoardPower power, IKeyValueStore store, BeaconCounters counters)
        {
            _power = power;
            _store = store;
            _counters = counters;
            byte[]? kept = store.Read(ReasonName);
            if (kept != null && kept.Length == 1 && kept[0] != (byte)BootReason.NotKnown)
            {
                BootReason = (BootReason)kept[0];
                Keep(store, BootReason.NotKnown);
            }
        }

        /// <summary>Why this boot is; not known after a loss of power, a fault of the firmware image, a
        /// reset.</summary>
        public BootReason BootReason { get; }

        /// <summary>True once a restart was asked for.</summary>
        public bool IsRestarting
        {
            get { return _restartReason != BootReason.NotKnown; }
        }

        /// <summary>Leaves a reason to the next boot.</summary>
        public static void Keep(IKeyValueStore store, BootReason reason)
        {
            store.Write(ReasonName, new byte[] { (byte)reason });
        }

        /// <summary>The loop runs: it calls this in every tick.</summary>
        /// <param name="nowMs">Board time.</param>
        /// <param name="jobLastsMs">For how long the link's thread has been at its job.</param>
        public void Step(long nowMs, long jobLastsMs)
        {
            Interlocked.Increment(ref _beats);
            if (jobLastsMs > DeviceLimits.LinkJobMaxMs)
            {
                RebootIfAllowed(BootReason.LinkHang, nowMs);
            }
        }

        /// <summary>
        /// Looks at the memory, once a status interval: a board that has been short of it so many times in a row, and
        /// is not being served any more, will not get it back by waiting.
        /// </summary>
        /// <param name="largestFreeBytes">The largest free block.</param>
        /// <param name="isServed">It holds a session and a connection: rather late than never.</param>
        /// <param name="nowMs">Board time.</param>
        public void CheckMemory(uint largestFreeBytes, bool isServed, long nowMs)
        {
            bool isScarce = largestFreeBytes != StatusBody.HeapNotKnown
                && largestFreeBytes < DeviceLimits.LargestBlockMinBytes;
            _scarce = isScarce && !isServed ? _scarce + 1 : 0;
            if (_scarce >= DeviceLimits.MemoryChecks)
            {
                RebootIfAllowed(BootReason.MemoryLow, nowMs);
            }
        }

        /// <summary>
        /// Sees whether the loop has run since the last call; the supervisor's own thread calls it every
        /// <see cref="DeviceLimits.SupervisorMs"/>. A loop that has stood still for several calls is not coming back.
        /// </summary>
        /// <param name="nowMs">Board time.</param>
        public void CheckLoop(long nowMs)
        {
            int beats = Interlocked.CompareExchange(ref _beats, 0, 0);
            _silentChecks = beats == _beatsSeen ? _silentChecks + 1 : 0;
            _beatsSeen = beats;
            if (_silentChecks >= DeviceLimits.SilentChecks)
            {
                RebootIfAllowed(BootReason.Supervisor, nowMs);
            }
        }

        /// <summary>Reboots for a reason that is kept for the next boot.</summary>
        public void Reboot(BootReason reason)
        {
            Keep(_store, reason);
            _power.Reboot();
        }

        /// <summary>Asks for a restart. The first reason counts.</summary>
        /// <param name="reason">Why; not <see cref="BootReason.NotKnown"/>.</param>
        /// <param name="linkMs">Link time.</param>
        public void Restart(BootReason reason, long linkMs)
        {
            if (!IsRestarting)
            {
                _restartReason = reason;
                _restartMs = linkMs + DeviceLimits.RestartLingerMs;
                _restartLatestMs = linkMs + DeviceLimits.RestartMaxMs;
            }
        }

        /// <summary>Restarts if that was asked for and it is time.</summary>
        /// <param name="isPutAway">What was heard is queued.</param>
        /// <param name="linkMs">Link time.</param>
        /// <returns>Milliseconds until it is.</returns>
        public int StepRestart(bool isPutAway, long linkMs)
        {
            if (!IsRestarting)
            {
                return Deadline.Never;
            }

            long dueMs = isPutAway ? _restartMs : _restartLatestMs;
            if (linkMs < dueMs)
            {
                return Deadline.In(dueMs, linkMs);
            }

            // A board does not come back from this.
            _restartMs = linkMs + DeviceLimits.FaultPauseMs;
            _restartLatestMs = _restartMs;
            Reboot(_restartReason);
            return DeviceLimits.FaultPauseMs;
        }

        private void RebootIfAllowed(BootReason reason, long nowMs)
        {
            if (nowMs >= DeviceLimits.RebootMinUptimeMs)
            {
                _counters.Faults++;
                Reboot(reason);
            }
        }
    }
}
