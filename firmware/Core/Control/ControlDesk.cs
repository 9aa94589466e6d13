using System;
using LumenLink.Beacon.Provisioning;
using LumenLink.Beacon.Radio;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Supervision;
using LumenLink.Beacon.Time;
using LumenLink.Beacon.Uplink;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Control
{
    /// <summary>
    /// Takes commands and configurations, and acknowledges them (README of the protocol, section 12). Who calls has
    /// opened the frame under a session. The last acknowledgement waits until the link takes it; one that is lost comes
    /// again when the service repeats what it answers. What becomes of a configuration later is said without being
    /// asked.
    /// </summary>
    public sealed class ControlDesk
    {
        private readonly CommandLedger _commands;
        private readonly CommandRunner _runner;
        private readonly ConfigLedger _configs;
        private readonly ConfigTrial _trial;
        private readonly RadioPolicy _deployed;
        private readonly BeaconIdentity _identity;
        private readonly ServiceSignatureCheck _signatures;
        private readonly Supervisor _supervisor;
        private readonly BeaconCounters _counters;
        private readonly IFrameWay _way;
        private readonly byte[] _frame;
        private readonly CommandAckFrame _ack = new CommandAckFrame();
        private bool _isUnsaid;
        private long _dueMs;

        /// <summary>Composes the desk.</summary>
        /// <param name="commands">The last command.</param>
        /// <param name="runner">Carries commands out.</param>
        /// <param name="configs">The configurations.</param>
        /// <param name="trial">Decides whether one may stay.</param>
        /// <param name="deployed">Cycle and advertise slot of the file that a configuration is laid over.</param>
        /// <param name="identity">Whose configurations count.</param>
        /// <param name="signatures">Checks them.</param>
        /// <param name="supervisor">Restarts.</param>
        /// <param name="counters">Take what happens.</param>
        /// <param name="way">Where acknowledgements go.</param>
        /// <param name="scratch">Room for a frame, shared with whatever else the loop writes.</param>
        public ControlDesk(
            CommandLedger commands,
            CommandRunner runner,
            ConfigLedger configs,
            ConfigTrial trial,
            RadioPolicy deployed,
            BeaconIdentity identity,
            ServiceSignatureCheck signatures,
            Supervisor supervisor,
            BeaconCounters counters,
            IFrameWay way,
            byte[] scratch)
        {
            _commands = commands;
            _runner = runner;
            _configs = configs;
            _trial = trial;
            _deployed = deployed;
            _identity = identity;
            _signatures = signatures;
            _supervisor = supervisor;
            _counters = counters;
            _way = way;
            _frame = scratch;
        }

        /// <summary>Takes a command and acknowledges it.</summary>
        /// <param name="frame">Holds the frame at its start.</param>
        /// <param name="count">Its bytes, tag included.</param>
        /// <param name="session">Seals the acknowledgement.</param>
        /// <param name="topic">Where that goes.</param>
        /// <param name="linkMs">Link time.</param>
        /// <returns>False if the frame does not follow the specification; nothing happens then.</returns>
        public bool OnCommand(byte[] frame, int count, Session session, string topic, long linkMs)
        {
            CommandFrame command = new CommandFrame();
            if (command.Read(frame, 0, count) != WireError.None)
            {
                return false;
            }

            ControlOutcome outcome = Take(command, session.ServiceUnixMs(linkMs));
            Acknowledge(ControlSubject.Command, command.CommandId, outcome, new byte[0], linkMs);
            Step(session, topic, linkMs);
            return true;
        }

        /// <summary>Takes a configuration and acknowledges it; parameters as those of a command.</summary>
        /// <returns>False if the frame does not follow the specification; nothing happens then.</returns>
        public bool OnConfig(byte[] frame, int count, Session session, string topic, long linkMs)
        {
            ConfigFrame config = new ConfigFrame();
            if (config.Read(frame, 0, count) != WireError.None)
            {
                return false;
            }

            ControlOutcome outcome = Take(config, frame, count, linkMs);
            bool isKept = config.Version == _configs.Highest && outcome == _configs.Outcome;
            byte[] detail = isKept ? _configs.Detail : new byte[0];
            Acknowledge(ControlSubject.Configuration, config.Version, outcome, detail, linkMs);
            Step(session, topic, linkMs);
            return true;
        }

        /// <summary>A receipt came: the service is reached.</summary>
        public void OnReceipt(long linkMs)
        {
            if (_trial.OnReceipt(linkMs))
            {
                Acknowledge(ControlSubject.Configuration, _configs.Highest, _configs.Outcome, _configs.Detail, linkMs);
            }
        }

        /// <summary>Says what waits to be said.</summary>
        /// <param name="session">Seals it.</param>
        /// <param name="topic">Where it goes.</param>
        /// <param name="linkMs">Link time.</param>
        public void Step(Session session, string topic, long linkMs)
        {
            if (!_isUnsaid || linkMs < _dueMs)
            {
                return;
            }

            _ack.SessionId = session.Id;
            int length = _ack.Write(_frame, 0);
            _isUnsaid = length > 0 && !_way.Publish(topic, _frame, session.Seal(_frame, length - FrameTag.Size));
            _dueMs = linkMs + DeviceLimits.PublishRetryMs;
        }

        /// <summary>Milliseconds until the next step has something to do by itself.</summary>
        public int DueIn(long linkMs)
        {
            return _isUnsaid ? Deadline.In(_dueMs, linkMs) : Deadline.Never;
        }

        private ControlOutcome Take(CommandFrame command, long serviceUnixMs)
        {
            if (command.CommandId <= _commands.Id)
            {
                return command.CommandId == _commands.Id ? _commands.Outcome : ControlOutcome.IdNotRising;
            }

            ControlOutcome outcome = CommandRunner.Judge(command.Command, command.Argument);
            if (outcome == ControlOutcome.Done && serviceUnixMs >= command.ExpiresUnixMs)
            {
                outcome = ControlOutcome.Expired;
            }

            if (!_commands.Keep(command.CommandId, outcome))
            {
                return ControlOutcome.NotKept;
            }

            if (outcome == ControlOutcome.Done)
            {
                _runner.Run(command.Command, command.Argument);
            }

            return outcome;
        }

        private ControlOutcome Take(ConfigFrame config, byte[] frame, int count, long linkMs)
        {
            if (config.Version <= _configs.Highest)
            {
                return config.Version == _configs.Highest ? _configs.Outcome : ControlOutcome.VersionNotRising;
            }

            DownlinkOutcome signature = _signatures.CheckConfig(config, frame, count, _identity.Id);
            if (signature == DownlinkOutcome.ChipFailed)
            {
                _counters.ChipFailures++;
                return ControlOutcome.CouldNotCheck;
            }

            if (signature != DownlinkOutcome.Accepted)
            {
                return ControlOutcome.SignatureInvalid;
            }

            byte[] text = new byte[config.TextLength];
            Array.Copy(config.Text, config.TextOffset, text, 0, text.Length);
            string wrong = ConfigParser.CheckSigned(_deployed, text);
            if (wrong.Length > 0)
            {
                return _configs.Refuse(config.Version, DetailOf(wrong))
                    ? ControlOutcome.TextInvalid : ControlOutcome.NotKept;
            }

            if (!_configs.Accept(config.Version, text))
            {
                return ControlOutcome.NotKept;
            }

            _supervisor.Restart(BootReason.Configuration, linkMs);
            return ControlOutcome.Accepted;
        }

        /// <summary>A key as a detail: its first characters.</summary>
        private static byte[] DetailOf(string key)
        {
            byte[] detail = new byte[key.Length < WireLimits.MaxAsciiBytes ? key.Length : WireLimits.MaxAsciiBytes];
            for (int i = 0; i < detail.Length; i++)
            {
                detail[i] = (byte)key[i];
            }

            return detail;
        }

        private void Acknowledge(
            ControlSubject subject, uint number, ControlOutcome outcome, byte[] detail, long linkMs)
        {
            _ack.Subject = subject;
            _ack.Number = number;
            _ack.Outcome = outcome;
            ByteWriter.Bytes(_ack.Detail.Bytes, 0, detail);
            _ack.Detail.Length = detail.Length;
            _isUnsaid = true;
            _dueMs = linkMs;
        }
    }
}
