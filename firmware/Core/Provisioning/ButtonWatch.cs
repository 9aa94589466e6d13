using LumenLink.Beacon.Time;

namespace LumenLink.Beacon.Provisioning
{
    /// <summary>
    /// Makes events of a button's level. What is shorter than a finger's press is a bounce. A button that is down from
    /// the start means nothing until it has been up: a stuck one must not reset the board.
    /// </summary>
    public sealed class ButtonWatch
    {
        private bool _isDown = true;
        private bool _isSpent = true;
        private long _sinceMs;

        /// <summary>Takes the level of now.</summary>
        public ButtonEvent Step(bool isDown, long nowMs)
        {
            if (isDown && !_isDown)
            {
                _isDown = true;
                _isSpent = false;
                _sinceMs = nowMs;
            }

            long heldMs = nowMs - _sinceMs;
            if (isDown)
            {
                if (_isSpent || heldMs < DeviceLimits.ButtonResetMs)
                {
                    return ButtonEvent.None;
                }

                _isSpent = true;
                return ButtonEvent.HeldToReset;
            }

            bool isMeant = _isDown && !_isSpent && heldMs >= DeviceLimits.ButtonPressMs;
            _isDown = false;
            return !isMeant ? ButtonEvent.None
                : heldMs < DeviceLimits.ButtonProvisionMs ? ButtonEvent.Pressed : ButtonEvent.HeldToProvision;
        }

        /// <summary>Milliseconds until the level alone means something new; its change means something, too.</summary>
        public int DueIn(long nowMs)
        {
            return _isDown && !_isSpent ? Deadline.In(_sinceMs + DeviceLimits.ButtonResetMs, nowMs) : Deadline.Never;
        }
    }
}
