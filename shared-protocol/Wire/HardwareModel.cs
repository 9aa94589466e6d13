namespace LumenLink.Protocol
{
    /// <summary>Board of a beacon (README section 3, Hello). A statement of the device; unknown numbers may arrive.</summary>
    public enum HardwareModel : ushort
    {
        /// <summary>Not a board.</summary>
        None = 0,

        /// <summary>ESP32-S3.</summary>
        Esp32S3 = 1,

        /// <summary>ESP32 WROVER.</summary>
        Esp32Wrover = 2,

        /// <summary>The simulator.</summary>
        Simulator = 0xFFFF,
    }
}
