namespace LumenLink.Protocol
{
    /// <summary>What a report's addresses are (README section 4).</summary>
    public enum ReportAddressing : byte
    {
        /// <summary>Pseudonyms under the key of the report's day.</summary>
        Pseudonym = 0,

        /// <summary>Addresses as heard.</summary>
        Raw = 1,
    }
}
