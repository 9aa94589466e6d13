using Npgsql;

namespace LumenLink.Rendezvous.Store;

/// <summary>A commit on PostgreSQL: one statement per table, arrays in, sightings by binary COPY.</summary>
internal sealed class PostgresIngestWriter(SqlWork work, DateTimeOffset receivedAt) : IngestWriter(work, receivedAt)
{
    protected override Task<List<BeaconState>> LockBeaconsAsync(long[] beacons) => Work
        .Sql("""
            SELECT beacon_id, tenant_id, revoked_at FROM beacons WHERE beacon_id = ANY (@ids)
            ORDER BY beacon_id FOR NO KEY UPDATE
            """)
        .With("ids", beacons)
        .ListAsync(row => new BeaconState(row.Long(0), row.Int(1), !row.IsNull(2)));

    protected override Task<List<SessionState>> ReadSessionsAsync(long[] beacons) => Work
        .Sql("""
            SELECT beacon_id, grant_number, session_id, confirmed_at FROM sessions
            WHERE beacon_id = ANY (@ids) AND ended_at IS NULL
            """)
        .With("ids", beacons)
        .ListAsync(row => new SessionState(row.Long(0), row.Long(1), row.UInt(2), !row.IsNull(3)));

    protected override Task ReadMarksAsync(List<BootState> boots) => Work
        .Sql("""
            SELECT wanted.place, p.settled_through, p.pruned_through
            FROM unnest(@beacons, @boots) WITH ORDINALITY AS wanted (beacon_id, boot, place)
            JOIN boot_progress AS p ON p.beacon_id = wanted.beacon_id AND p.boot = wanted.boot
            """)
        .With("beacons", BeaconsOf(boots)).With("boots", NumbersOf(boots))
        .ListAsync(row =>
        {
            BootState boot = boots[row.Int(0) - 1];
            boot.StoredMark = row.Long(1);
            return boot.PrunedThrough = row.Long(2);
        });

    protected override async Task InsertFramesAsync(IngestPlan plan)
    {
        RecordKey[] keys = [.. plan.Candidates.Keys];
        if (keys.Length == 0)
            return;
        RecordEntry[] records = [.. plan.Candidates.Values.Select(plan.Record)];
        List<RecordKey> added = await Work
            .Sql("""
                INSERT INTO frames (beacon_id, boot, seq, tenant_id, kind, refused, fingerprint, received_at)
                SELECT beacon_id, boot, seq, tenant_id, kind, refused, fingerprint, @received
                FROM unnest(@beacons, @boots, @sequences, @tenants, @kinds, @refusals, @fingerprints)
                    AS record (beacon_id, boot, seq, tenant_id, kind, refused, fingerprint)
                ORDER BY beacon_id, boot, seq
                ON CONFLICT DO NOTHING RETURNING beacon_id, boot, seq
                """)
            .With("received", ReceivedAt)
            .With("beacons", keys.Select(key => key.Beacon).ToArray())
            .With("boots", keys.Select(key => key.Boot).ToArray())
            .With("sequences", keys.Select(key => key.Sequence).ToArray())
            .With("tenants", plan.Candidates.Values.Select(record => plan.BootOf(record).Beacon.TenantId).ToArray())
            .With("kinds", records.Select(record => (short)record.Kind).ToArray())
            .With("refusals", records.Select(record => (short)record.Refused).ToArray())
            .With("fingerprints", records.Select(record => record.Fingerprint).ToArray())
            .ListAsync(row => new RecordKey(row.Long(0), row.Long(1), row.Long(2)));
        added.ForEach(plan.MarkNew);
    }

    protected override Task ReadFingerprintsAsync(IngestPlan plan, RecordKey[] known) => Work
        .Sql("""
            SELECT wanted.place, f.fingerprint
            FROM unnest(@beacons, @boots, @sequences) WITH ORDINALITY AS wanted (beacon_id, boot, seq, place)
            JOIN frames AS f ON f.beacon_id = wanted.beacon_id AND f.boot = wanted.boot AND f.seq = wanted.seq
            """)
        .With("beacons", known.Select(key => key.Beacon).ToArray())
        .With("boots", known.Select(key => key.Boot).ToArray())
        .With("sequences", known.Select(key => key.Sequence).ToArray())
        .ListAsync(row =>
        {
            plan.Compare(known[row.Int(0) - 1], row.LongOrNull(1));
            return 0;
        });

