namespace LumenLink.Beacon.Radio
{
    /// <summary>What the radio does now.</summary>
    public enum RadioPhase : byte
    {
        /// <summary>Nothing.</summary>
        Idle = 0,

        /// <summary>Advertises over BLE.</summary>
        Advertising = 1,

        /// <summary>Scans for BLE advertisers.</summary>
        BleScan = 2,

        /// <summary>Scans for Wi-Fi access points; BLE rests.</summary>
        WifiScan = 3,
    }
}
