namespace LumenLink.Beacon.Provisioning
{
    /// <summary>What a client asks for (Improv via BLE, RPC Command).</summary>
    public enum ImprovCommand : byte
    {
        /// <summary>Join this network.</summary>
        SendWifiSettings = 1,

        /// <summary>Show which board you are.</summary>
        Identify = 2,

        /// <summary>Say what you are.</summary>
        DeviceInfo = 3,
    }
}
