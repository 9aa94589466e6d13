namespace LumenLink.Protocol
{
    /// <summary>Secrets of an AttestationResult (README section 3). Unknown ids are skipped by who uses them.</summary>
    public enum SecretId : byte
    {
        /// <summary>Key 16, exponent K u8, clock offset u32 in seconds: 21 bytes.</summary>
        EidKey = 1,

        /// <summary>Day u16, key 16: 18 bytes. One for today, one for tomorrow.</summary>
        PseudonymKey = 2,
    }
}
