namespace LumenLink.Protocol
{
    /// <summary>
    /// Why a record was refused for good (README section 5). Readers accept reasons they do not know.
    /// </summary>
    public enum RefusalReason : byte
    {
        /// <summary>Not refused; never on the wire.</summary>
        None = 0,

        /// <summary>No such record kind.</summary>
        KindUnknown = 1,

        /// <summary>Header values or body do not follow the specification.</summary>
        BodyMalformed = 2,

        /// <summary>A boot that this beacon cannot have had.</summary>
        BootNotPossible = 3,

        /// <summary>The service's store cannot take it; the service keeps its bytes aside.</summary>
        NotStorable = 4,
    }
}
