namespace LumenLink.Protocol
{
    /// <summary>Radio of a scan window (README section 4).</summary>
    public enum Radio : byte
    {
        /// <summary>Bluetooth Low Energy.</summary>
        Ble = 1,

        /// <summary>Wi-Fi.</summary>
        WiFi = 2,
    }
}
