using System;
using System.Threading;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Time;

namespace LumenLink.Beacon.Uplink
{
    /// <summary>
    /// Keeps one connection to the broker. What blocks is a job that another thread runs (<see cref="RunJob"/>); the
    /// loop only orders it and later sees how it ended. Every attempt has a token of its own and waits its back-off.
    /// </summary>
    public sealed class LinkKeeper
    {
        private readonly ILink _link;
        private readonly ConnectionTokenMaker _tokens;
        private readonly BeaconIdentity _identity;
        private readonly BeaconCounters _counters;
        private readonly AutoResetEvent _wake;
        private readonly BackOff _backOff;
        private readonly BackOff _chipBackOff;
        private readonly object _lock = new object();

        private uint _connect;
        private string _password = "";
        private long _dueMs;
        private bool _isJobPending;
        private bool _isJobDone;
        private LinkOutcome _outcome;

        /// <summary>Composes the keeper.</summary>
        public LinkKeeper(
            ILink link,
            ConnectionTokenMaker tokens,
            BeaconIdentity identity,
            BeaconCounters counters,
            AutoResetEvent wake,
            Random random)
        {
            _link = link;
            _tokens = tokens;
            _identity = identity;
            _counters = counters;
            _wake = wake;
            _backOff = new BackOff(DeviceLimits.ReconnectFirstMs, DeviceLimits.ReconnectMaxMs, random);
            _chipBackOff = new BackOff(DeviceLimits.ChipRetryFirstMs, DeviceLimits.ChipRetryMaxMs, random);
        }

        /// <summary>Where the connection stands.</summary>
        public LinkPhase Phase { get; private set; }

        /// <summary>How the last attempt to connect ended.</summary>
        public LinkOutcome LastOutcome { get; private set; }

        /// <summary>True while a job waits for <see cref="RunJob"/>; not while one runs.</summary>
        public bool IsJobPending
        {
            get
            {
                lock (_lock)
                {
                    return _isJobPending;
                }
            }
        }

        /// <summary>Does the pending job, if any. Blocks; on the link thread only. Wakes the loop at its end.</summary>
        public void RunJob()
        {
            lock (_lock)
            {
                if (!_isJobPending)
                {
                    return;
                }

                _isJobPending = false;
            }

            LinkOutcome outcome = LinkOutcome.Faulted;
            try
            {
                if (Phase == LinkPhase.Connecting)
                {
                    outcome = _link.Connect(_identity.IdText, _identity.IdText, _password);
                }
                else
                {
                    _link.Disconnect();
                }
            }
            catch (Exception)
            {
                outcome = LinkOutcome.Faulted;
            }

            lock (_lock)
            {
                _isJobDone = true;
                _outcome = outcome;
            }

            _wake.Set();
        }

        /// <summary>Moves on.</summary>
        /// <param name="linkMs">Link time.</param>
        /// <returns>True if the connection was made in this step.</returns>
        public bool Step(long linkMs)
        {
            switch (Phase)
            {
                case LinkPhase.Waiting:
                    if (linkMs >= _dueMs)
                    {
                        BeginConnect(linkMs);
                    }

                    return false;
                case LinkPhase.Connected:
                    if (!_link.IsConnected)
                    {
                        Restart();
                    }

                    return false;
                default:
                    return TakeJob(linkMs);
            }
        }

        /// <summary>Milliseconds until the next step has something to do by itself.</summary>
        public int DueIn(long linkMs)
        {
            return Phase == LinkPhase.Waiting ? Deadline.In(_dueMs, linkMs) : Deadline.Never;
        }

        /// <summary>The connection is of no use: close it, then connect again after a back-off.</summary>
        public void Restart()
        {
            if (Phase == LinkPhase.Connected)
            {
                Order(LinkPhase.Closing);
            }
        }

        /// <summary>The service itself answered: the next failure starts with short waits again.</summary>
        public void Proven()
        {
            _backOff.Reset();
        }

        private void BeginConnect(long linkMs)
        {
            _connect++;
            if (_tokens.Make(_identity.Boot, _connect, out string password) != ChipStatus.Ok)
            {
                _counters.ChipFailures++;
                _dueMs = linkMs + _chipBackOff.NextMs();
                return;
            }

            _chipBackOff.Reset();
            _password = password;
            Order(LinkPhase.Connecting);
        }

        private void Order(LinkPhase phase)
        {
            Phase = phase;
            lock (_lock)
            {
                _isJobDone = false;
                _isJobPending = true;
            }
        }

        private bool TakeJob(long linkMs)
        {
            lock (_lock)
            {
                if (!_isJobDone)
                {
                    return false;
                }

                _isJobDone = false;
            }

            if (Phase == LinkPhase.Connecting)
            {
                _password = "";
                LastOutcome = _outcome;
                if (_outcome == LinkOutcome.Connected)
                {
                    Phase = LinkPhase.Connected;
                    _counters.Connects++;
                    return true;
                }

                _counters.ConnectFailures++;
            }

            Phase = LinkPhase.Waiting;
            _dueMs = linkMs + _backOff.NextMs();
            return false;
        }
    }
}
