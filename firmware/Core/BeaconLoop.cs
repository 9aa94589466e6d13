using System.Threading;
using LumenLink.Beacon.Identifier;
using LumenLink.Beacon.Queue;
using LumenLink.Beacon.Radio;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Sightings;
using LumenLink.Beacon.Status;
using LumenLink.Beacon.Supervision;
using LumenLink.Beacon.Time;
using LumenLink.Beacon.Uplink;

namespace LumenLink.Beacon
{
    /// <summary>
    /// The beacon. Whoever runs it calls <see cref="Tick"/>, waits for <see cref="Wake"/>
    /// at most as long as it said, and calls it again; a second thread runs
    /// <see cref="RunLinkJob"/> when one is pending. Everything else happens in here.
    /// </summary>
    public sealed class BeaconLoop
    {
        private readonly BeaconParts _parts;
        private readonly BackOff _chipBackOff;
        private long _chipDueMs;
        private int _flushRequested;
        private bool _isPuttingAway;

        /// <summary>Takes the parts. Nothing runs before the first tick.</summary>
        public BeaconLoop(BeaconParts parts)
        {
            _parts = parts;
            _chipBackOff = new BackOff(DeviceLimits.ChipRetryFirstMs, DeviceLimits.ChipRetryMaxMs, parts.Random);
        }

        /// <summary>Set when something happened that the loop should look at before its time.</summary>
        public AutoResetEvent Wake
        {
            get { return _parts.Wake; }
        }

        /// <summary>What has happened since boot.</summary>
        public BeaconCounters Counters
        {
            get { return _parts.Counters; }
        }

        /// <summary>True if the board's LED is to be lit.</summary>
        public bool IsLedLit
        {
            get { return _parts.Light.IsLit; }
        }

        /// <summary>True while blocking work waits for <see cref="RunLinkJob"/>.</summary>
        public bool LinkJobPending
        {
            get { return _parts.Keeper.IsJobPending; }
        }

        /// <summary>Does the blocking work of the link, on another thread than the loop's.</summary>
        public void RunLinkJob()
        {
            _parts.Keeper.RunJob();
        }

        /// <summary>
        /// Closes the open window, puts what was heard into the queue and ends scanning and advertising for good; a
        /// Wi-Fi scan that runs is waited for. The uplink goes on. From any thread; takes effect with the next tick.
        /// </summary>
        public void RequestFlush()
        {
            Interlocked.Exchange(ref _flushRequested, 1);
            _parts.Wake.Set();
        }

        /// <summary>Sees whether the loop still runs; for a thread of its own.</summary>
        public void Supervise()
        {
            _parts.Supervisor.CheckLoop(_parts.Clock.NowMs);
        }

        /// <summary>Does what is due.</summary>
        /// <returns>Milliseconds of board time until it wants to run again.</returns>
        public int Tick()
        {
            BoardClock clock = _parts.Clock;
            _parts.Supervisor.Step(clock.NowMs, _parts.Keeper.JobLastsMs(clock.LinkMs));
            int due = StepChip(clock.LinkMs);
            due = Deadline.Sooner(due, StepRadio(clock.NowMs));
            _parts.Uplink.Step(clock.LinkMs);
            _parts.Status.Transport(_parts.Keeper.Kind, _parts.Keeper.Current);
            if (_parts.Uplink.TakeAttested())
            {
                // The first frame under the new session says how the beacon is.
                _parts.Status.Report(clock.NowMs);
                _parts.Uplink.Step(clock.LinkMs);
            }

            due = Deadline.Sooner(due, _parts.Light.Step(clock.NowMs));
            due = Deadline.Sooner(due, _parts.Trial.Step(clock.LinkMs));
            due = Deadline.Sooner(due, StepRestart(clock.LinkMs));
            return Deadline.Sooner(due, _parts.Uplink.DueIn(clock.LinkMs));
        }

        private int StepRestart(long linkMs)
        {
            Supervisor supervisor = _parts.Supervisor;
            if (supervisor.IsRestarting && !_isPuttingAway)
            {
                _isPuttingAway = true;
                RequestFlush();
            }

            return supervisor.StepRestart(_parts.Radio.IsStopped, linkMs);
        }

        private int StepChip(long linkMs)
        {
            BeaconIdentity identity = _parts.Identity;
            if (identity.IsKnown)
            {
                return Deadline.Never;
            }

            if (linkMs >= _chipDueMs)
            {
                ChipStatus status = identity.Load(_parts.Chip);
                if (status == ChipStatus.Ok)
                {
                    _parts.Queue.StartBoot(identity.Boot);
                    return Deadline.Never;
                }

                Counters.ChipFailures++;
                _chipDueMs = linkMs + _chipBackOff.NextMs();
            }

            return Deadline.In(_chipDueMs, linkMs);
        }

        private int StepRadio(long nowMs)
        {
            ReportBuilder reports = _parts.Reports;
            RadioScheduler radio = _parts.Radio;
            reports.Drain(nowMs);
            if (Interlocked.Exchange(ref _flushRequested, 0) != 0)
            {
                radio.Stop();
            }

            bool canRecord = _parts.Identity.IsKnown;
            radio.AllowScans(canRecord && _parts.Coder.IsReady);
            radio.ShareWith(_parts.Uplink.IsLive, _parts.Uplink.IsBusy(_parts.Clock.LinkMs));
            radio.Advertise(_parts.Identifier.FrameFor(nowMs), _parts.OnAir.Data(_parts.Uplink.IsLive));
            _parts.Status.EidPeriod(_parts.Identifier.Period);
            int due = radio.Step(nowMs);
            if (radio.IsStopped)
            {
                reports.Cut(nowMs);
            }

            if (canRecord && _parts.Status.Step(nowMs))
            {
                bool isServed = _parts.Uplink.IsLive && Counters.Attested;
                _parts.Supervisor.CheckMemory(_parts.Status.LargestFreeBytes, isServed, nowMs);
            }

            return due;
        }
    }
}
