namespace LumenLink.Rendezvous.Store;

internal abstract partial class SqlStore
{
    /// <inheritdoc/>
    public Task<long> RaisePackVersionAsync(int tenantId, CancellationToken cancellationToken) => WriteAsync(
        async work => (await work
            .Sql("""
                INSERT INTO pack_versions (tenant_id, version) VALUES (@tenant, 1)
                ON CONFLICT (tenant_id) DO UPDATE SET version = pack_versions.version + 1 RETURNING version
                """)
            .With("tenant", tenantId).ListAsync(row => row.Long(0)))[0],
        cancellationToken);
}
