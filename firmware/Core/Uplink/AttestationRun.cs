using System;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Time;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Uplink
{
    /// <summary>
    /// When to attest, and what to make of the answers; the cryptography is the
    /// exchange's. Keeps the session before until a receipt confirms the new one.
    /// </summary>
    public sealed class AttestationRun
    {
        private readonly AttestationExchange _exchange;
        private readonly IFrameWay _way;
        private readonly BoardClock _clock;
        private readonly BeaconCounters _counters;
        private readonly Random _random;
        private readonly BackOff _backOff;
        private readonly byte[] _frame;

        private long _dueMs;
        private int _unanswered;

        /// <summary>Composes the run.</summary>
        /// <param name="exchange">The cryptography.</param>
        /// <param name="way">Where frames go.</param>
        /// <param name="clock">Tells how long the chip, or the board in its place, has computed.</param>
        /// <param name="counters">Take what happens.</param>
        /// <param name="random">Draws the waits.</param>
        /// <param name="scratch">Room for a frame, shared with whatever else the loop writes.</param>
        public AttestationRun(
            AttestationExchange exchange,
            IFrameWay way,
            BoardClock clock,
            BeaconCounters counters,
            Random random,
            byte[] scratch)
        {
            _clock = clock;
            _frame = scratch;
            _exchange = exchange;
            _way = way;
            _counters = counters;
            _random = random;
            _backOff = new BackOff(DeviceLimits.AttestationRetryFirstMs, DeviceLimits.AttestationRetryMaxMs, random);
        }

        /// <summary>Where the exchange stands.</summary>
        public AttestationPhase Phase { get; private set; }

        /// <summary>The session that seals what goes up; null before the first and after it has expired.</summary>
        public Session? Current { get; private set; }

        /// <summary>
        /// The session before, while <see cref="Current"/> is not confirmed: receipts under it still count.
        /// </summary>
        public Session? Previous { get; private set; }

        /// <summary>True if exchanges on this connection go unanswered: it is of no use.</summary>
        public bool WantsReconnect
        {
            get { return _unanswered >= DeviceLimits.AttestationAttempts; }
        }

        /// <summary>A new connection stands: an exchange that was under way is void, a session still holds.</summary>
        public void OnConnected(long linkMs)
        {
            _unanswered = 0;
            if (Phase != AttestationPhase.Waiting)
            {
                _exchange.Abandon();
                Phase = AttestationPhase.Waiting;
                _dueMs = linkMs;
            }
        }

        /// <summary>
        /// Attests again at once, unless an exchange runs: the service does not seem to know the session.
        /// </summary>
        public void AttestNow(long linkMs)
        {
            if (Phase == AttestationPhase.Waiting)
            {
                _dueMs = linkMs;
            }
        }

        /// <summary>
        /// Forgets a session that has expired, with or without a connection.
        /// </summary>
        public void Expire(long linkMs)
        {
            if (Current != null && linkMs >= Current.ExpiresLinkMs)
            {
                Current = null;
                Previous = null;
                _counters.Attested = false;
            }
        }

        /// <summary>Starts an exchange that is due; gives up one that is not answered.</summary>
        /// <param name="topic">Where frames go up.</param>
        /// <param name="linkMs">Link time.</param>
        public void Step(string topic, long linkMs)
        {
            if (linkMs < _dueMs)
            {
                return;
            }

            if (Phase != AttestationPhase.Waiting)
            {
                _unanswered++;
                Wait(linkMs, 0);
                return;
            }

            int length = _exchange.WriteHello(_frame);
            if (length < 0)
            {
                _counters.ChipFailures++;
                Wait(linkMs, 0);
            }
            else if (_way.Publish(topic, _frame, length))
            {
                Phase = AttestationPhase.HelloSent;
                _dueMs = linkMs + DeviceLimits.AttestationAnswerMs;
            }
            else
            {
                _dueMs = linkMs + DeviceLimits.PublishRetryMs;
            }
        }

        /// <summary>Milliseconds until the next step has something to do by itself.</summary>
        public int DueIn(long linkMs)
        {
            int due = Deadline.In(_dueMs, linkMs);
            return Current == null ? due : Deadline.Sooner(due, Deadline.In(Current.ExpiresLinkMs, linkMs));
        }

        /// <summary>Answers a Challenge. That takes seconds: what follows counts from its end.</summary>
        public void OnChallenge(byte[] frame, int count, string topic)
        {
            DownlinkOutcome outcome = _exchange.OnChallenge(frame, count, _frame, out int length);
            long linkMs = _clock.LinkMs;
            if (outcome == DownlinkOutcome.ChipFailed)
            {
                _counters.ChipFailures++;
                Wait(linkMs, 0);
            }
            else if (outcome != DownlinkOutcome.Accepted)
            {
                // Perhaps not the service's: the exchange goes on, its time limit stays.
                _counters.DownlinkRefused++;
            }
            else if (_way.Publish(topic, _frame, length))
            {
                Phase = AttestationPhase.EvidenceSent;
                _dueMs = linkMs + DeviceLimits.AttestationAnswerMs;
            }
            else
            {
                Wait(linkMs, 0);
            }
        }

        /// <summary>Takes the service's verdict.</summary>
        /// <returns>True if it gave a session.</returns>
        public bool OnResult(byte[] frame, int count, long linkMs)
        {
            DownlinkOutcome outcome = _exchange.OnResult(frame, count);
            Session? session = _exchange.Session;
            if (outcome != DownlinkOutcome.Accepted || session == null)
            {
                _counters.DownlinkRefused++;
                return false;
            }

            Previous = Current;
            Current = session;
            Phase = AttestationPhase.Waiting;
            _dueMs = ReattestMs(session, linkMs);
            _unanswered = 0;
            _backOff.Reset();
            _counters.Attestations++;
            _counters.Attested = true;
            _counters.RefusalOutcome = -1;
            return true;
        }

        /// <summary>
        /// Takes a refusal. Signed, it ends the exchange. Unsigned, anybody may have said it:
        /// it only makes the next Hello later. A session that is held stays in either case.
        /// </summary>
        public void OnRefusal(byte[] frame, int count, long linkMs)
        {
            DownlinkOutcome outcome = _exchange.OnRefusal(
                frame, count, out int retryAfterS, out bool isSigned, out AttestationOutcome reason);
            if (outcome != DownlinkOutcome.Accepted)
            {
                _counters.DownlinkRefused++;
                return;
            }

            if (isSigned)
            {
                _counters.RefusalOutcome = (int)reason;
            }

            _unanswered = 0;
            Wait(linkMs, retryAfterS);
        }

        /// <summary>True if the service sealed this frame under a session that is held.</summary>
        public bool Opens(byte[] frame, int count)
        {
            return (Current != null && Current.Opens(frame, count))
                || (Previous != null && Previous.Opens(frame, count));
        }

        /// <summary>A receipt came under this session: if it is the newest, the one before is over.</summary>
        public void OnReceipt(uint sessionId)
        {
            if (Current != null && Current.Id == sessionId)
            {
                Previous = null;
            }
        }

        private void Wait(long linkMs, int atLeastS)
        {
            Phase = AttestationPhase.Waiting;
            int maxS = DeviceLimits.AttestationRetryMaxMs / 1000;
            if (atLeastS > maxS)
            {
                atLeastS = maxS;
            }

            _dueMs = linkMs + (atLeastS * 1000) + _backOff.NextMs();
        }

        /// <summary>Drawn by the second, so that beacons that attested at once do not come back at once.</summary>
        private long ReattestMs(Session session, long linkMs)
        {
            long lifetimeMs = session.ExpiresLinkMs - linkMs;
            long fromMs = lifetimeMs * DeviceLimits.ReattestFromPercent / 100;
            long toMs = lifetimeMs * DeviceLimits.ReattestToPercent / 100;
            return linkMs + fromMs + (1000L * _random.Next((int)((toMs - fromMs) / 1000) + 1));
        }
    }
}
