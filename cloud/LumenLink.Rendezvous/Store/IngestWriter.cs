using LumenLink.Protocol;
using LumenLink.Rendezvous.Control;
using LumenLink.Rendezvous.Ingest;

namespace LumenLink.Rendezvous.Store;

/// <summary>The statements of a commit, in the order in which they run. Each engine has its own.</summary>
/// <param name="work">The transaction.</param>
/// <param name="receivedAt">Service time of the batch.</param>
internal abstract class IngestWriter(SqlWork work, DateTimeOffset receivedAt)
{
    /// <summary>The transaction.</summary>
    protected SqlWork Work => work;

    /// <summary>Service time of the batch.</summary>
    protected DateTimeOffset ReceivedAt => receivedAt;

    /// <summary>Runs them all.</summary>
    public async Task WriteAsync(IngestPlan plan)
    {
        List<BeaconState> beacons = await LockBeaconsAsync(plan.BeaconIds);
        plan.Judge(beacons, await ReadSessionsAsync([.. beacons.Select(beacon => beacon.Beacon)]));
        if (plan.Boots.Count == 0)
            return;
        await SaveSessionsAsync(plan);
        await ReadMarksAsync(plan.Boots);
        plan.SelectCandidates();
        plan.Times.End(CommitPhase.Lock);
        await InsertFramesAsync(plan);
        if (plan.Known is { Length: > 0 } known)
            await ReadFingerprintsAsync(plan, known);
        plan.CountSightings();
        plan.Times.End(CommitPhase.Records);
        await InsertSightingsAsync(plan);
        plan.Times.End(CommitPhase.Sightings);
        await AdvanceAsync(plan.Boots);
        await SaveMarksAsync([.. plan.Boots.Where(boot => boot.SettledThrough != boot.StoredMark)]);
        await SaveStatusesAsync(plan);
        await SaveDiagnosticsAsync(plan);
        await SavePoisonedAsync(plan);
        await SaveActivityAsync([.. plan.Beacons.Where(beacon => beacon.HasCommitted)]);
        plan.Times.End(CommitPhase.State);
    }

    /// <summary>Locks the beacons in the order of their ids; those that are not enrolled are left out.</summary>
    protected abstract Task<List<BeaconState>> LockBeaconsAsync(long[] beacons);

    /// <summary>The live sessions of the beacons.</summary>
    protected abstract Task<List<SessionState>> ReadSessionsAsync(long[] beacons);

    /// <summary>Fills in the marks as stored.</summary>
    protected abstract Task ReadMarksAsync(List<BootState> boots);

    /// <summary>Stores the candidates that are not there, and marks them new.</summary>
    protected abstract Task InsertFramesAsync(IngestPlan plan);

    /// <summary>Compares what was there before with what came now.</summary>
    protected abstract Task ReadFingerprintsAsync(IngestPlan plan, RecordKey[] known);

    /// <summary>Stores the sightings of new records.</summary>
    protected abstract Task InsertSightingsAsync(IngestPlan plan);

    /// <summary>
    /// Reads the stored sequences above the mark of each boot, rising, at most so many as are read at once.
    /// </summary>
    protected abstract Task ReadAboveAsync(List<BootState> boots);

    /// <summary>Stores the marks.</summary>
    protected abstract Task SaveMarksAsync(List<BootState> boots);

    /// <summary>Adds to the counts of the beacons.</summary>
    protected abstract Task SaveActivityAsync(List<BeaconState> beacons);

    private async Task AdvanceAsync(List<BootState> boots)
    {
        while (boots.Count > 0)
        {
            await ReadAboveAsync(boots);
            foreach (BootState boot in boots)
                boot.SettledThrough = SettledMarks.Advance(boot.SettledThrough, boot.Above);
            boots = [.. boots.Where(boot => SettledMarks.NeedsMore(boot.SettledThrough, boot.Above))];
        }
    }

    private async Task SaveSessionsAsync(IngestPlan plan)
    {
        foreach (SessionState session in plan.Confirmed)
        {
            await work.Sql("UPDATE sessions SET confirmed_at = @now WHERE grant_number = @grant")
                .With("now", receivedAt).With("grant", session.GrantNumber).ExecuteAsync();
        }
        foreach (SessionState session in plan.Ended)
        {
            await work.Sql("UPDATE sessions SET ended_at = @now WHERE grant_number = @grant")
                .With("now", receivedAt).With("grant", session.GrantNumber).ExecuteAsync();
        }
    }

    private async Task SavePoisonedAsync(IngestPlan plan)
    {
        foreach ((BootState boot, long sequence, PoisonedEntry entry) in plan.NewPoisoned)
        {
            int added = await work
                .Sql($"""
                    INSERT INTO poisoned_frames (tenant_id, beacon_id, boot, seq, at, reason, frame)
                    SELECT @tenant, @beacon, @boot, @seq, @received, @reason, @frame
                    WHERE (SELECT count(*) FROM poisoned_frames) < {IngestPolicy.MaxPoisoned}
                        AND (SELECT count(*) FROM poisoned_frames WHERE beacon_id = @beacon)
                            < {IngestPolicy.MaxPoisonedOfOneBeacon}
                    """)
                .With("tenant", boot.Beacon.TenantId).With("beacon", boot.Beacon.Beacon).With("boot", boot.Boot)
                .With("seq", sequence).With("received", receivedAt).With("reason", entry.Reason)
                .With("frame", entry.Frame).ExecuteAsync();
            if (added == 0)
                throw new PoisonedFullException();
        }
    }

