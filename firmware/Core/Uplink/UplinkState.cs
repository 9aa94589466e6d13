namespace LumenLink.Beacon.Uplink
{
    /// <summary>The uplink in one word, for the console and for tests.</summary>
    public enum UplinkState : byte
    {
        /// <summary>Nothing is tried: no broker is configured, or the chip has not said who this is.</summary>
        Offline = 0,

        /// <summary>Not connected; waits before the next attempt.</summary>
        BackOff = 1,

        /// <summary>The link job connects or closes.</summary>
        Connecting = 2,

        /// <summary>Connected without a session; waits before the next Hello.</summary>
        Unattested = 3,

        /// <summary>Connected without a session; the service refused the last evidence.</summary>
        Refused = 4,

        /// <summary>A Hello waits for its Challenge.</summary>
        HelloSent = 5,

        /// <summary>An Evidence waits for its verdict.</summary>
        EvidenceSent = 6,

        /// <summary>Connected with a session.</summary>
        Online = 7,
    }
}
