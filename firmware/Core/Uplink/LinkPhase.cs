namespace LumenLink.Beacon.Uplink
{
    /// <summary>Where the connection stands.</summary>
    public enum LinkPhase : byte
    {
        /// <summary>Not connected; the next attempt has its time.</summary>
        Waiting = 0,

        /// <summary>The link job connects.</summary>
        Connecting = 1,

        /// <summary>Connected.</summary>
        Connected = 2,

        /// <summary>The link job disconnects.</summary>
        Closing = 3,
    }
}
