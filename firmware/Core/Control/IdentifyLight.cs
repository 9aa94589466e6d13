using LumenLink.Beacon.Provisioning;
using LumenLink.Beacon.Time;

namespace LumenLink.Beacon.Control
{
    /// <summary>The LED of a beacon at work: dark, unless it is to show which beacon it is.</summary>
    public sealed class IdentifyLight
    {
        private bool _isOn;
        private long _sinceMs;
        private long _endsMs;

        /// <summary>True if the LED is lit.</summary>
        public bool IsLit { get; private set; }

        /// <summary>Shows it for so many seconds from now.</summary>
        public void Begin(int seconds, long nowMs)
        {
            _isOn = true;
            _sinceMs = nowMs;
            _endsMs = nowMs + (seconds * 1000L);
        }

        /// <summary>Moves on.</summary>
        /// <param name="nowMs">Board time.</param>
        /// <returns>Milliseconds until the LED changes.</returns>
        public int Step(long nowMs)
        {
            _isOn = _isOn && nowMs < _endsMs;
            IsLit = _isOn && LedPattern.IsLit(LedSignal.Identify, nowMs - _sinceMs);
            return !_isOn ? Deadline.Never : Deadline.Sooner(
                Deadline.In(_endsMs, nowMs), LedPattern.ChangesIn(LedSignal.Identify, nowMs - _sinceMs));
        }
    }
}
