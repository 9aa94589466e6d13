using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Store;

internal abstract partial class SqlStore
{
    /// <summary>End of the newest session of a beacon b.</summary>
    private const string AttestedUntil = """
        (SELECT s.expires_at FROM sessions AS s WHERE s.beacon_id = b.beacon_id AND s.ended_at IS NULL
             ORDER BY s.grant_number DESC LIMIT 1)
        """;

    /// <summary>Kinds of the open alarms of a beacon b, as flags.</summary>
    private const string OpenAlarms = """
        (SELECT CAST(coalesce(sum(1 << m.kind), 0) AS bigint) FROM alarms AS m
             WHERE m.beacon_id = b.beacon_id AND m.acknowledged_at IS NULL)
        """;

    private const string SelectViews = $"""
        SELECT b.beacon_id, b.name, b.region, b.level, b.hardware_model, b.revoked_at, a.last_seen_at, b.attested_at,
            {AttestedUntil},
            b.last_outcome, b.last_outcome_at, b.last_outcome_detail, b.attested_boot, b.firmware_version,
                a.sighting_count,
            a.record_count,
            {OpenAlarms},
            b.latitude_e7, b.longitude_e7, t.queue_records
        FROM beacons AS b JOIN beacon_activity AS a ON a.beacon_id = b.beacon_id
            LEFT JOIN beacon_status AS t ON t.beacon_id = b.beacon_id
        WHERE b.tenant_id = @tenant
        """;

    /// <summary>Loudest first, then latest; the last two keys order ids as unsigned numbers.</summary>
    private const string SelectPresence = """
        WITH heard AS (
            SELECT address, key_day, radio, beacon_id, max(received_at) AS last_at, max(rssi_dbm) AS loudest,
            count(*) AS n
            FROM sightings WHERE tenant_id = @tenant AND received_at >= @since
            GROUP BY address, key_day, radio, beacon_id),
        ranked AS (
            SELECT heard.*, row_number() OVER (
                PARTITION BY address, key_day, radio
                ORDER BY loudest DESC, last_at DESC, beacon_id < 0, beacon_id) AS place
            FROM heard)
        SELECT address, key_day, radio, max(last_at), max(CASE WHEN place = 1 THEN beacon_id END), max(loudest),
            count(*), CAST(sum(n) AS bigint)
        FROM ranked GROUP BY address, key_day, radio
        ORDER BY 4 DESC, address, key_day, radio LIMIT @limit
        """;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BeaconView>> ListBeaconsAsync(int tenantId, CancellationToken cancellationToken) =>
        await ReadTenantAsync(
            tenantId,
            work => work.Sql(SelectViews + " ORDER BY b.name, b.beacon_id < 0, b.beacon_id")
                .With("tenant", tenantId).ListAsync(ReadView),
            cancellationToken);

    /// <inheritdoc/>
    public Task<BeaconView?> GetBeaconAsync(
        int tenantId, BeaconId id, CancellationToken cancellationToken) => ReadTenantAsync(
        tenantId,
        work => work.Sql(SelectViews + " AND b.beacon_id = @beacon")
            .With("tenant", tenantId).With("beacon", ToColumn(id)).FirstAsync(ReadView),
        cancellationToken);

