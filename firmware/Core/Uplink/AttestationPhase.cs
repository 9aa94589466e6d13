namespace LumenLink.Beacon.Uplink
{
    /// <summary>Where the exchange with the service stands. A session may be held in any of them.</summary>
    public enum AttestationPhase : byte
    {
        /// <summary>No exchange runs; the next has its time.</summary>
        Waiting = 0,

        /// <summary>A Hello waits for its Challenge.</summary>
        HelloSent = 1,

        /// <summary>An Evidence waits for its verdict.</summary>
        EvidenceSent = 2,
    }
}
