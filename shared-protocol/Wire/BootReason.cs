namespace LumenLink.Protocol
{
    /// <summary>Why the beacon started (README section 4, Status).</summary>
    public enum BootReason : byte
    {
        /// <summary>Not known.</summary>
        NotKnown = 0,

        /// <summary>Power came.</summary>
        Power = 1,

        /// <summary>The firmware asked for it.</summary>
        Requested = 2,

        /// <summary>The supervisor found the loop hanging.</summary>
        Supervisor = 3,
    }
}
