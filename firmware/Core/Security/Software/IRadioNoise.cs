namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// The radio as a source of noise. The hardware generator of an ESP32 gives true random numbers while Wi-Fi or
    /// Bluetooth runs, and pseudo-random ones else (ESP-IDF Programming Guide, "Random Number Generation").
    /// </summary>
    public interface IRadioNoise
    {
        /// <summary>Turns the radio on.</summary>
        /// <returns>False if it could not be.</returns>
        bool Start();

        /// <summary>Turns it off again.</summary>
        void Stop();
    }
}
