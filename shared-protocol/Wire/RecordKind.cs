namespace LumenLink.Protocol
{
    /// <summary>What a record says (README section 4). Another kind is refused by receipt.</summary>
    public enum RecordKind : byte
    {
        /// <summary>Scan windows and what was heard in them.</summary>
        Report = 1,

        /// <summary>The beacon's own state.</summary>
        Status = 2,

        /// <summary>What the beacon knows of itself, as text, on command.</summary>
        Diagnostics = 3,
    }
}
