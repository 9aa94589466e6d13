namespace LumenLink.Beacon.Provisioning
{
    /// <summary>What the LED says.</summary>
    public enum LedSignal : byte
    {
        /// <summary>Nothing: the beacon does its work.</summary>
        Off = 0,

        /// <summary>Provisioning waits for the button.</summary>
        Waiting = 1,

        /// <summary>Credentials are taken.</summary>
        Authorized = 2,

        /// <summary>Credentials are tried.</summary>
        Provisioning = 3,

        /// <summary>They were right; the board is about to reboot.</summary>
        Provisioned = 4,

        /// <summary>The last attempt failed.</summary>
        Failed = 5,

        /// <summary>It is this board.</summary>
        Identify = 6,
    }
}
