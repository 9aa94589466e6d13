namespace LumenLink.Rendezvous.Store;

/// <summary>A commit on SQLite: one prepared statement per table, run once per row.</summary>
internal sealed class SqliteIngestWriter(SqlWork work, DateTimeOffset receivedAt) : IngestWriter(work, receivedAt)
{
    protected override async Task<List<BeaconState>> LockBeaconsAsync(long[] beacons)
    {
        await using SqlStatement select = Work.Sql("""
            SELECT tenant_id, revoked_at FROM beacons WHERE beacon_id = @beacon
            """);
        var found = new List<BeaconState>();
        foreach (long beacon in beacons)
        {
            found.AddRange(await select.With("beacon", beacon)
                .ListAgainAsync(row => new BeaconState(beacon, row.Int(0), !row.IsNull(1))));
        }
        return found;
    }

    protected override async Task<List<SessionState>> ReadSessionsAsync(long[] beacons)
    {
        await using SqlStatement select = Work.Sql("""
            SELECT grant_number, session_id, confirmed_at FROM sessions WHERE beacon_id = @beacon AND ended_at IS NULL
            """);
        var found = new List<SessionState>();
        foreach (long beacon in beacons)
        {
            found.AddRange(await select.With("beacon", beacon)
                .ListAgainAsync(row => new SessionState(beacon, row.Long(0), row.UInt(1), !row.IsNull(2))));
        }
        return found;
    }

    protected override async Task ReadMarksAsync(List<BootState> boots)
    {
        await using SqlStatement select = Work.Sql("""
            SELECT settled_through, pruned_through FROM boot_progress WHERE beacon_id = @beacon AND boot = @boot
            """);
        foreach (BootState boot in boots)
        {
            await select.With("beacon", boot.Beacon.Beacon).With("boot", boot.Boot).ListAgainAsync(row =>
            {
                boot.StoredMark = row.Long(0);
                return boot.PrunedThrough = row.Long(1);
            });
        }
    }

    protected override async Task InsertFramesAsync(IngestPlan plan)
    {
        await using SqlStatement insert = Work.Sql("""
            INSERT INTO frames (beacon_id, boot, seq, tenant_id, kind, refused, fingerprint, received_at)
            VALUES (@beacon, @boot, @seq, @tenant, @kind, @refused, @fingerprint, @received) ON CONFLICT DO NOTHING
            """);
        foreach ((RecordKey key, int record) in plan.Candidates)
        {
            int added = await insert
                .With("beacon", key.Beacon).With("boot", key.Boot).With("seq", key.Sequence)
                .With("tenant", plan.BootOf(record).Beacon.TenantId).With("kind", (int)plan.Record(record).Kind)
                .With("refused", (int)plan.Record(record).Refused)
                .With("fingerprint", plan.Record(record).Fingerprint).With("received", ReceivedAt)
                .ExecuteAgainAsync();
            if (added == 1)
                plan.MarkNew(key);
        }
    }

    protected override async Task ReadFingerprintsAsync(IngestPlan plan, RecordKey[] known)
    {
        await using SqlStatement select = Work.Sql("""
            SELECT fingerprint FROM frames WHERE beacon_id = @beacon AND boot = @boot AND seq = @seq
            """);
        foreach (RecordKey key in known)
        {
            foreach (long? fingerprint in await select.With("beacon", key.Beacon).With("boot", key.Boot)
                .With("seq", key.Sequence).ListAgainAsync(row => row.LongOrNull(0)))
                plan.Compare(key, fingerprint);
        }
    }

    protected override async Task InsertSightingsAsync(IngestPlan plan)
    {
        await using SqlStatement insert = Work.Sql("""
            INSERT INTO sightings (tenant_id, beacon_id, boot, seq, received_at, window_open_unix_ms, duration_ms,
            quality,
                radio, address, address_type, key_day, rssi_dbm)
            VALUES (@tenant, @beacon, @boot, @seq, @received, @open, @duration, @quality, @radio, @address, @type,
                @day, @rssi)
            """);
        foreach (SightingEntry sighting in plan.NewSightings)
        {
            BootState boot = plan.BootOf(sighting.Record);
            await insert
                .With("tenant", boot.Beacon.TenantId).With("beacon", boot.Beacon.Beacon).With("boot", boot.Boot)
                .With("seq", plan.Record(sighting.Record).Sequence).With("received", ReceivedAt)
                .With("open", sighting.WindowOpenUnixMs).With("duration", sighting.DurationMs)
                .With("quality", (int)sighting.Quality).With("radio", (int)sighting.Radio)
                .With("address", sighting.Address).With("type", (int)sighting.AddressType)
                .With("day", (int)sighting.KeyDay).With("rssi", (int)sighting.RssiDbm)
                .ExecuteAgainAsync();
        }
    }

    protected override async Task ReadAboveAsync(List<BootState> boots)
    {
        await using SqlStatement select = Work.Sql($"""
            SELECT seq FROM frames WHERE beacon_id = @beacon AND boot = @boot AND seq > @mark
            ORDER BY seq LIMIT {SettledMarks.ReadAtOnce}
            """);
        foreach (BootState boot in boots)
        {
            boot.Above = await select.With("beacon", boot.Beacon.Beacon).With("boot", boot.Boot)
                .With("mark", boot.SettledThrough).ListAgainAsync(row => row.Long(0));
        }
    }

    protected override async Task SaveMarksAsync(List<BootState> boots)
    {
        await using SqlStatement upsert = Work.Sql("""
            INSERT INTO boot_progress (beacon_id, boot, tenant_id, settled_through)
            VALUES (@beacon, @boot, @tenant, @mark)
            ON CONFLICT (beacon_id, boot) DO UPDATE SET settled_through = excluded.settled_through
            """);
        foreach (BootState boot in boots)
        {
            await upsert.With("beacon", boot.Beacon.Beacon).With("boot", boot.Boot).With("tenant", boot.Beacon.TenantId)
                .With("mark", boot.SettledThrough).ExecuteAgainAsync();
        }
    }

    protected override async Task SaveActivityAsync(List<BeaconState> beacons)
    {
        await using SqlStatement update = Work.Sql("""
            UPDATE beacon_activity SET last_seen_at = max(coalesce(last_seen_at, @received), @received),
                record_count = record_count + @records, sighting_count = sighting_count + @sightings
            WHERE beacon_id = @beacon
            """);
        foreach (BeaconState beacon in beacons)
        {
            await update.With("received", ReceivedAt).With("records", beacon.NewRecords)
                .With("sightings", beacon.NewSightings).With("beacon", beacon.Beacon).ExecuteAgainAsync();
        }
    }
}
