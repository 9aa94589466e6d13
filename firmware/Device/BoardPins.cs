using LumenLink.Protocol;
using nanoFramework.Hardware.Esp32;

namespace LumenLink.Beacon
{
    /// <summary>
    /// Which pins lead where, by board (hardware/pinout.md). A test holds both tables and the wiring equal.
    /// </summary>
    public static class BoardPins
    {
        /// <summary>I2C bus of the secure element.</summary>
        public const int ChipBus = 1;

        private const int Esp32S3Data = 8;
        private const int Esp32S3Clock = 9;
        private const int Esp32S3Button = 4;
        private const int Esp32S3Led = 5;

        private const int WroverData = 21;
        private const int WroverClock = 22;
        private const int WroverButton = 32;
        private const int WroverLed = 33;

        /// <summary>Connects the I2C controller to its pins.</summary>
        public static void ConnectChipBus(HardwareModel model)
        {
            bool isWrover = model == HardwareModel.Esp32Wrover;
            Configuration.SetPinFunction(isWrover ? WroverData : Esp32S3Data, DeviceFunction.I2C1_DATA);
            Configuration.SetPinFunction(isWrover ? WroverClock : Esp32S3Clock, DeviceFunction.I2C1_CLOCK);
        }

        /// <summary>GPIO of the button: low while it is pressed, held high by a resistor.</summary>
        public static int ButtonPin(HardwareModel model) =>
            model == HardwareModel.Esp32Wrover ? WroverButton : Esp32S3Button;

        /// <summary>GPIO of the LED: high lights it.</summary>
        public static int LedPin(HardwareModel model) =>
            model == HardwareModel.Esp32Wrover ? WroverLed : Esp32S3Led;
    }
}
