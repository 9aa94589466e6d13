using System;
using System.Device.Gpio;

namespace LumenLink.Beacon.Adapters
{
    /// <summary>The board's LED, lit while its pin is high.</summary>
    public sealed class StatusLed
    {
        private readonly GpioPin? _pin;
        private bool _isLit;

        /// <summary>Opens the pin, dark. If that fails there is no LED.</summary>
        /// <param name="pin">Its number.</param>
        public StatusLed(int pin)
        {
            try
            {
                _pin = new GpioController().OpenPin(pin, PinMode.Output);
                _pin.Write(PinValue.Low);
            }
            catch (Exception)
            {
                _pin = null;
            }
        }

        /// <summary>Lights it, or not.</summary>
        public void Set(bool isLit)
        {
            if (_pin != null && isLit != _isLit)
            {
                _isLit = isLit;
                _pin.Write(isLit ? PinValue.High : PinValue.Low);
            }
        }
    }
}
