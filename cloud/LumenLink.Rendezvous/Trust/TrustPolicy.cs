using LumenLink.Protocol;

namespace LumenLink.Rendezvous.Trust;

/// <summary>Every number of the trust rules; nothing else repeats one.</summary>
internal static class TrustPolicy
{
    /// <summary>How long a challenge may be answered.</summary>
    public static readonly TimeSpan NonceLifetime = TimeSpan.FromSeconds(120);

    /// <summary>How far a challenge's time may lie in the future: clocks of replicas differ.</summary>
    public static readonly TimeSpan ReplicaClockSkew = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long one ephemeral key serves. What was agreed with it cannot be opened after it is destroyed.
    /// </summary>
    public static readonly TimeSpan EpochLength = TimeSpan.FromMinutes(10);

    /// <summary>How long a session lives.</summary>
    public static readonly TimeSpan SessionLifetime = TimeSpan.FromHours(24);

    /// <summary>Bad tags that end a session. 8-byte tags: a forger's chance with all of them is 2^-59.</summary>
    public const int MaxBadTags = 32;

    /// <summary>
    /// The same where anybody can send a frame as the beacon's, so that a few do not end its session for it. A forger's
    /// chance with all of them is 2^-48.
    /// </summary>
    public const int MaxBadTagsOfAnybody = 65_536;

    /// <summary>How long the token accepted last counts as a retry (specification section 7).</summary>
    public static readonly TimeSpan TokenRetryWindow = TimeSpan.FromSeconds(30);

    /// <summary>How long a session of posts is good for when no post renews it.</summary>
    public static readonly TimeSpan PostSessionIdle = TimeSpan.FromMinutes(5);

    /// <summary>How long after its token no session of posts is good any more.</summary>
    public static readonly TimeSpan PostSessionLifetime = TimeSpan.FromHours(1);

    /// <summary>
    /// How long after its day a pseudonym key is kept: beacons use it for 7 days, the service stores for 7 more.
    /// </summary>
    public static readonly TimeSpan PseudonymKeyKept = TimeSpan.FromDays(14);

    /// <summary>Eddystone-EID rotation exponent K: a new identifier every 2^K seconds, here 17 minutes.</summary>
    public const byte EidExponent = 10;

    /// <summary>Exclusive upper bound of a beacon's EID clock offset in seconds, about half a year.</summary>
    public const int EidOffsetBound = 1 << 24;

    /// <summary>Sessions held in memory; others are read when they are used.</summary>
    public const int SessionCacheSize = 20_000;

    /// <summary>How often a replica looks who was revoked.</summary>
    public static readonly TimeSpan RevocationsPoll = TimeSpan.FromSeconds(1);

    /// <summary>How old what a replica knows of revocations may be before it judges nobody any more.</summary>
    public static readonly TimeSpan RevocationsCurrent = TimeSpan.FromSeconds(5);

    /// <summary>Revocations read at once; a look reads as often as there are more.</summary>
    public const int RevocationsAtOnce = 500;

    /// <summary>Verdicts of one transaction at most.</summary>
    public const int VerdictsAtOnce = 32;

    /// <summary>Certificates of beacons of which is remembered who issued them; more are looked at anew.</summary>
    public const int CertificatesKnown = 20_000;

    /// <summary>Hellos and Evidences judged at the same time, per processor.</summary>
    public const int JudgedAtOncePerProcessor = 2;

    /// <summary>Hellos and Evidences that may wait to be judged; more are told to back off.</summary>
    public const int JudgedWaiting = 512;

    /// <summary>Hellos and Evidences of one beacon at once, and the time that earns another one.</summary>
    public const int ExchangeBurst = 8;

    /// <summary>See <see cref="ExchangeBurst"/>.</summary>
    public static readonly TimeSpan ExchangeEarnedEvery = TimeSpan.FromSeconds(5);

    /// <summary>Exchanges of senders that no token authenticated, at the same time.</summary>
    public const int UnknownSendersAtOnce = 128;

    /// <summary>Hellos and Evidences of one such address at once, and the time that earns another one.</summary>
    public const int AddressBurst = 64;

    /// <summary>See <see cref="AddressBurst"/>.</summary>
    public static readonly TimeSpan AddressEarnedEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>True for a verdict that only who holds the enrolled key can bring about.</summary>
    public static bool IsOfTheBeacon(AttestationOutcome outcome) => outcome
        is AttestationOutcome.Accepted or AttestationOutcome.MeasurementUnknown or AttestationOutcome.VersionTooOld
        or AttestationOutcome.HardwareMismatch or AttestationOutcome.BootNotRising
        or AttestationOutcome.LevelNotAllowed or AttestationOutcome.PolicyVersionTooOld;

    /// <summary>
    /// True for a verdict that becomes what stands of a beacon: only who holds its key can bring it about, or it is of
    /// the enrolment, whoever asked. Any other says of some bytes that they are no good, and whoever carries a beacon's
    /// frames, a broker, can send such bytes in its name.
    /// </summary>
    public static bool Stands(AttestationOutcome outcome) => IsOfTheBeacon(outcome) || outcome
        is AttestationOutcome.ChainUntrusted or AttestationOutcome.ChainExpired or AttestationOutcome.Revoked;

    /// <summary>
    /// What a sender that has not proven who it is learns of a verdict: whether a beacon is enrolled or revoked is not
    /// for everybody.
    /// </summary>
    public static AttestationOutcome ToldToAnybody(AttestationOutcome outcome) => outcome
        is AttestationOutcome.BeaconUnknown or AttestationOutcome.KeyMismatch or AttestationOutcome.ChainUntrusted
        or AttestationOutcome.ChainExpired or AttestationOutcome.Revoked
        ? AttestationOutcome.SignatureInvalid
        : outcome;

    /// <summary>Longest time that the store gets for one question of the exchange.</summary>
    public static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How often the files of the revocation lists are looked at.</summary>
    public static readonly TimeSpan CrlLookEvery = TimeSpan.FromSeconds(10);

    /// <summary>How far a revocation list's time may lie in the future: the CA's machine has its own clock.</summary>
    public static readonly TimeSpan CrlClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>Largest revocation list, bytes: about 100,000 certificates.</summary>
    public const int CrlMaxBytes = 4 << 20;

    /// <summary>How long a refused beacon waits before its next Hello.</summary>
    public static uint RetryAfterSeconds(AttestationOutcome outcome) => outcome switch
    {
        AttestationOutcome.NonceExpired or AttestationOutcome.NonceUsed or AttestationOutcome.NonceNotOurs
            or AttestationOutcome.NonceForAnotherHello or AttestationOutcome.EpochUnknown => 2,
        AttestationOutcome.CouldNotCheck => 10,
        _ => 300,
    };
}
