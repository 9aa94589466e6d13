using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Store;

internal abstract partial class SqlStore
{
    /// <summary>The rise is one statement: of two that present the same token, one changes the row.</summary>
    private const string RaiseToken = """
        UPDATE beacons SET token_boot = @boot, token_connect = @connect, token_hash = @hash, token_client = @client,
            token_at = @now
        WHERE beacon_id = @beacon AND revoked_at IS NULL AND attested_boot <= @boot
            AND (token_boot < @boot OR token_boot = @boot AND token_connect < @connect)
        """;

    private const string InsertAttestation = """
        INSERT INTO attestations (tenant_id, beacon_id, at, outcome, detail, boot, service_nonce, firmware_version,
            evidence_hash)
        VALUES (@tenant, @beacon, @at, @outcome, @detail, @boot, @nonce, @version, @hash)
        """;

    private const string InsertSession = """
        INSERT INTO sessions (tenant_id, beacon_id, session_id, boot, keys_wrapped, created_at, expires_at,
        tick_zero_unix_ms)
        VALUES (@tenant, @beacon, @session, @boot, @keys, @created, @expires, @zero)
        """;

    /// <inheritdoc/>
    public Task<TokenOutcome> AcceptTokenAsync(
        BeaconId beacon, uint boot, uint connect, byte[] tokenHash, string clientId, DateTimeOffset now,
        TimeSpan retryWindow, CancellationToken cancellationToken) => WriteAsync(
        async work =>
        {
            int raised = await work.Sql(RaiseToken)
                .With("boot", boot).With("connect", connect).With("hash", tokenHash).With("client", clientId)
                .With("now", now).With("beacon", ToColumn(beacon)).ExecuteAsync();
            if (raised == 1)
                return TokenOutcome.Accepted;
            LastToken? last = await work
                .Sql("""
                    SELECT revoked_at, token_boot, attested_boot, token_hash, token_client, token_at
                    FROM beacons WHERE beacon_id = @beacon
                    """)
                .With("beacon", ToColumn(beacon))
                .FirstAsync(row => new LastToken(
                    !row.IsNull(0), Math.Max(row.UInt(1), row.UInt(2)), row.IsNull(3) ? [] : row.Bytes(3),
                    row.IsNull(4) ? "" : row.Text(4), row.TimeOrNull(5)));
            if (last == null)
                return TokenOutcome.BeaconUnknown;
            if (last.IsRevoked)
                return TokenOutcome.Revoked;
            if (last.Hash.AsSpan().SequenceEqual(tokenHash) && last.Client == clientId && now - last.At <= retryWindow)
                return TokenOutcome.Retry;
            return boot < last.Boot ? TokenOutcome.EarlierBoot : TokenOutcome.Used;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<VerdictCommit> CommitVerdictAsync(
        VerdictRow verdict, CancellationToken cancellationToken) => WriteAsync(
        async work =>
        {
            LockedBeacon? beacon = await LockBeaconAsync(work, verdict.Beacon);
            (VerdictCommit commit, VerdictRow stored) = await JudgeVerdictAsync(work, verdict, beacon);
            if (commit == VerdictCommit.Repeated)
                return commit;
            await InsertAttestationAsync(work, stored);
            if (beacon == null)
                return commit;
            if (stored.ChallengedAt is { } challengedAt)
                await StandAsync(work, stored, challengedAt);
            if (stored is { Outcome: AttestationOutcome.Accepted, Session: { } session })
                await GrantAsync(work, stored, session);
            return commit;
        },
        cancellationToken);

    /// <summary>What the verdict becomes against what was committed since it was judged.</summary>
    private static async Task<(VerdictCommit Commit, VerdictRow Stored)> JudgeVerdictAsync(
        SqlWork work, VerdictRow verdict, LockedBeacon? beacon)
    {
        if (verdict.ConsumesNonce && !await ConsumeNonceAsync(work, verdict))
        {
            return await IsRepeatAsync(work, verdict)
                ? (VerdictCommit.Repeated, verdict)
                : (VerdictCommit.NonceUsed,
                    Refuse(verdict, AttestationOutcome.NonceUsed, "The challenge was answered before.")
                    with { ChallengedAt = null });
        }

        if (verdict.Outcome != AttestationOutcome.Accepted || beacon == null)
            return (VerdictCommit.Committed, verdict);
        if (beacon.IsRevoked)
        {
            return (VerdictCommit.Revoked,
                Refuse(verdict, AttestationOutcome.Revoked, "The beacon was revoked while it attested."));
        }
        if (verdict.Boot < beacon.AttestedBoot)
        {
            return (VerdictCommit.BootNotRising,
                Refuse(verdict, AttestationOutcome.BootNotRising, "A later boot attested meanwhile."));
        }
        return (VerdictCommit.Committed, verdict);
    }

    /// <summary>
    /// A verdict becomes what stands of the beacon; a refusal does not, if the beacon was accepted after that challenge
    /// was given: who carries frames can hold Evidence back.
    /// </summary>
    private static Task<int> StandAsync(SqlWork work, VerdictRow verdict, DateTimeOffset challengedAt) => work
        .Sql("""
            UPDATE beacons SET last_outcome = @outcome, last_outcome_at = @at, last_outcome_detail = @detail
            WHERE beacon_id = @beacon AND (@outcome = @accepted OR attested_at IS NULL OR attested_at <= @challenged)
            """)
        .With("outcome", (int)verdict.Outcome).With("at", verdict.At).With("detail", verdict.Detail)
        .With("beacon", ToColumn(verdict.Beacon)).With("accepted", (int)AttestationOutcome.Accepted)
        .With("challenged", challengedAt).ExecuteAsync();

    private static VerdictRow Refuse(VerdictRow verdict, AttestationOutcome outcome, string detail) =>
        verdict with { Outcome = outcome, Detail = detail, Session = null };

    private static async Task<bool> ConsumeNonceAsync(SqlWork work, VerdictRow verdict) => await work
        .Sql("""
            INSERT INTO used_nonces (service_nonce, tenant_id, expires_at, evidence_hash)
            VALUES (@nonce, @tenant, @expires, @hash) ON CONFLICT DO NOTHING
            """)
        .With("nonce", verdict.ServiceNonce).With("tenant", verdict.TenantId).With("expires", verdict.NonceExpiresAt)
        .With("hash", verdict.EvidenceHash).ExecuteAsync() == 1;

    /// <summary>Whether the nonce was consumed by these very bytes: a link delivers more than once.</summary>
    private static async Task<bool> IsRepeatAsync(SqlWork work, VerdictRow verdict) => (await work
        .Sql("SELECT service_nonce FROM used_nonces WHERE service_nonce = @nonce AND evidence_hash = @hash")
        .With("nonce", verdict.ServiceNonce).With("hash", verdict.EvidenceHash)
        .ListAsync(row => row.Bytes(0))).Count > 0;

    private static Task InsertAttestationAsync(SqlWork work, VerdictRow verdict) => work.Sql(InsertAttestation)
        .With("tenant", verdict.TenantId).With("beacon", ToColumn(verdict.Beacon)).With("at", verdict.At)
        .With("outcome", (int)verdict.Outcome).With("detail", verdict.Detail).With("boot", verdict.Boot)
        .With("nonce", verdict.ServiceNonce).With("version", verdict.FirmwareVersion).With("hash", verdict.EvidenceHash)
        .ExecuteAsync();

    private static async Task GrantAsync(SqlWork work, VerdictRow verdict, SessionRow session)
    {
        await work
            .Sql("""
                UPDATE beacons SET attested_boot = @boot, attested_at = @at, firmware_version = @version
                WHERE beacon_id = @beacon
                """)
            .With("boot", verdict.Boot).With("at", verdict.At).With("version", verdict.FirmwareVersion)
            .With("beacon", ToColumn(verdict.Beacon)).ExecuteAsync();
        await work.Sql(InsertSession)
            .With("tenant", session.TenantId).With("beacon", ToColumn(session.Beacon))
            .With("session", session.SessionId)
            .With("boot", session.Boot).With("keys", session.KeysWrapped).With("created", session.CreatedAt)
            .With("expires", session.ExpiresAt).With("zero", session.TickZeroUnixMs).ExecuteAsync();
    }

    /// <inheritdoc/>
    public Task<SessionRow?> FindSessionAsync(
        BeaconId beacon, uint sessionId, CancellationToken cancellationToken) => ReadAsync(
        work => work
            .Sql("""
                SELECT tenant_id, boot, keys_wrapped, created_at, expires_at, tick_zero_unix_ms FROM sessions
                WHERE beacon_id = @beacon AND session_id = @session AND ended_at IS NULL
                """)
            .With("beacon", ToColumn(beacon)).With("session", sessionId)
            .FirstAsync(row => new SessionRow(
                beacon, row.Int(0), sessionId, row.UInt(1), row.Bytes(2), row.Time(3), row.Time(4), row.Long(5))),
        cancellationToken);

    /// <inheritdoc/>
    public Task EndSessionAsync(
        BeaconId beacon, uint sessionId, DateTimeOffset now, CancellationToken cancellationToken) =>
        WriteAsync(
            async work =>
            {
                await LockBeaconAsync(work, beacon);
                return await work
                    .Sql("""
                        UPDATE sessions SET ended_at = @now
                        WHERE beacon_id = @beacon AND session_id = @session AND ended_at IS NULL
                        """)
                    .With("now", now).With("beacon", ToColumn(beacon)).With("session", sessionId).ExecuteAsync();
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<SharedKeyRow> GetOrAddSharedKeyAsync(
        SharedKeyRow candidate, CancellationToken cancellationToken) => WriteAsync(
        async work =>
        {
            await work
                .Sql("""
                    INSERT INTO shared_keys (purpose, number, wrapped, not_after)
                    VALUES (@purpose, @number, @wrapped, @until) ON CONFLICT DO NOTHING
                    """)
                .With("purpose", candidate.Purpose).With("number", candidate.Number)
                .With("wrapped", candidate.Wrapped).With("until", candidate.NotAfter).ExecuteAsync();
            return (await SelectSharedKeyAsync(work, candidate.Purpose, candidate.Number))!;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<SharedKeyRow?> FindSharedKeyAsync(string purpose, long number, CancellationToken cancellationToken) =>
        ReadAsync(work => SelectSharedKeyAsync(work, purpose, number), cancellationToken);

    private static Task<SharedKeyRow?> SelectSharedKeyAsync(SqlWork work, string purpose, long number) => work
        .Sql("SELECT wrapped, not_after FROM shared_keys WHERE purpose = @purpose AND number = @number")
        .With("purpose", purpose).With("number", number)
        .FirstAsync(row => new SharedKeyRow(purpose, number, row.Bytes(0), row.Time(1)));

    /// <inheritdoc/>
    public Task<int> PruneTrustAsync(DateTimeOffset now, CancellationToken cancellationToken) => WriteAsync(
        async work =>
            await work.Sql("DELETE FROM shared_keys WHERE not_after <= @now").With("now", now).ExecuteAsync()
            + await work.Sql("DELETE FROM used_nonces WHERE expires_at <= @now").With("now", now).ExecuteAsync()
            + await work.Sql("DELETE FROM sessions WHERE ended_at IS NOT NULL OR expires_at <= @now")
                .With("now", now).ExecuteAsync(),
        cancellationToken);

    private sealed record LastToken(bool IsRevoked, uint Boot, byte[] Hash, string Client, DateTimeOffset? At);
}
