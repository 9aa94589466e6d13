using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Audit;

namespace LumenLink.Rendezvous.Store;

internal abstract partial class SqlStore
{
    private const string ApiKeyColumns =
        "key_id, tenant_id, name, role, created_by, created_at, expires_at, revoked_at, last_used_at";

    /// <inheritdoc/>
    public Task<bool> AddApiKeyAsync(ApiKeyView key, byte[] secretHash, CancellationToken cancellationToken) =>
        WriteAsync(
            async work =>
            {
                int added = await work
                    .Sql("""
                        INSERT INTO api_keys (key_id, tenant_id, secret_hash, name, role, created_by, created_at,
                            expires_at)
                        SELECT @id, @tenant, @hash, @name, @role, @by, @now, @expires
                        WHERE (SELECT count(*) FROM api_keys WHERE tenant_id = @tenant) < @most
                        """)
                    .With("id", key.Id).With("tenant", key.TenantId).With("hash", secretHash).With("name", key.Name)
                    .With("role", (int)key.Role).With("by", key.CreatedBy).With("now", key.CreatedAt)
                    .With("expires", key.ExpiresAt).With("most", AccessPolicy.MaxKeys).ExecuteAsync();
                if (added == 1)
                    await AuditKeyAsync(work, key, key.CreatedBy, "Created", key.CreatedAt);
                return added == 1;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<StoredApiKey?> FindApiKeyAsync(string id, CancellationToken cancellationToken) => ReadAsync(
        work => work.Sql($"SELECT {ApiKeyColumns}, secret_hash FROM api_keys WHERE key_id = @id").With("id", id)
            .FirstAsync(row => new StoredApiKey(ReadApiKey(row), row.Bytes(9))),
        cancellationToken);

    /// <inheritdoc/>
    public Task TouchApiKeyAsync(string id, DateTimeOffset now, CancellationToken cancellationToken) => WriteAsync(
        work => work
            .Sql("""
                UPDATE api_keys SET last_used_at = @now
                WHERE key_id = @id AND (last_used_at IS NULL OR last_used_at < @now)
                """)
            .With("now", now).With("id", id).ExecuteAsync(),
        cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ApiKeyView>> ListApiKeysAsync(
        int tenantId, string? afterId, int limit, CancellationToken cancellationToken) => await ReadTenantAsync(
        tenantId,
        work => work
            .Sql($"""
                SELECT {ApiKeyColumns} FROM api_keys WHERE tenant_id = @tenant AND key_id > @after
                ORDER BY key_id LIMIT @limit
                """)
            .With("tenant", tenantId).With("after", afterId ?? "").With("limit", limit).ListAsync(ReadApiKey),
        cancellationToken);

    /// <inheritdoc/>
    public Task<ApiKeyView?> RevokeApiKeyAsync(
        int tenantId, string id, string by, DateTimeOffset now, CancellationToken cancellationToken) => WriteAsync(
        async work =>
        {
            int revoked = await work
                .Sql("""
                    UPDATE api_keys SET revoked_at = @now
                    WHERE key_id = @id AND tenant_id = @tenant AND revoked_at IS NULL
                    """)
                .With("now", now).With("id", id).With("tenant", tenantId).ExecuteAsync();
            ApiKeyView? key = await work
                .Sql($"SELECT {ApiKeyColumns} FROM api_keys WHERE key_id = @id AND tenant_id = @tenant")
                .With("id", id).With("tenant", tenantId).FirstAsync(ReadApiKey);
            if (revoked == 1)
                await AuditKeyAsync(work, key!, by, "Revoked", now);
            return key;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<int> PruneApiKeysAsync(DateTimeOffset before, CancellationToken cancellationToken) => WriteAsync(
        work => work.Sql("DELETE FROM api_keys WHERE expires_at < @before OR revoked_at < @before")
            .With("before", before).ExecuteAsync(),
        cancellationToken);

    private Task AuditKeyAsync(SqlWork work, ApiKeyView key, string by, string outcome, DateTimeOffset now) =>
        AuditAsync(work, new AuditFact(
            now, key.TenantId, AuditKind.ApiKey, key.Id, by, outcome,
            $"{key.Role}, {key.Name}, until {key.ExpiresAt:u}", []));

    private static ApiKeyView ReadApiKey(SqlRow row) => new(
        row.Text(0), row.Int(1), row.Text(2), (ApiRole)row.Int(3), row.Text(4), row.Time(5), row.Time(6),
        row.TimeOrNull(7), row.TimeOrNull(8));
}
