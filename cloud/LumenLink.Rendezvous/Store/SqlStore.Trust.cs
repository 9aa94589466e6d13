using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Store;

internal abstract partial class SqlStore
{
    /// <summary>
    /// The rise is one statement: of two that present the same token, one changes the row. A later boot leaves the
    /// last number of the one before.
    /// </summary>
    private const string RaiseToken = """
        UPDATE beacons SET token_boot = @boot, token_connect = @connect, token_hash = @hash, token_client = @client,
            token_at = @now,
            before_boot = CASE WHEN token_boot < @boot THEN token_boot ELSE before_boot END,
            before_connect = CASE WHEN token_boot < @boot THEN token_connect ELSE before_connect END
        WHERE beacon_id = @beacon AND revoked_at IS NULL AND attested_boot <= @boot
            AND (token_boot < @boot OR token_boot = @boot AND token_connect < @connect)
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
