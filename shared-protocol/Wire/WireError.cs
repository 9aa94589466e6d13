namespace LumenLink.Protocol
{
    /// <summary>Why bytes were not believed, or could not be written (README section 9).</summary>
    public enum WireError : byte
    {
        /// <summary>Nothing is wrong.</summary>
        None = 0,

        /// <summary>The bytes end before what they announce.</summary>
        TooShort = 1,

        /// <summary>More bytes than the limit, or bytes behind the end.</summary>
        TooLong = 2,

        /// <summary>Another major version.</summary>
        VersionUnknown = 3,

        /// <summary>No such frame type.</summary>
        TypeUnknown = 4,

        /// <summary>A known frame type, but not the one that was asked for.</summary>
        TypeNotExpected = 6,

        /// <summary>Session id 0 in a frame that needs one.</summary>
        SessionMissing = 7,

        /// <summary>A session id in a frame that has none.</summary>
        SessionNotZero = 8,

        /// <summary>A field that has no meaning here is not zero.</summary>
        ReservedNotZero = 9,

        /// <summary>A length field is out of its limits.</summary>
        LengthInvalid = 10,

        /// <summary>A count field is out of its limits.</summary>
        CountInvalid = 11,

        /// <summary>An extension runs past its room.</summary>
        ExtensionMalformed = 12,

        /// <summary>The tag is not that of these bytes.</summary>
        TagMismatch = 13,

        /// <summary>A field holds a value that it cannot have.</summary>
        ValueInvalid = 14,

        /// <summary>Something that may occur once occurs again: a boot, a claim.</summary>
        Repeated = 15,

        /// <summary>Writing only: the caller's buffer or the limit has no room.</summary>
        NoRoom = 16,
    }
}
