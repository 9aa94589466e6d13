using LumenLink.Beacon.Control;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Time;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Uplink
{
    /// <summary>
    /// The uplink: one connection, one attestation after the other, records up, receipts and control down. Offline it
    /// costs nothing and the queue fills. Every frame that comes down is hostile until its signature or tag says
    /// otherwise.
    /// </summary>
    public sealed class UplinkMachine
    {
        private readonly BeaconIdentity _identity;
        private readonly LinkKeeper _keeper;
        private readonly AttestationRun _attestation;
        private readonly RecordSender _sender;
        private readonly ControlDesk _control;
        private readonly FrameInbox _inbox;
        private readonly BeaconCounters _counters;
        private readonly FrameHeader _header = new FrameHeader();
        private readonly bool _hasBroker;
        private string _upTopic = "";
        private long _attestations;

        /// <summary>Composes the machine; without a broker it does nothing.</summary>
        public UplinkMachine(
            BeaconIdentity identity,
            LinkKeeper keeper,
            AttestationRun attestation,
            RecordSender sender,
            ControlDesk control,
            FrameInbox inbox,
            BeaconCounters counters,
            bool hasBroker)
        {
            _hasBroker = hasBroker;
            _identity = identity;
            _keeper = keeper;
            _attestation = attestation;
            _sender = sender;
            _control = control;
            _inbox = inbox;
            _counters = counters;
        }

        /// <summary>The uplink in one word.</summary>
        public UplinkState State
        {
            get
            {
                if (!IsUsable)
                {
                    return UplinkState.Offline;
                }

                switch (_keeper.Phase)
                {
                    case LinkPhase.Waiting:
                        return UplinkState.BackOff;
                    case LinkPhase.Connected:
                        return ConnectedState();
                    default:
                        return UplinkState.Connecting;
                }
            }
        }

        /// <summary>True while a connection stands.</summary>
        public bool IsLive
        {
            get { return IsUsable && _keeper.Phase == LinkPhase.Connected; }
        }

        /// <summary>True while it connects, is about to, or attests: whatever takes the radio away breaks it.</summary>
        public bool IsBusy(long linkMs)
        {
            if (!IsUsable)
            {
                return false;
            }

            switch (_keeper.Phase)
            {
                case LinkPhase.Waiting:
                    return _keeper.DueIn(linkMs) == 0;
                case LinkPhase.Connected:
                    return _attestation.Phase != AttestationPhase.Waiting || _attestation.DueIn(linkMs) == 0;
                default:
                    return true;
            }
        }

        /// <summary>Handles what came, moves connection and attestation on, sends what may be sent.</summary>
        /// <param name="linkMs">Link time.</param>
        public void Step(long linkMs)
        {
            if (!IsUsable)
            {
                return;
            }

            if (_keeper.Step(linkMs))
            {
                _upTopic = MqttTopics.Up(_identity.IdText);
                _attestation.OnConnected(linkMs);
                _sender.Reset();
            }

            HandleInbox(linkMs);
            _attestation.Expire(linkMs);
            if (_keeper.Phase != LinkPhase.Connected)
            {
                return;
            }

            _attestation.Step(_upTopic, linkMs);
            Session? session = _attestation.Current;
            if (session != null)
            {
                _control.Step(session, _upTopic, linkMs);
                _sender.Step(session, _upTopic, linkMs);
            }

            if (_attestation.WantsReconnect || _sender.Misses >= DeviceLimits.ResendsBeforeReconnect)
            {
                _keeper.Restart();
            }
            else if (_sender.TakeWantsHello())
            {
                _attestation.AttestNow(linkMs);
            }
        }

        /// <summary>Milliseconds until the next step has something to do by itself.</summary>
        public int DueIn(long linkMs)
        {
            if (!IsUsable)
            {
                return Deadline.Never;
            }

            int due = _keeper.DueIn(linkMs);
            if (_keeper.Phase != LinkPhase.Connected)
            {
                return due;
            }

            due = Deadline.Sooner(due, _attestation.DueIn(linkMs));
            return _attestation.Current == null ? due : Deadline.Sooner(
                due, Deadline.Sooner(_sender.DueIn(linkMs), _control.DueIn(linkMs)));
        }

        /// <summary>True once after each attestation that gave a session.</summary>
        public bool TakeAttested()
        {
            if (_attestations == _counters.Attestations)
            {
                return false;
            }

            _attestations = _counters.Attestations;
            return true;
        }

        private bool IsUsable
        {
            get { return _hasBroker && _identity.IsKnown; }
        }

        private UplinkState ConnectedState()
        {
            if (_attestation.Current != null)
            {
                return UplinkState.Online;
            }

            switch (_attestation.Phase)
            {
                case AttestationPhase.HelloSent:
                    return UplinkState.HelloSent;
                case AttestationPhase.EvidenceSent:
                    return UplinkState.EvidenceSent;
                default:
                    return _counters.RefusalOutcome >= 0 ? UplinkState.Refused : UplinkState.Unattested;
            }
        }

        private void HandleInbox(long linkMs)
        {
            for (int i = 0; i < DeviceLimits.InboxFramesPerTick; i++)
            {
                byte[]? frame = _inbox.TryTake();
                if (frame == null)
                {
                    break;
                }

                HandleFrame(frame, linkMs);
            }

            _inbox.MoveCounts(_counters);
        }

        private void HandleFrame(byte[] frame, long linkMs)
        {
            if (_header.Read(frame, 0, frame.Length) != WireError.None)
            {
                _counters.DownlinkRefused++;
                return;
            }

            switch (_header.Type)
            {
                case FrameType.Challenge:
                    _attestation.OnChallenge(frame, frame.Length, _upTopic);
                    break;
                case FrameType.AttestationResult:
                    HandleResult(frame, linkMs);
                    break;
                case FrameType.AttestationRefusal:
                    _attestation.OnRefusal(frame, frame.Length, linkMs);
                    break;
                case FrameType.Receipt:
                    HandleReceipt(frame, linkMs);
                    break;
                case FrameType.Config:
                case FrameType.Command:
                    HandleControl(frame, linkMs);
                    break;
                default:
                    _counters.DownlinkRefused++;
                    break;
            }
        }

        private void HandleControl(byte[] frame, long linkMs)
        {
            bool isConfig = _header.Type == FrameType.Config;
            Session? session = _attestation.Current;
            if (session == null || !_attestation.Opens(frame, frame.Length))
            {
                _counters.DownlinkRefused++;
                return;
            }

            bool isTaken = isConfig
                ? _control.OnConfig(frame, frame.Length, session, _upTopic, linkMs)
                : _control.OnCommand(frame, frame.Length, session, _upTopic, linkMs);
            if (!isTaken)
            {
                _counters.DownlinkRefused++;
            }
        }

        private void HandleResult(byte[] frame, long linkMs)
        {
            if (!_attestation.OnResult(frame, frame.Length, linkMs))
            {
                return;
            }

            _keeper.Proven();
            if (_sender.Misses > 0)
            {
                // What waited under a session that the service did not know goes out again at once.
                _sender.Reset();
            }
        }

        private void HandleReceipt(byte[] frame, long linkMs)
        {
            uint sessionId = _header.SessionId;
            if (!_attestation.Opens(frame, frame.Length) || !_sender.OnReceipt(frame, frame.Length))
            {
                _counters.DownlinkRefused++;
                return;
            }

            if (_sender.ShortTopicGranted)
            {
                // Until the next connection, which may lead to another broker.
                _upTopic = MqttTopics.ConnectionUp;
            }

            _attestation.OnReceipt(sessionId);
            _control.OnReceipt(linkMs);
            _keeper.Proven();
        }
    }
}
