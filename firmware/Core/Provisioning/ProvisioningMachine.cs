using LumenLink.Beacon.Time;

namespace LumenLink.Beacon.Provisioning
{
    /// <summary>Provisioning as a whole: what button, service and time make of each other.</summary>
    public sealed class ProvisioningMachine
    {
        private readonly ImprovService _service;
        private readonly ButtonWatch _button = new ButtonWatch();
        private readonly bool _isConfigured;
        private bool _isProvisioned;
        private long _leaveMs;
        private long _signalSinceMs;

        /// <summary>Provisioning begins.</summary>
        /// <param name="service">The service.</param>
        /// <param name="isConfigured">True if the board can do without: it then goes back by itself.</param>
        /// <param name="nowMs">Board time.</param>
        public ProvisioningMachine(ImprovService service, bool isConfigured, long nowMs)
        {
            _service = service;
            _isConfigured = isConfigured;
            _leaveMs = nowMs + DeviceLimits.ProvisioningMs;
            _signalSinceMs = nowMs;
            Signal = LedSignal.Waiting;
        }

        /// <summary>Why it is over; <see cref="ProvisioningEnd.None"/> while it is not.</summary>
        public ProvisioningEnd End { get; private set; }

        /// <summary>What the LED says.</summary>
        public LedSignal Signal { get; private set; }

        /// <summary>True if the LED is lit.</summary>
        public bool IsLit(long nowMs)
        {
            return LedPattern.IsLit(Signal, nowMs - _signalSinceMs);
        }

        /// <summary>Moves on.</summary>
        /// <param name="isDown">True while the button is down.</param>
        /// <param name="nowMs">Board time.</param>
        /// <returns>Milliseconds until there is something to do by itself.</returns>
        public int Step(bool isDown, long nowMs)
        {
            switch (_button.Step(isDown, nowMs))
            {
                case ButtonEvent.Pressed:
                case ButtonEvent.HeldToProvision:
                    _service.Authorize(nowMs);
                    break;
                case ButtonEvent.HeldToReset:
                    End = ProvisioningEnd.Reset;
                    break;
                default:
                    break;
            }

            int due = Deadline.Sooner(_service.Step(nowMs), _button.DueIn(nowMs));
            due = Deadline.Sooner(due, StepEnd(nowMs));
            Show(nowMs);
            return Deadline.Sooner(due, LedPattern.ChangesIn(Signal, nowMs - _signalSinceMs));
        }

        private int StepEnd(long nowMs)
        {
            if (_service.State == ImprovState.Provisioned)
            {
                // The client is still to read the result.
                _leaveMs = _isProvisioned ? _leaveMs : nowMs + DeviceLimits.ProvisionedLingerMs;
                _isProvisioned = true;
            }
            else if (_service.State != ImprovState.AuthorizationRequired)
            {
                _leaveMs = nowMs + DeviceLimits.ProvisioningMs;
            }

            if (!_isProvisioned && !_isConfigured)
            {
                return Deadline.Never;
            }

            if (End == ProvisioningEnd.None && nowMs >= _leaveMs)
            {
                End = ProvisioningEnd.Done;
            }

            return Deadline.In(_leaveMs, nowMs);
        }

        private void Show(long nowMs)
        {
            LedSignal signal = SignalOf(nowMs);
            if (signal != Signal)
            {
                Signal = signal;
                _signalSinceMs = nowMs;
            }
        }

        private LedSignal SignalOf(long nowMs)
        {
            switch (_service.State)
            {
                case ImprovState.Provisioned:
                    return LedSignal.Provisioned;
                case ImprovState.Provisioning:
                    return LedSignal.Provisioning;
                default:
                    break;
            }

            if (_service.IsIdentifying(nowMs))
            {
                return LedSignal.Identify;
            }

            return _service.Error == ImprovError.UnableToConnect ? LedSignal.Failed
                : _service.State == ImprovState.Authorized ? LedSignal.Authorized : LedSignal.Waiting;
        }
    }
}
