namespace LumenLink.Beacon.Security
{
    /// <summary>What became of a frame from the service.</summary>
    public enum DownlinkOutcome
    {
        /// <summary>Believed, and acted upon.</summary>
        Accepted,

        /// <summary>Not what the specification says.</summary>
        Malformed,

        /// <summary>It answers another Hello.</summary>
        NotForThisHello,

        /// <summary>No exchange waits for such a frame (any more).</summary>
        NothingOutstanding,

        /// <summary>The service's certificate is not of a pinned root.</summary>
        CertificateUntrusted,

        /// <summary>The service's certificate is older than one seen before.</summary>
        CertificateRolledBack,

        /// <summary>The frame is not signed by the certified key.</summary>
        SignatureInvalid,

        /// <summary>The frame is not sealed under the session's key.</summary>
        TagMismatch,

        /// <summary>The frame names a session that is not held.</summary>
        SessionUnknown,

        /// <summary>The secure element failed; nothing is known of the frame.</summary>
        ChipFailed,

        /// <summary>No such frame type.</summary>
        TypeUnknown,
    }
}