    protected override async Task InsertSightingsAsync(IngestPlan plan)
    {
        if (!plan.NewSightings.Any())
            return;
        var connection = (NpgsqlConnection)Work.Connection;
        await using NpgsqlRawCopyStream copy =
            await connection.BeginRawBinaryCopyAsync(SightingCopy.Statement, Work.CancellationToken);
        try
        {
            SightingCopy rows = new(copy, ReceivedAt);
            foreach (SightingEntry sighting in plan.NewSightings)
            {
                BootState boot = plan.BootOf(sighting.Record);
                rows.Append(
                    boot.Beacon.TenantId, boot.Beacon.Beacon, boot.Boot, plan.Record(sighting.Record).Sequence,
                    sighting);
                if (rows.IsFull)
                    await rows.FlushAsync(Work.CancellationToken);
            }

            await rows.FinishAsync(Work.CancellationToken);
        }
        catch
        {
            await copy.CancelAsync();
            throw;
        }
    }

    protected override async Task ReadAboveAsync(List<BootState> boots)
    {
        boots.ForEach(boot => boot.Above = []);
        await Work
            .Sql($"""
                SELECT wanted.place, stored.seq
                FROM unnest(@beacons, @boots, @marks) WITH ORDINALITY AS wanted (beacon_id, boot, mark, place)
                CROSS JOIN LATERAL (
                    SELECT f.seq FROM frames AS f
                    WHERE f.beacon_id = wanted.beacon_id AND f.boot = wanted.boot AND f.seq > wanted.mark
                    ORDER BY f.seq LIMIT {SettledMarks.ReadAtOnce}) AS stored
                ORDER BY wanted.place, stored.seq
                """)
            .With("beacons", BeaconsOf(boots)).With("boots", NumbersOf(boots)).With("marks", MarksOf(boots))
            .ListAsync(row =>
            {
                boots[row.Int(0) - 1].Above.Add(row.Long(1));
                return 0;
            });
    }

    protected override Task SaveMarksAsync(List<BootState> boots) => boots.Count == 0 ? Task.CompletedTask : Work
        .Sql("""
            INSERT INTO boot_progress (beacon_id, boot, tenant_id, settled_through)
            SELECT beacon_id, boot, tenant_id, mark FROM unnest(@beacons, @boots, @tenants, @marks)
                AS boot (beacon_id, boot, tenant_id, mark)
            ORDER BY beacon_id, boot
            ON CONFLICT (beacon_id, boot) DO UPDATE SET settled_through = excluded.settled_through
            """)
        .With("beacons", BeaconsOf(boots)).With("boots", NumbersOf(boots))
        .With("tenants", boots.Select(boot => boot.Beacon.TenantId).ToArray()).With("marks", MarksOf(boots))
        .ExecuteAsync();

    protected override Task SaveActivityAsync(List<BeaconState> beacons) => Work
        .Sql("""
            UPDATE beacon_activity AS a SET last_seen_at = greatest(a.last_seen_at, @received),
                record_count = a.record_count + added.records, sighting_count = a.sighting_count + added.sightings
            FROM unnest(@beacons, @records, @sightings) AS added (beacon_id, records, sightings)
            WHERE a.beacon_id = added.beacon_id
            """)
        .With("received", ReceivedAt)
        .With("beacons", beacons.Select(beacon => beacon.Beacon).ToArray())
        .With("records", beacons.Select(beacon => beacon.NewRecords).ToArray())
        .With("sightings", beacons.Select(beacon => beacon.NewSightings).ToArray())
        .ExecuteAsync();

    private static long[] BeaconsOf(List<BootState> boots) => [.. boots.Select(boot => boot.Beacon.Beacon)];

    private static long[] NumbersOf(List<BootState> boots) => [.. boots.Select(boot => boot.Boot)];

    private static long[] MarksOf(List<BootState> boots) => [.. boots.Select(boot => boot.SettledThrough)];
}
