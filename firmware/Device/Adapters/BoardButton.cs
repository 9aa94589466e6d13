using System;
using System.Device.Gpio;
using System.Threading;
using LumenLink.Beacon.Time;

namespace LumenLink.Beacon.Adapters
{
    /// <summary>The board's button, which connects its pin to ground.</summary>
    public sealed class BoardButton
    {
        private readonly AutoResetEvent _wake;
        private readonly GpioPin? _pin;

        /// <summary>Opens the pin. If that fails the button is never down.</summary>
        /// <param name="pin">Its number.</param>
        /// <param name="wake">Set when it goes down or up.</param>
        public BoardButton(int pin, AutoResetEvent wake)
        {
            _wake = wake;
            try
            {
                _pin = new GpioController().OpenPin(pin, PinMode.InputPullUp);
                _pin.ValueChanged += OnChanged;
            }
            catch (Exception)
            {
                _pin = null;
            }
        }

        /// <summary>True while it is down.</summary>
        public bool IsDown
        {
            get { return _pin != null && _pin.Read() == PinValue.Low; }
        }

        /// <summary>
        /// True if it is down now and stays so for <see cref="DeviceLimits.ButtonProvisionMs"/>. Waits as long as it
        /// is.
        /// </summary>
        public bool IsHeld(BoardClock clock)
        {
            long startMs = clock.NowMs;
            while (IsDown)
            {
                if (clock.NowMs - startMs >= DeviceLimits.ButtonProvisionMs)
                {
                    return true;
                }

                clock.Pause(DeviceLimits.ButtonPressMs);
            }

            return false;
        }

        private void OnChanged(object sender, PinValueChangedEventArgs e)
        {
            _wake.Set();
        }
    }
}
