namespace LumenLink.Beacon.Uplink
{
    /// <summary>How an attempt to connect ended.</summary>
    public enum LinkOutcome : byte
    {
        /// <summary>Connected and subscribed.</summary>
        Connected = 0,

        /// <summary>No network, no address.</summary>
        NoNetwork = 1,

        /// <summary>The broker's name did not resolve, or nobody answered there.</summary>
        Unreachable = 2,

        /// <summary>The broker refused the beacon's name or password.</summary>
        NotAuthorized = 3,

        /// <summary>The broker refused for another reason, such as being busy.</summary>
        Refused = 4,

        /// <summary>Something failed that should not; caught at the edge.</summary>
        Faulted = 5,
    }
}
