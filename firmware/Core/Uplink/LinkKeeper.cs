using System;
using System.Threading;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Time;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Uplink
{
    /// <summary>
    /// Keeps one connection to the service, over the best transport that works. What blocks is a job that another
    /// thread runs (<see cref="RunJob"/>); the loop only orders it and later sees how it ended. Every attempt has a
    /// token of its own and waits its back-off; when no transport works, records only queue.
    /// </summary>
    public sealed class LinkKeeper : IFrameWay
    {
        private readonly ILink[] _links;
        private readonly LinkHealth _health;
        private readonly ConnectionTokenMaker _tokens;
        private readonly BeaconIdentity _identity;
        private readonly BeaconCounters _counters;
        private readonly AutoResetEvent _wake;
        private readonly BackOff _networkBackOff;
        private readonly BackOff _chipBackOff;
        private readonly byte[] _outcomes;
        private readonly object _lock = new object();

        private int _current;
        private uint _connect;
        private string _password = "";
        private long _dueMs;
        private long _jobSinceMs;
        private bool _isNew;
        private bool _isProven;
        private bool _isEnding;
        private Job _job;
        private bool _isJobPending;
        private bool _isJobDone;
        private LinkOutcome _outcome;

        /// <summary>Composes the keeper.</summary>
        /// <param name="links">The transports, best first; perhaps none.</param>
        /// <param name="tokens">Makes a password for each attempt.</param>
        /// <param name="identity">Who connects.</param>
        /// <param name="counters">Take what happens.</param>
        /// <param name="wake">Set when a job ends.</param>
        /// <param name="random">Draws the waits.</param>
        public LinkKeeper(
            ILink[] links,
            ConnectionTokenMaker tokens,
            BeaconIdentity identity,
            BeaconCounters counters,
            AutoResetEvent wake,
            Random random)
        {
            _links = links;
            _outcomes = new byte[links.Length];
            _health = new LinkHealth(links.Length, random);
            _tokens = tokens;
            _identity = identity;
            _counters = counters;
            _wake = wake;
            _networkBackOff = new BackOff(DeviceLimits.ReconnectFirstMs, DeviceLimits.ReconnectMaxMs, random);
            _chipBackOff = new BackOff(DeviceLimits.ChipRetryFirstMs, DeviceLimits.ChipRetryMaxMs, random);
        }

        private enum Job
        {
            None,
            Connect,
            Work,
            Disconnect,
        }

        /// <summary>Where the connection stands.</summary>
        public LinkPhase Phase { get; private set; }

        /// <summary>How the last attempt to connect ended.</summary>
        public LinkOutcome LastOutcome { get; private set; }

        /// <summary>The transport that is connected or tried, by its place in the list.</summary>
        public int Current
        {
            get { return _current; }
        }

        /// <summary>How many transports there are.</summary>
        public int Count
        {
            get { return _links.Length; }
        }

        /// <summary>What a transport speaks.</summary>
        /// <param name="transport">Its place in the list.</param>
        public TransportKind KindOf(int transport)
        {
            return _links[transport].Kind;
        }

        /// <summary>How often a transport failed since the service last answered through it.</summary>
        /// <param name="transport">Its place in the list.</param>
        public int FailuresOf(int transport)
        {
            return _health.FailuresOf(transport);
        }

        /// <summary>How the last attempt to connect over a transport ended.</summary>
        /// <param name="transport">Its place in the list.</param>
        public LinkOutcome OutcomeOf(int transport)
        {
            return (LinkOutcome)_outcomes[transport];
        }

        /// <summary>What the connection speaks; None without one.</summary>
        public TransportKind Kind
        {
            get { return Phase == LinkPhase.Connected ? _links[_current].Kind : TransportKind.None; }
        }

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
            Job job;
            lock (_lock)
            {
                if (!_isJobPending)
                {
                    return;
                }

                _isJobPending = false;
                job = _job;
            }

            LinkOutcome outcome = LinkOutcome.Faulted;
            try
            {
                outcome = Do(job);
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

        /// <inheritdoc/>
        public bool Publish(string topic, byte[] payload, int count)
        {
            return Phase == LinkPhase.Connected && _links[_current].Publish(topic, payload, count);
        }

        /// <summary>Moves on.</summary>
        /// <param name="linkMs">Link time.</param>
        /// <returns>True if the connection was made in this step.</returns>
        public bool Step(long linkMs)
        {
            if (_job != Job.None && !TakeJob(linkMs))
            {
                return false;
            }

            switch (Phase)
            {
                case LinkPhase.Waiting:
                    if (linkMs >= _dueMs)
                    {
                        BeginConnect(linkMs);
                    }

                    return false;
                case LinkPhase.Connected:
                    if (_isNew)
                    {
                        _isNew = false;
                        return true;
                    }

                    GoOn(linkMs);
                    return false;
                default:
                    return false;
            }
        }

        /// <summary>Milliseconds until the next step has something to do by itself.</summary>
        public int DueIn(long linkMs)
        {
            if (_job != Job.None)
            {
                return Deadline.Never;
            }

            switch (Phase)
            {
                case LinkPhase.Waiting:
                    return Deadline.In(_dueMs, linkMs);
                case LinkPhase.Connected:
                    // Better transports are looked at when the radio wakes the loop anyway.
                    return _links[_current].HasWork ? 0 : Deadline.Never;
                default:
                    return Deadline.Never;
            }
        }

        /// <summary>For how long a job has been running or waiting to run; 0 if there is none.</summary>
        public long JobLastsMs(long linkMs)
        {
            return _job == Job.None ? 0 : linkMs - _jobSinceMs;
        }

        /// <summary>The connection is of no use: close it, then connect again, perhaps over another
        /// transport.</summary>
        public void Restart()
        {
            _isEnding |= Phase == LinkPhase.Connected;
        }

        /// <summary>The service itself answered: this transport works.</summary>
        public void Proven()
        {
            if (Phase == LinkPhase.Connected)
            {
                _isProven = true;
                _health.Proven(_current);
                _networkBackOff.Reset();
            }
        }

        private LinkOutcome Do(Job job)
        {
            ILink link = _links[_current];
            switch (job)
            {
                case Job.Connect:
                    return link.Connect(_identity.IdText, _identity.IdText, _password);
                case Job.Work:
                    link.Work();
                    return LinkOutcome.Connected;
                default:
                    link.Disconnect();
                    return LinkOutcome.Connected;
            }
        }

        /// <summary>A connection stands and no job runs.</summary>
        private void GoOn(long linkMs)
        {
            if (_isEnding || !_links[_current].IsConnected)
            {
                if (_isProven && !_isEnding)
                {
                    _health.Lost(_current, linkMs);
                }
                else
                {
                    _health.Failed(_current, linkMs, _links[_current].RetryAfterS * 1000);
                }

                Close(linkMs);
            }
            else if (linkMs >= _health.ProbeMs)
            {
                _health.Probe();
                Close(linkMs);
            }
            else if (_links[_current].HasWork)
            {
                Order(Job.Work, linkMs);
            }
        }

        private void Close(long linkMs)
        {
            _isEnding = false;
            Phase = LinkPhase.Closing;
            Order(Job.Disconnect, linkMs);
        }

        private void BeginConnect(long linkMs)
        {
            int transport = _health.Choose(linkMs);
            if (transport == LinkHealth.None)
            {
                _dueMs = _health.NextMs();
                return;
            }

            _connect++;
            if (_tokens.Make(_identity.Boot, _connect, out string password) != ChipStatus.Ok)
            {
                _counters.ChipFailures++;
                _dueMs = linkMs + _chipBackOff.NextMs();
                return;
            }

            _chipBackOff.Reset();
            _password = password;
            _current = transport;
            Phase = LinkPhase.Connecting;
            Order(Job.Connect, linkMs);
        }

        private void Order(Job job, long linkMs)
        {
            _job = job;
            _jobSinceMs = linkMs;
            lock (_lock)
            {
                _isJobDone = false;
                _isJobPending = true;
            }
        }

        /// <summary>Sees how a job ended; false while it has not.</summary>
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

            Job done = _job;
            _job = Job.None;
            if (done == Job.Connect)
            {
                TakeConnect(linkMs);
            }
            else if (done == Job.Disconnect)
            {
                Phase = LinkPhase.Waiting;
                _dueMs = _health.NextMs();
            }

            return true;
        }

        private void TakeConnect(long linkMs)
        {
            _password = "";
            LastOutcome = _outcome;
            _outcomes[_current] = (byte)_outcome;
            if (_outcome == LinkOutcome.Connected)
            {
                Phase = LinkPhase.Connected;
                _isNew = true;
                _isProven = false;
                _isEnding = false;
                _health.Connected(_current, linkMs);
                _counters.Connects++;
                return;
            }

            _counters.ConnectFailures++;
            Phase = LinkPhase.Waiting;
            if (_outcome == LinkOutcome.NoNetwork)
            {
                _health.Wait(_current, linkMs + _networkBackOff.NextMs());
            }
            else
            {
                _health.Failed(_current, linkMs, _links[_current].RetryAfterS * 1000);
            }

            _dueMs = _health.NextMs();
        }
    }
}
