namespace LumenLink.Protocol
{
    /// <summary>Kind of the address that was heard (README section 4).</summary>
    public enum AddressType : byte
    {
        /// <summary>Public address.</summary>
        Public = 0,

        /// <summary>Random address.</summary>
        Random = 1,

        /// <summary>Not known.</summary>
        NotKnown = 2,
    }
}
