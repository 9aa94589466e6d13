using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Store;

/// <summary>Outcome of presenting a connection token; log field and metric label.</summary>
public enum TokenOutcome
{
    /// <summary>(boot, connect) rose: accepted.</summary>
    Accepted,

    /// <summary>The very token accepted last, from the same client, within the retry time: accepted again.</summary>
    Retry,

    /// <summary>(boot, connect) does not rise: used before.</summary>
    Used,

    /// <summary>Its boot is below one already seen.</summary>
    EarlierBoot,

    /// <summary>Not a token.</summary>
    Malformed,

    /// <summary>The signature is not the beacon's over this audience, boot and connect.</summary>
    SignatureInvalid,

    /// <summary>No such beacon is enrolled.</summary>
    BeaconUnknown,

    /// <summary>The beacon is revoked.</summary>
    Revoked,

    /// <summary>The store did not answer: neither accepted nor refused for good.</summary>
    CouldNotCheck,
}

/// <summary>A session as stored. Keys are sealed under the master key.</summary>
/// <param name="Beacon">Whose.</param>
/// <param name="TenantId">Owner, from the registry.</param>
/// <param name="SessionId">Not zero; unique per beacon.</param>
/// <param name="Boot">Boot number it was attested for: the highest boot its records may claim.</param>
/// <param name="KeysWrapped">Up key (32) and down key (32), sealed; opaque to the store.</param>
/// <param name="CreatedAt">When it was granted.</param>
/// <param name="ExpiresAt">End of life.</param>
/// <param name="TickZeroUnixMs">Service time at the beacon's tick 0 of this boot (received_at - uptime of the
/// Evidence).</param>
public sealed record SessionRow(
    BeaconId Beacon, int TenantId, uint SessionId, uint Boot, byte[] KeysWrapped, DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt, long TickZeroUnixMs);

/// <summary>One verdict with what must be committed with it, in one transaction.</summary>
/// <param name="Beacon">Who was judged (as claimed when not enrolled).</param>
/// <param name="TenantId">Owner; null when the beacon is not enrolled.</param>
/// <param name="At">When.</param>
/// <param name="Outcome">The outcome; never CouldNotCheck (that is not a verdict and is not stored).</param>
/// <param name="Detail">One sentence for the operator, no secrets.</param>
/// <param name="Boot">Claimed boot number.</param>
/// <param name="ServiceNonce">16 bytes; consumed by a unique row when <paramref name="ConsumesNonce"/>.</param>
/// <param name="ConsumesNonce">True once the nonce was proven ours.</param>
/// <param name="NonceExpiresAt">When the nonce row may be forgotten.</param>
/// <param name="FirmwareVersion">Claimed firmware version, or empty.</param>
/// <param name="EvidenceHash">SHA-256 of the Evidence frame, 32 bytes.</param>
/// <param name="ChallengedAt">
/// When the service gave the challenge, if the verdict stands as the beacon's: it says how the beacon was then, and
/// says nothing against one that was accepted since. Null: the verdict is written down and does not stand.
/// </param>
/// <param name="Session">The granted session when accepted, else null.</param>
/// <param name="Evidence">
/// The frame, when its beacon's own key signed it: kept as the newest of an enrolled beacon.
/// </param>
public sealed record VerdictRow(
    BeaconId Beacon, int? TenantId, DateTimeOffset At, AttestationOutcome Outcome, string Detail, uint Boot,
    byte[] ServiceNonce, bool ConsumesNonce, DateTimeOffset NonceExpiresAt, string FirmwareVersion, byte[] EvidenceHash,
    DateTimeOffset? ChallengedAt, SessionRow? Session, byte[]? Evidence = null);

/// <summary>What became of a verdict's transaction.</summary>
public enum VerdictCommit
{
    /// <summary>Committed: audit row, nonce, and session if any.</summary>
    Committed,

    /// <summary>
    /// The nonce was consumed before, by another Evidence; an audit row with NonceUsed was committed instead, no
    /// session.
    /// </summary>
    NonceUsed,

    /// <summary>The very same Evidence was judged before: its verdict stands, nothing was committed.</summary>
    Repeated,

    /// <summary>
    /// The boot number did not rise against a verdict committed meanwhile; audit row BootNotRising, no session.
    /// </summary>
    BootNotRising,

    /// <summary>The beacon was revoked meanwhile; audit row Revoked, no session.</summary>
    Revoked,
}

/// <summary>
/// A service key shared by replicas: a challenge MAC key, an epoch key, a day's pseudonym key. Sealed.
/// </summary>
/// <param name="Purpose">What for; with <paramref name="Number"/> it is the identity.</param>
/// <param name="Number">Epoch number, day number, or 0.</param>
/// <param name="Wrapped">Sealed under the master key; opaque to the store.</param>
/// <param name="NotAfter">When it must be destroyed.</param>
public sealed record SharedKeyRow(string Purpose, long Number, byte[] Wrapped, DateTimeOffset NotAfter);

/// <summary>Tokens, verdicts, sessions and shared keys.</summary>
public interface ITrustStore
{
    /// <summary>
    /// Accepts (boot, connect) if it rises, by one conditional update; the signature was checked by the caller. The
    /// same token from the same client within <paramref name="retryWindow"/> is a retry. tokenHash is the SHA-256 of
    /// the whole token, 32 bytes.
    /// </summary>
    Task<TokenOutcome> AcceptTokenAsync(
        BeaconId beacon, uint boot, uint connect, byte[] tokenHash, string clientId, DateTimeOffset now,
        TimeSpan retryWindow, CancellationToken cancellationToken);

    /// <summary>
    /// Commits a verdict: nonce, audit row, what stands of the beacon, highest boot and session in one transaction.
    /// "Boot rising" means: an accepted boot is at least the highest accepted one (a beacon attests again within a
    /// boot).
    /// </summary>
    Task<VerdictCommit> CommitVerdictAsync(VerdictRow verdict, CancellationToken cancellationToken);

    /// <summary>
    /// The live session, or null: unknown, ended or of another beacon. Expiry is the caller's to judge.
    /// </summary>
    Task<SessionRow?> FindSessionAsync(BeaconId beacon, uint sessionId, CancellationToken cancellationToken);

    /// <summary>Ends a session at once (too many bad tags, revocation).</summary>
    Task EndSessionAsync(BeaconId beacon, uint sessionId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Inserts the key unless one with the same purpose and number is there; returns the one that is stored, so that
    /// replicas agree.
    /// </summary>
    Task<SharedKeyRow> GetOrAddSharedKeyAsync(SharedKeyRow candidate, CancellationToken cancellationToken);

    /// <summary>The key, or null.</summary>
    Task<SharedKeyRow?> FindSharedKeyAsync(string purpose, long number, CancellationToken cancellationToken);

    /// <summary>Forgets expired shared keys, nonce rows and ended sessions. Returns how many rows went.</summary>
    Task<int> PruneTrustAsync(DateTimeOffset now, CancellationToken cancellationToken);
}
