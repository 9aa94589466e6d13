using LumenLink.Protocol;

namespace LumenLink.Rendezvous.Store;

internal abstract partial class SqlStore
{
    private string SelectFollowed => $"""
        SELECT row_id, beacon_id, received_at, window_open_unix_ms, quality, radio, address, key_day, rssi_dbm, boot,
            seq, duration_ms, address_type, {dialect.TableOfRow}
        FROM sightings
        """;

    /// <inheritdoc/>
    public Task<FollowedSighting?> FindSightingAsync(
        int tenantId, long rowId, CancellationToken cancellationToken) => ReadTenantAsync(
        tenantId,
        work => work
            .Sql($"""
                {SelectFollowed} WHERE tenant_id = @tenant
                    AND {dialect.StepOf("row_id")} = {dialect.StepOf("@row")} AND row_id = @row
                """)
            .With("tenant", tenantId).With("row", rowId).FirstAsync(ReadFollowed),
        cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<FollowedSighting>> ReadSightingsOfAsync(
        int tenantId, RecordName record, DateTimeOffset receivedAt, int limit,
        CancellationToken cancellationToken) => await ReadTenantAsync(
        tenantId,
        work => OfRecord(
            work.Sql($"""
                {SelectFollowed} WHERE tenant_id = @tenant AND beacon_id = @beacon AND received_at = @at
                    AND boot = @boot AND seq = @seq
                ORDER BY row_id LIMIT @limit
                """),
            tenantId, record).With("at", receivedAt).With("limit", limit).ListAsync(ReadFollowed),
        cancellationToken);

    /// <inheritdoc/>
    public Task<StatusView?> FindStatusOfAsync(
        int tenantId, RecordName record, DateTimeOffset receivedAt,
        CancellationToken cancellationToken) => ReadTenantAsync(
        tenantId,
        work => OfRecord(
            work.Sql($"""
                {SelectStatus} FROM beacon_statuses WHERE tenant_id = @tenant AND beacon_id = @beacon
                    AND received_at = @at AND boot = @boot AND seq = @seq
                """),
            tenantId, record).With("at", receivedAt).FirstAsync(ReadStatus),
        cancellationToken);

    /// <inheritdoc/>
    public Task<FollowedBooks> FindBooksAsync(
        int tenantId, RecordName record, DateTimeOffset? receivedAt,
        CancellationToken cancellationToken) => ReadAsync(
        async work =>
        {
            FollowedRecord? row = await OfRecord(
                work.Sql("""
                    SELECT kind, refused, received_at, fingerprint FROM frames
                    WHERE beacon_id = @beacon AND boot = @boot AND seq = @seq AND tenant_id = @tenant
                    """),
                tenantId, record).FirstAsync(read => new FollowedRecord(
                    (byte)read.Int(0), (RefusalReason)read.Int(1), read.Time(2), read.LongOrNull(3)));
            FollowedMarks? marks = await work
                .Sql("""
                    SELECT settled_through, pruned_through FROM boot_progress
                    WHERE beacon_id = @beacon AND boot = @boot AND tenant_id = @tenant
                    """)
                .With("beacon", ToColumn(record.Beacon)).With("boot", record.Boot).With("tenant", tenantId)
                .FirstAsync(read => new FollowedMarks(read.UInt(0), read.UInt(1)));
            return new FollowedBooks(
                row, marks, (row?.ReceivedAt ?? receivedAt) is { } at
                    ? await FindSessionOfAsync(work, tenantId, record, at)
                    : null);
        },
        cancellationToken);

    /// <summary>The newest session that a stored frame had confirmed by then, and that had not ended.</summary>
    private static Task<FollowedSession?> FindSessionOfAsync(
        SqlWork work, int tenantId, RecordName record, DateTimeOffset at) => work
        .Sql("""
            SELECT session_id, boot, created_at, expires_at, confirmed_at, tick_zero_unix_ms FROM sessions
            WHERE beacon_id = @beacon AND tenant_id = @tenant AND boot >= @boot AND confirmed_at <= @at
                AND (ended_at IS NULL OR ended_at >= @at)
            ORDER BY grant_number DESC LIMIT 1
            """)
        .With("beacon", ToColumn(record.Beacon)).With("tenant", tenantId).With("boot", record.Boot).With("at", at)
        .FirstAsync(read => new FollowedSession(
            read.UInt(0), read.UInt(1), read.Time(2), read.Time(3), read.Time(4), read.Long(5)));

    private static SqlStatement OfRecord(SqlStatement statement, int tenantId, RecordName record) => statement
        .With("tenant", tenantId).With("beacon", ToColumn(record.Beacon)).With("boot", record.Boot)
        .With("seq", record.Sequence);

    private static FollowedSighting ReadFollowed(SqlRow row) => new(
        new RecordName(ToBeaconId(row.Long(1)), row.UInt(9), row.UInt(10)), ReadSighting(row), row.Int(11),
        (byte)row.Int(12), row.Text(13));
}
