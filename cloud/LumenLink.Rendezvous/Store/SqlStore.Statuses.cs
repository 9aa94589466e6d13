using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Store;

internal abstract partial class SqlStore
{
    /// <summary>Rows of the history that go in one transaction.</summary>
    private const int StatusesAtOnce = 20_000;

    private static readonly string SelectStatus = $"""
        SELECT received_at, captured_unix_ms, uptime_ms, queue_records, queue_bytes, dropped_records,
            dropped_sightings, heap_free_bytes, heap_largest_bytes, wifi_rssi_dbm, boot_reason,
            firmware_version, boot, seq, {StatusDetailColumns.List}
        """;

    /// <inheritdoc/>
    public Task<StatusView?> GetStatusAsync(
        int tenantId, BeaconId id, CancellationToken cancellationToken) => ReadTenantAsync(
        tenantId,
        work => work.Sql($"{SelectStatus} FROM beacon_status WHERE tenant_id = @tenant AND beacon_id = @beacon")
            .With("tenant", tenantId).With("beacon", ToColumn(id)).FirstAsync(ReadStatus),
        cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StatusRecordView>> ListStatusesAsync(
        int tenantId, BeaconId id, StatusFilter filter, CancellationToken cancellationToken) => await ReadTenantAsync(
        tenantId,
        work =>
        {
            string where = "tenant_id = @tenant AND beacon_id = @beacon"
                + (filter.From is null ? "" : " AND received_at >= @from")
                + (filter.To is null ? "" : " AND received_at < @to")
                + (filter.Before is null ? "" : " AND (received_at, boot, seq) < (@at, @boot, @seq)");
            SqlStatement statement = work
                .Sql($"""
                    {SelectStatus} FROM beacon_statuses WHERE {where}
                    ORDER BY received_at DESC, boot DESC, seq DESC LIMIT @limit
                    """)
                .With("tenant", tenantId).With("beacon", ToColumn(id)).With("limit", filter.Limit);
            if (filter.From is { } from)
                statement.With("from", from);
            if (filter.To is { } to)
                statement.With("to", to);
            if (filter.Before is { } last)
                statement.With("at", last.ReceivedAt).With("boot", last.Boot).With("seq", last.Sequence);
            return statement.ListAsync(row => new StatusRecordView(row.UInt(12), row.UInt(13), ReadStatus(row)));
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task<int> PruneStatusesAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        int gone = 0;
        for (int last = StatusesAtOnce; last == StatusesAtOnce; gone += last)
        {
            last = await WriteAsync(
                work => work
                    .Sql($"""
                        DELETE FROM beacon_statuses WHERE (beacon_id, received_at, boot, seq) IN (
                            SELECT beacon_id, received_at, boot, seq FROM beacon_statuses
                            WHERE received_at < @before LIMIT {StatusesAtOnce})
                        """)
                    .With("before", before).ExecuteAsync(),
                cancellationToken);
        }

        return gone;
    }

    private static StatusView ReadStatus(SqlRow row) => new(row.Time(0), new StatusEntry(
        0, row.Long(1), row.Long(2), row.Long(3), row.Long(4), row.Long(5), row.Long(6), row.LongOrNull(7),
        row.LongOrNull(8), (short?)row.LongOrNull(9), (byte)row.Int(10), row.Text(11),
        StatusDetailColumns.Read(row, 14)));
}
