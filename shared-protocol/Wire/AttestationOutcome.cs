namespace LumenLink.Protocol
{
    /// <summary>
    /// What the verifier found (README section 3, AttestationRefusal). Readers take a number they do not know for a refusal.
    /// </summary>
    public enum AttestationOutcome : byte
    {
        /// <summary>All checks passed. Never in a refusal.</summary>
        Accepted = 0,

        /// <summary>The challenge's MAC is not the service's.</summary>
        NonceNotOurs = 1,

        /// <summary>The challenge is too old.</summary>
        NonceExpired = 2,

        /// <summary>The challenge was given to another Hello.</summary>
        NonceForAnotherHello = 3,

        /// <summary>The challenge was answered before.</summary>
        NonceUsed = 4,

        /// <summary>No beacon is enrolled under this key hash.</summary>
        BeaconUnknown = 5,

        /// <summary>The enrolled key is not the one of the Hello.</summary>
        KeyMismatch = 6,

        /// <summary>The enrolment's certificate does not lead to a pinned root.</summary>
        ChainUntrusted = 7,

        /// <summary>A certificate of the chain is out of its time.</summary>
        ChainExpired = 8,

        /// <summary>The beacon or a certificate above it is revoked.</summary>
        Revoked = 9,

        /// <summary>The evidence is not signed by the enrolled key.</summary>
        SignatureInvalid = 10,

        /// <summary>The measurement is none of the reference values.</summary>
        MeasurementUnknown = 11,

        /// <summary>The software is older than the policy's minimum for this hardware.</summary>
        VersionTooOld = 12,

        /// <summary>Evidence, Hello and enrolment do not name the same hardware.</summary>
        HardwareMismatch = 13,

        /// <summary>The boot number is not above the last one that attested.</summary>
        BootNotRising = 14,

        /// <summary>The level of the beacon's CA is not allowed here.</summary>
        LevelNotAllowed = 15,

        /// <summary>The policy that judged is older than the beacon's record requires.</summary>
        PolicyVersionTooOld = 16,

        /// <summary>The evidence does not follow the specification.</summary>
        EvidenceMalformed = 17,

        /// <summary>The epoch's key is not held (any more).</summary>
        EpochUnknown = 18,

        /// <summary>The service could not check: neither failed nor passed.</summary>
        CouldNotCheck = 255,
    }
}
