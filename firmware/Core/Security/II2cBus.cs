namespace LumenLink.Beacon.Security
{
    /// <summary>The I2C bus of the secure element, at 100 kHz: the wake pulse needs it that slow.</summary>
    public interface II2cBus
    {
        /// <summary>Writes the first bytes of <paramref name="data"/> in one transfer.</summary>
        /// <param name="address7">Seven-bit address; 0x00, the general call, is the wake pulse.</param>
        /// <param name="data">The bytes.</param>
        /// <param name="count">How many, at least 1.</param>
        /// <returns>False when the address was not acknowledged.</returns>
        bool Write(byte address7, byte[] data, int count);

        /// <summary>Reads into the start of <paramref name="buffer"/> in one transfer.</summary>
        /// <param name="address7">Seven-bit address.</param>
        /// <param name="buffer">Where the bytes go.</param>
        /// <param name="count">How many, at least 1.</param>
        /// <returns>False when the address was not acknowledged.</returns>
        bool Read(byte address7, byte[] buffer, int count);
    }
}
