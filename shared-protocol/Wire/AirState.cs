namespace LumenLink.Protocol
{
    /// <summary>Bits of the state that a beacon says in its scan response (README section 11).</summary>
    public enum AirState : byte
    {
        /// <summary>None of them.</summary>
        None = 0,

        /// <summary>It holds an attested session.</summary>
        Attested = 1,

        /// <summary>Its uplink has a connection.</summary>
        Live = 2,

        /// <summary>It knows the time of day.</summary>
        ClockSet = 4,

        /// <summary>Its key lies in flash, not in a secure element.</summary>
        SoftwareKey = 8,
    }
}