    private static BeaconView ReadView(SqlRow row) => new(
        ToBeaconId(row.Long(0)), row.Text(1), row.Text(2), (SecurityLevel)row.Int(3), row.Int(4), row.TimeOrNull(5),
        row.TimeOrNull(6), row.TimeOrNull(7), row.TimeOrNull(8), (AttestationOutcome?)row.LongOrNull(9),
            row.TimeOrNull(10),
        row.Text(11), row.UInt(12), row.Text(13), row.Long(14), row.Long(15))
    {
        OpenAlarms = (AlarmKinds)row.Int(16),
        Location = SqlLocation.Read(row, 17),
        QueueRecords = row.LongOrNull(19),
    };

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AttestationView>> ListAttestationsAsync(
        int tenantId, BeaconId id, int limit, CancellationToken cancellationToken) => await ReadTenantAsync(
        tenantId,
        work => work
            .Sql("""
                SELECT at, outcome, detail, boot, firmware_version FROM attestations
                WHERE tenant_id = @tenant AND beacon_id = @beacon ORDER BY attestation_id DESC LIMIT @limit
                """)
            .With("tenant", tenantId).With("beacon", ToColumn(id)).With("limit", limit)
            .ListAsync(row => new AttestationView(
                row.Time(0), (AttestationOutcome)row.Int(1), row.Text(2), row.UInt(3), row.Text(4))),
        cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EvidenceView>> ListEvidenceAsync(
        int tenantId, BeaconId? after, int limit, CancellationToken cancellationToken) => await ReadTenantAsync(
        tenantId,
        work => work
            .Sql("""
                SELECT e.beacon_id, e.at, e.outcome, b.level, b.hardware_model, e.frame
                FROM evidence AS e JOIN beacons AS b ON b.beacon_id = e.beacon_id
                WHERE e.tenant_id = @tenant AND b.revoked_at IS NULL AND e.beacon_id > @after
                ORDER BY e.beacon_id LIMIT @limit
                """)
            .With("tenant", tenantId).With("after", after is { } id ? ToColumn(id) : long.MinValue)
            .With("limit", limit)
            .ListAsync(row => new EvidenceView(
                ToBeaconId(row.Long(0)), row.Time(1), (AttestationOutcome)row.Int(2), (SecurityLevel)row.Int(3),
                row.Int(4), row.Bytes(5))),
        cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SightingView>> ListSightingsAsync(
        int tenantId, SightingFilter filter, CancellationToken cancellationToken) => await ReadTenantAsync(
        tenantId,
        work =>
        {
            string step = dialect.StepOf("row_id");
            (string Condition, string Name, object? Value)[] conditions =
            [
                ("beacon_id = @beacon", "beacon", filter.Beacon is { } beacon ? ToColumn(beacon) : null),
                ("address = @address", "address", filter.Address),
                ("received_at >= @from", "from", filter.ReceivedFrom),
                ("received_at < @to", "to", filter.ReceivedTo),
                ($"{step} <= {dialect.StepOf("@before")} AND row_id < @before", "before", filter.BeforeRowId),
            ];
            var given = conditions.Where(condition => condition.Value != null).ToList();
            IEnumerable<string> all = given.Select(condition => condition.Condition).Prepend("tenant_id = @tenant");
            SqlStatement statement = work
                .Sql($"""
                    SELECT row_id, beacon_id, received_at, window_open_unix_ms, quality, radio, address, key_day,
                    rssi_dbm
                    FROM sightings
                    WHERE {string.Join(" AND ", all)}
                    ORDER BY {step} DESC, row_id DESC LIMIT @limit
                    """)
                .With("tenant", tenantId).With("limit", filter.Limit);
            foreach ((_, string name, object? value) in given)
                statement.With(name, value);
            return statement.ListAsync(ReadSighting);
        },
        cancellationToken);

    private static SightingView ReadSighting(SqlRow row) => new(
        row.Long(0), ToBeaconId(row.Long(1)), row.Time(2), row.Long(3), (CaptureQuality)row.Int(4), (byte)row.Int(5),
        row.Long(6), row.Int(7), row.Int(8));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PresenceView>> ListPresenceAsync(
        int tenantId, DateTimeOffset since, int limit, CancellationToken cancellationToken) => await ReadTenantAsync(
        tenantId,
        work => work.Sql(SelectPresence).With("tenant", tenantId).With("since", since).With("limit", limit)
            .ListAsync(row => new PresenceView(
                row.Long(0), row.Int(1), (byte)row.Int(2), row.Time(3), ToBeaconId(row.Long(4)), row.Int(5), row.Int(6),
                row.Long(7))),
        cancellationToken);
}
