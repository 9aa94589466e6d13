namespace LumenLink.Protocol
{
    /// <summary>
    /// Limits of the wire, the table of README section 6. A reader checks each before it trusts a count.
    /// </summary>
    public static class WireLimits
    {
        /// <summary>Bytes of any frame.</summary>
        public const int MaxFrameBytes = 2048;

        /// <summary>Bytes of a Hello with its extensions.</summary>
        public const int MaxHelloBytes = 96;

        /// <summary>Bytes of one record with its header.</summary>
        public const int MaxRecordBytes = 1536;

        /// <summary>Groups of a Records frame, entries of a Receipt.</summary>
        public const int MaxGroups = 8;

        /// <summary>Records of one group.</summary>
        public const int MaxRecordsPerGroup = 32;

        /// <summary>Scan windows of one radio in one report.</summary>
        public const int MaxWindowsPerBlock = 16;

        /// <summary>Addresses of one radio in one report.</summary>
        public const int MaxAddressesPerBlock = 64;

        /// <summary>Extras of one radio in one report, of the kinds that a version knows.</summary>
        public const int MaxExtrasPerBlock = 64;

        /// <summary>Milliseconds of one scan window.</summary>
        public const int MaxWindowMs = 16777216;

        /// <summary>Claims of one Evidence.</summary>
        public const int MaxClaims = 16;

        /// <summary>Secrets of one AttestationResult.</summary>
        public const int MaxSecrets = 8;

        /// <summary>Bytes of one secret, of any id.</summary>
        public const int MaxSecretBytes = 32;

        /// <summary>Bytes of one ASCII text.</summary>
        public const int MaxAsciiBytes = 32;

        /// <summary>Bytes of a receipt entry's bitmap.</summary>
        public const int MaxBitmapBytes = 32;

        /// <summary>Refused records named by one receipt entry.</summary>
        public const int MaxRefused = 32;

        /// <summary>Bytes of the text of a Config.</summary>
        public const int MaxConfigBytes = 1024;

        /// <summary>Bytes of the text of a Diagnostics record.</summary>
        public const int MaxDiagnosticsBytes = 1024;

        /// <summary>Bytes of the audience in a connection token's signed message.</summary>
        public const int MaxAudienceBytes = 64;

        /// <summary>Highest boot number: the range of the chip's monotonic counter.</summary>
        public const int MaxBoot = 2097151;

        /// <summary>Highest sequence of a record within its boot.</summary>
        public const int MaxSequence = 16777215;

        /// <summary>Frames of one body of a post, either way.</summary>
        public const int MaxPostFrames = 8;

        /// <summary>
        /// Bytes of one body of a post, either way: as many of the longest frames, with their lengths.
        /// </summary>
        public const int MaxPostBytes = MaxPostFrames * (FrameList.LengthSize + MaxFrameBytes);

        /// <summary>True if <paramref name="boot"/> can be a boot number: 1 to <see cref="MaxBoot"/>.</summary>
        public static bool IsBoot(uint boot)
        {
            return boot >= 1 && boot <= MaxBoot;
        }
    }

    /// <summary>
    /// Sizes, in bytes, of the values that frames are made of (README, "Conventions" and section 1).
    /// </summary>
    public static class WireSizes
    {
        /// <summary>SHA-256 hash, whole HMAC-SHA-256, direction key.</summary>
        public const int Hash = 32;

        /// <summary>P-256 public key, X || Y.</summary>
        public const int PublicKey = 64;

        /// <summary>P-256 signature, R || S.</summary>
        public const int Signature = 64;

        /// <summary>Nonce of either side.</summary>
        public const int Nonce = 16;

        /// <summary>Truncated MAC inside a Challenge.</summary>
        public const int Mac = 16;

        /// <summary>Truncated HMAC at the end of a sealed frame.</summary>
        public const int Tag = 8;

        /// <summary>Beacon id: the first bytes of the key hash.</summary>
        public const int BeaconId = 8;

        /// <summary>BLE address, BSSID or pseudonym.</summary>
        public const int Address = 6;

        /// <summary>AES-128 key or block.</summary>
        public const int Aes = 16;
    }
}
