namespace LumenLink.Protocol
{
    /// <summary>
    /// Where the beacon's key lives, as it says itself (README section 4, details of a Status): never a proof.
    /// </summary>
    public enum KeyHome : byte
    {
        /// <summary>Not known.</summary>
        NotKnown = 0,

        /// <summary>In a secure element.</summary>
        SecureElement = 1,

        /// <summary>In flash: it can be copied.</summary>
        SoftwareKey = 2,
    }
}