    /// <summary>
    /// Every status goes into the history, in one statement with what else the newest of a beacon changes: the row
    /// that tells how it is.
    /// </summary>
    private async Task SaveStatusesAsync(IngestPlan plan)
    {
        (BootState Boot, long Sequence, StatusEntry Status)[] statuses = [.. plan.NewStatuses];
        for (int i = 0; i < statuses.Length; i++)
        {
            (BootState boot, long sequence, StatusEntry status) = statuses[i];
            bool isNewest = i + 1 == statuses.Length || statuses[i + 1].Boot.Beacon != boot.Beacon;
            await work.Sql(isNewest ? InsertStatus + ";" + UpsertStatus : InsertStatus)
                .With("beacon", boot.Beacon.Beacon).With("tenant", boot.Beacon.TenantId).With("boot", boot.Boot)
                .With("seq", sequence).With("received", receivedAt).With("captured", status.CapturedUnixMs)
                .With("uptime", status.UptimeMs).With("records", status.QueueRecords).With("bytes", status.QueueBytes)
                .With("lost_records", status.DroppedRecords).With("lost_sightings", status.DroppedSightings)
                .With("heap_free", status.HeapFreeBytes).With("heap_largest", status.HeapLargestBytes)
                .With("wifi", status.WifiRssiDbm).With("reason", (short)status.BootReason)
                .With("version", status.FirmwareVersion).WithDetails(status.Details).ExecuteAsync();
            if (!isNewest)
                continue;
            await work.Sql(ReopenConfiguration)
                .With("beacon", boot.Beacon.Beacon).With("boot", boot.Boot)
                .With("told", status.Details.ConfigVersion ?? 0).ExecuteAsync();
        }
    }

    private async Task SaveDiagnosticsAsync(IngestPlan plan)
    {
        foreach ((BootState boot, long sequence, DiagnosticsEntry entry) in plan.NewDiagnostics)
        {
            await work
                .Sql("""
                    INSERT INTO diagnostics (beacon_id, boot, seq, tenant_id, captured_unix_ms, received_at, body)
                    VALUES (@beacon, @boot, @seq, @tenant, @captured, @received, @body)
                    """)
                .With("beacon", boot.Beacon.Beacon).With("boot", boot.Boot).With("seq", sequence)
                .With("tenant", boot.Beacon.TenantId).With("captured", entry.CapturedUnixMs)
                .With("received", receivedAt).With("body", entry.Text).ExecuteAsync();
            await work
                .Sql($"""
                    DELETE FROM diagnostics WHERE beacon_id = @beacon AND (boot, seq) IN (
                        SELECT boot, seq FROM diagnostics WHERE beacon_id = @beacon
                        ORDER BY boot DESC, seq DESC LIMIT 1 OFFSET {ControlPolicy.DiagnosticsKept})
                    """)
                .With("beacon", boot.Beacon.Beacon).ExecuteAsync();
        }
    }

    private static readonly string StatusRow = $"""
        (beacon_id, tenant_id, boot, seq, received_at, captured_unix_ms, uptime_ms, queue_records, queue_bytes,
            dropped_records, dropped_sightings, heap_free_bytes, heap_largest_bytes, wifi_rssi_dbm, boot_reason,
            firmware_version, {StatusDetailColumns.List})
        VALUES (@beacon, @tenant, @boot, @seq, @received, @captured, @uptime, @records, @bytes, @lost_records,
            @lost_sightings, @heap_free, @heap_largest, @wifi, @reason, @version,
            {StatusDetailColumns.Parameters})
        """;

    private static readonly string InsertStatus = $"INSERT INTO beacon_statuses {StatusRow}";

    /// <summary>Only ever forward by (boot, seq): an old status that comes late changes nothing.</summary>
    private static readonly string UpsertStatus = $"""
        INSERT INTO beacon_status {StatusRow}
        ON CONFLICT (beacon_id) DO UPDATE SET boot = excluded.boot, seq = excluded.seq,
            received_at = excluded.received_at,
            captured_unix_ms = excluded.captured_unix_ms, uptime_ms = excluded.uptime_ms,
            queue_records = excluded.queue_records, queue_bytes = excluded.queue_bytes,
            dropped_records = excluded.dropped_records, dropped_sightings = excluded.dropped_sightings,
            heap_free_bytes = excluded.heap_free_bytes, heap_largest_bytes = excluded.heap_largest_bytes,
            wifi_rssi_dbm = excluded.wifi_rssi_dbm, boot_reason = excluded.boot_reason,
            firmware_version = excluded.firmware_version, {StatusDetailColumns.Assignments}
        WHERE (excluded.boot, excluded.seq) > (beacon_status.boot, beacon_status.seq)
        """;

    /// <summary>
    /// A beacon that was reset has forgotten the newest configuration, though that was in effect: it is to be sent
    /// again. Only the boot that attested last can say so: an earlier one may have run before it was in effect.
    /// </summary>
    private static readonly string ReopenConfiguration = $"""
        UPDATE configurations SET is_open = true, acked_at = NULL, outcome = NULL, detail = ''
        WHERE beacon_id = @beacon AND version > @told AND outcome = {(int)ControlOutcome.Done}
            AND version = (SELECT max(version) FROM configurations WHERE beacon_id = @beacon)
            AND EXISTS (SELECT 1 FROM beacons WHERE beacon_id = @beacon AND attested_boot = @boot)
        """;
}
