using System.Text;
using LumenLink.Beacon.Time;

namespace LumenLink.Beacon.Provisioning
{
    /// <summary>
    /// The service of Improv via BLE: takes Wi-Fi credentials within a minute of a button press, and says what became
    /// of them. Knows bytes and time alone. Any bytes may come; what is no command is answered by an error.
    /// </summary>
    public sealed class ImprovService
    {
        /// <summary>It identifies itself and tells what it is; it scans for nobody.</summary>
        public const byte Capabilities = 0x03;

        private readonly IImprovClient _client;
        private readonly byte[][] _deviceInfo;
        private readonly ImprovPacket _command = new ImprovPacket();
        private readonly ImprovPacket _result = new ImprovPacket();
        private long _commandDueMs;
        private long _authorizedUntilMs;
        private long _identifyUntilMs;

        /// <summary>A service that waits for the button.</summary>
        /// <param name="client">Sees and is told.</param>
        /// <param name="deviceInfo">Firmware name, firmware version, hardware, device name.</param>
        public ImprovService(IImprovClient client, string[] deviceInfo)
        {
            _client = client;
            _deviceInfo = new byte[deviceInfo.Length][];
            for (int i = 0; i < deviceInfo.Length; i++)
            {
                _deviceInfo[i] = Encoding.UTF8.GetBytes(deviceInfo[i]);
            }
        }

        /// <summary>Where it stands.</summary>
        public ImprovState State { get; private set; } = ImprovState.AuthorizationRequired;

        /// <summary>What was wrong last.</summary>
        public ImprovError Error { get; private set; }

        /// <summary>The network to try while <see cref="ImprovState.Provisioning"/>; else empty.</summary>
        public string Ssid { get; private set; } = "";

        /// <summary>Its password. Never printed.</summary>
        public string Password { get; private set; } = "";

        /// <summary>True while the board shows which one it is.</summary>
        public bool IsIdentifying(long nowMs)
        {
            return nowMs < _identifyUntilMs;
        }

        /// <summary>The button was pressed: credentials are taken from now on for a minute.</summary>
        public void Authorize(long nowMs)
        {
            if (State == ImprovState.AuthorizationRequired || State == ImprovState.Authorized)
            {
                _authorizedUntilMs = nowMs + DeviceLimits.AuthorizationMs;
                MoveTo(ImprovState.Authorized);
            }
        }

        /// <summary>What a client wrote: a packet, or a piece of one.</summary>
        /// <param name="bytes">Holds it from its start.</param>
        /// <param name="count">Its bytes.</param>
        /// <param name="nowMs">Board time.</param>
        public void Receive(byte[] bytes, int count, long nowMs)
        {
            Step(nowMs);
            if (count == 0 || State == ImprovState.Provisioned)
            {
                return;
            }

            _commandDueMs = nowMs + DeviceLimits.ImprovPacketMs;
            bool isPacket = _command.Append(bytes, count);
            if (isPacket && !_command.IsWhole)
            {
                return;
            }

            // Each packet ends an error and may begin another: the same error again is told again.
            Say(ImprovError.None);
            Say(isPacket && _command.IsIntact ? Obey(nowMs) : ImprovError.InvalidPacket);
            _command.Clear();
        }

        /// <summary>The client is gone; the next one finds neither its pieces nor its errors.</summary>
        public void Disconnected()
        {
            _command.Clear();
            Say(ImprovError.None);
        }

        /// <summary>How the attempt to join ended.</summary>
        /// <param name="isJoined">True if the network is there.</param>
        /// <param name="url">Where the client sends its user next; empty for nowhere.</param>
        /// <param name="nowMs">Board time.</param>
        public void JoinEnded(bool isJoined, string url, long nowMs)
        {
            if (State != ImprovState.Provisioning)
            {
                return;
            }

            Ssid = "";
            Password = "";
            if (!isJoined)
            {
                Say(ImprovError.UnableToConnect);
                _authorizedUntilMs = nowMs + DeviceLimits.AuthorizationMs;
                MoveTo(ImprovState.Authorized);
                return;
            }

            MoveTo(ImprovState.Provisioned);
            _result.Begin(ImprovCommand.SendWifiSettings);
            if (url.Length > 0)
            {
                _result.AddString(Encoding.UTF8.GetBytes(url));
            }

            Answer();
        }

        /// <summary>
        /// Lets time pass: an authorization ends, a packet that does not come to its end is given up.
        /// </summary>
        /// <returns>Milliseconds until there is something to do by itself.</returns>
        public int Step(long nowMs)
        {
            int due = Deadline.Never;
            if (State == ImprovState.Authorized)
            {
                if (nowMs >= _authorizedUntilMs)
                {
                    MoveTo(ImprovState.AuthorizationRequired);
                }
                else
                {
                    due = Deadline.In(_authorizedUntilMs, nowMs);
                }
            }

            if (_command.Length > 0)
            {
                if (nowMs >= _commandDueMs)
                {
                    _command.Clear();
                    Say(ImprovError.InvalidPacket);
                }
                else
                {
                    due = Deadline.Sooner(due, Deadline.In(_commandDueMs, nowMs));
                }
            }

            return IsIdentifying(nowMs) ? Deadline.Sooner(due, Deadline.In(_identifyUntilMs, nowMs)) : due;
        }

        private ImprovError Obey(long nowMs)
        {
            switch (_command.Command)
            {
                case ImprovCommand.SendWifiSettings:
                    return State == ImprovState.Authorized ? TakeSettings() : ImprovError.NotAuthorized;
                case ImprovCommand.Identify:
                case ImprovCommand.DeviceInfo:
                    break;
                default:
                    return ImprovError.UnknownCommand;
            }

            if (_command.DataLength != 0)
            {
                return ImprovError.InvalidPacket;
            }

            if (_command.Command == ImprovCommand.Identify)
            {
                _identifyUntilMs = nowMs + DeviceLimits.IdentifyMs;
                return ImprovError.None;
            }

            _result.Begin(ImprovCommand.DeviceInfo);
            for (int i = 0; i < _deviceInfo.Length; i++)
            {
                _result.AddString(_deviceInfo[i]);
            }

            Answer();
            return ImprovError.None;
        }

        private ImprovError TakeSettings()
        {
            int ssidLength = _command.StringAt(0, out int ssidStart);
            int passwordLength = _command.StringAt(ssidLength + 1, out int passwordStart);
            bool isWhole = ssidLength >= 0 && passwordLength >= 0
                && ssidLength + passwordLength + 2 == _command.DataLength;
            if (!isWhole || ssidLength == 0 || ssidLength > DeviceLimits.SsidMaxBytes
                || passwordLength > DeviceLimits.WifiPasswordMaxBytes
                || !Utf8Text.IsValid(_command.Bytes, ssidStart, ssidLength)
                || !Utf8Text.IsValid(_command.Bytes, passwordStart, passwordLength))
            {
                return ImprovError.InvalidPacket;
            }

            Ssid = Encoding.UTF8.GetString(_command.Bytes, ssidStart, ssidLength);
            Password = passwordLength == 0
                ? "" : Encoding.UTF8.GetString(_command.Bytes, passwordStart, passwordLength);
            MoveTo(ImprovState.Provisioning);
            return ImprovError.None;
        }

        private void Answer()
        {
            _result.End();
            _client.ShowResult(_result.Bytes, _result.Length);
        }

        private void MoveTo(ImprovState state)
        {
            if (state != State)
            {
                State = state;
                _client.ShowState(state);
            }
        }

        private void Say(ImprovError error)
        {
            if (error != Error)
            {
                Error = error;
                _client.ShowError(error);
            }
        }
    }
}
