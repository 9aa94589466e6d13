using LumenLink.Protocol;
using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using Npgsql;
using Xunit;
using Xunit.Abstractions;

namespace LumenLink.Tests.Rendezvous.Store;

/// <summary>
/// What the store's own calls read in a filled database, by PostgreSQL's counts of the scans that they made: no large
/// table from end to end beyond what is stated, and no index that nobody uses.
/// </summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresPlanTests(PostgresFixture postgres, ITestOutputHelper output)
{
    private const int Beacons = 500;
    private static readonly DateTimeOffset Now = new(2026, 3, 5, 12, 0, 0, TimeSpan.Zero);
    private static readonly BeaconId Beacon = new(7);

    /// <summary>Tables that grow with beacons and time, by the start of their names.</summary>
    private static readonly string[] Large =
        ["sightings", "frames", "beacons", "sessions", "attestations", "boot_progress", "audit_entries", "commands"];

    private static CancellationToken None => CancellationToken.None;

    /// <summary>
    /// The call, what it does, and which large tables it may read from end to end, because it needs all.
    /// </summary>
    private static readonly (string Name, Func<IRendezvousStore, Task> Run, string[] MayScan)[] Calls =
    [
        ("ListBeacons", store => store.ListBeaconsAsync(1, None), []),
        ("GetBeacon", store => store.GetBeaconAsync(1, Beacon, None), []),
        ("ListAttestations", store => store.ListAttestationsAsync(1, Beacon, 20, None), []),
        ("ListEvidence", store => store.ListEvidenceAsync(1, Beacon, 20, None), ["beacons"]),
        ("GetStatus", store => store.GetStatusAsync(1, Beacon, None), []),
        ("ListSightings", store => store.ListSightingsAsync(1, Sightings(), None), []),
        ("ListSightings of a page", store => store.ListSightingsAsync(
            1, Sightings() with { BeforeRowId = 100_000 }, None), []),
        ("ListSightings of a beacon", store => store.ListSightingsAsync(
            1, Sightings() with { Beacon = Beacon }, None), []),
        ("ListSightings of an address", store => store.ListSightingsAsync(
            1, Sightings() with { Address = 4242 }, None), []),
        ("ListSightings of a time", store => store.ListSightingsAsync(
            1, Sightings() with { ReceivedFrom = Now.AddMinutes(-10), ReceivedTo = Now }, None), []),
        ("ListPresence", store => store.ListPresenceAsync(1, Now.AddMinutes(-5), 100, None), []),
        ("ListAlarms", store => store.ListAlarmsAsync(1, new AlarmFilter(true, Beacon, null, 20), None), []),
        ("ListCommands", store => store.ListCommandsAsync(1, Beacon, null, 20, None), []),
        ("GetCommand", store => store.GetCommandAsync(1, Beacon, 1, None), []),
        ("ListConfigurations", store => store.ListConfigurationsAsync(1, Beacon, None), []),
        ("ListDiagnostics", store => store.ListDiagnosticsAsync(1, Beacon, None), []),
        ("ListPoisoned", store => store.ListPoisonedAsync(1, null, 20, None), []),
        ("ListAuditEntries", store => store.ListAuditEntriesAsync(
            new AuditPosition($"{5:x32}", 10), 20, None), []),
        ("ListAuditHeads", store => store.ListAuditHeadsAsync(100, 20, None), []),
        ("ListAuditChains", store => store.ListAuditChainsAsync(None), []),
        ("Commit", CommitAsync, []),
        ("FindBeacon", store => store.FindBeaconAsync(Beacon, None), []),
        ("FindSession", store => store.FindSessionAsync(Beacon, 3, None), []),
        ("AcceptToken", store => store.AcceptTokenAsync(
            Beacon, 9, 1, new byte[32], "client", Now, TimeSpan.FromSeconds(30), None), []),
        ("CommitVerdict", store => store.CommitVerdictAsync(
            new VerdictRow(
                Beacon, 1, Now, AttestationOutcome.Accepted, "", 9, [.. Guid.NewGuid().ToByteArray()], true,
                Now.AddMinutes(5), "1.0.0", new byte[32], null,
                new SessionRow(Beacon, 1, 9, 9, new byte[80], Now, Now.AddHours(12), 0)),
            None), []),
        ("EndSession", store => store.EndSessionAsync(Beacon, 9, Now, None), []),
        ("RaiseAlarm", store => store.RaiseAlarmAsync(1, Beacon, AlarmKind.EarlierBoot, "", 1, Now, None), []),
        ("ListControlDue", store => store.ListControlDueAsync(Now, 100, None), []),
        ("ClaimControl", store => store.ClaimControlAsync(Beacon, 3, Now, None), []),
        ("AddCommand", store => store.AddCommandAsync(
            1, Beacon, BeaconCommand.Identify, 1, Now.AddHours(1), "x", Now, None), []),
        ("ReadRevocations", store => store.ReadRevocationsAsync(3, 100, None), []),
        ("Revoke", store => store.RevokeAsync(new BeaconId(8), "x", Now, None), []),
        ("PruneControl", store => store.PruneControlAsync(Now, None), []),

        // Once a minute or an hour, and what is past is a part of what is there.
        ("PruneTrust", store => store.PruneTrustAsync(Now, None), ["sessions"]),
        ("PruneAudit", store => store.PruneAuditAsync(Now.AddDays(-90), None), []),
        ("Retain", store => store.RetainAsync(Now, TimeSpan.FromDays(2), None),
            ["frames", "boot_progress", "sightings", "beacons"]),
        ("CountSealed", store => store.CountSealedAsync(4, None), ["beacons", "sessions"]),
    ];

    [PostgresFact]
    public async Task No_call_reads_a_large_table_whole_unless_stated_and_every_index_is_used()
    {
        await using TestDatabase database = await postgres.CreateAsync();
        await database.ExecuteAsync(Fill);
        List<string> wrong = [];
        HashSet<string> used = [];
        foreach ((string name, Func<IRendezvousStore, Task> run, string[] mayScan) in Calls)
        {
            Dictionary<string, long> before = await ReadAsync(database);
            await using (IRendezvousStore store = StoreFactory.Create(database.Settings))
                await run(store);
            Dictionary<string, long> after = await ReadAsync(database);
            string[] grown = [.. after.Keys.Where(key => after[key] > before.GetValueOrDefault(key))];
            used.UnionWith(grown);
            string[] scanned = [.. grown.Where(key => key.StartsWith("scan ", StringComparison.Ordinal))
                .Select(key => key[5..])];
            output.WriteLine($"{name}: {string.Join(", ", grown)}");
            wrong.AddRange(scanned
                .Where(table => Large.Any(large => IsOf(table, large)) && !mayScan.Any(may => IsOf(table, may)))
                .Select(table => $"{name} reads {table} from end to end"));
        }

        wrong.AddRange((await ReadAsync(database)).Keys
            .Where(key => key.StartsWith("index ", StringComparison.Ordinal) && !used.Contains(key))
            .Select(key => $"nobody uses {key}"));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static bool IsOf(string table, string name) =>
        table == name || table.StartsWith(name + "_2", StringComparison.Ordinal);

    private static SightingFilter Sightings() => new(null, null, null, null, null, 50);

    private static async Task CommitAsync(IRendezvousStore store)
    {
        IngestBatch batch = new();
        batch.Frames.Add(new FrameEntry { Beacon = Beacon, TenantId = 1, SessionId = 3 });
        batch.Groups.Add(new GroupEntry { Frame = 0, Boot = 1, Floor = 1 });
        for (uint sequence = 99; sequence <= 102; sequence++)
        {
            batch.Records.Add(new RecordEntry
            {
                Group = 0,
                Sequence = sequence,
                Kind = 1,
                Refused = (byte)(sequence == 102 ? RefusalReason.NotStorable : RefusalReason.None),
            });
        }

        batch.Poisoned.Add(new PoisonedEntry(3, "refused", [1]));
        await store.CommitAsync(batch, Now, None);
        Assert.True(batch.Records[3].IsNew);
    }

    /// <summary>
    /// Counts of scans: of tables, and of indexes that are no constraint's (those of partitions under the name of their
    /// parent's). The store's connections are closed by now; a server process tells its counts before it goes.
    /// </summary>
    private static async Task<Dictionary<string, long>> ReadAsync(TestDatabase database)
    {
        await using var connection = (NpgsqlConnection)database.Connect();
        await connection.OpenAsync();
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        while (await CountOthersAsync(connection) > 0)
            limit.Token.ThrowIfCancellationRequested();
        await using NpgsqlCommand command = connection.CreateCommand();
        command.CommandText = """
            SELECT 'scan ' || relname, seq_scan FROM pg_stat_user_tables WHERE schemaname = 'lumen'
            UNION ALL
            SELECT 'index ' || coalesce(i.inhparent::regclass::text, s.indexrelid::regclass::text),
                sum(idx_scan)::bigint
            FROM pg_stat_user_indexes AS s JOIN pg_index AS x ON x.indexrelid = s.indexrelid AND NOT x.indisunique
                LEFT JOIN pg_inherits AS i ON i.inhrelid = s.indexrelid
            WHERE schemaname = 'lumen' GROUP BY 1
            """;
        Dictionary<string, long> counts = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            counts[reader.GetString(0)] = reader.IsDBNull(1) ? 0 : reader.GetInt64(1);
        return counts;
    }

    private static async Task<long> CountOthersAsync(NpgsqlConnection connection)
    {
        await using NpgsqlCommand command = connection.CreateCommand();
        command.CommandText = """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
            """;
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>500 beacons of 50 tenants, 200,000 sightings of five days, and what belongs to them.</summary>
    private static readonly string Fill = $"""
        SET synchronous_commit = off;
        INSERT INTO tenants SELECT n, 'tenant ' || n FROM generate_series(2, 50) AS n;
        INSERT INTO beacons (beacon_id, tenant_id, key_hash, public_key, certificate, level, hardware_model, name,
            region, enrolled_at, eid_key_wrapped, attested_boot)
        SELECT n, 1 + (n - 1) / 10, sha256(n::text::bytea), repeat('k', 64)::bytea, repeat('c', 400)::bytea, 1, 1,
            'beacon ' || n, 'harbour', '{Now:O}', repeat('e', 50)::bytea, 1 FROM generate_series(1, {Beacons}) AS n;
        INSERT INTO beacon_activity SELECT beacon_id, tenant_id, '{Now:O}', 0, 0 FROM beacons;
        INSERT INTO sessions (tenant_id, beacon_id, session_id, boot, keys_wrapped, created_at, expires_at,
            tick_zero_unix_ms, confirmed_at, ended_at)
        SELECT tenant_id, beacon_id, n, 1, repeat('s', 80)::bytea, '{Now:O}', '{Now.AddHours(12):O}', 0, '{Now:O}',
            CASE WHEN n < 3 THEN timestamptz '{Now:O}' END FROM beacons, generate_series(1, 3) AS n;
        INSERT INTO attestations (tenant_id, beacon_id, at, outcome, detail, boot, service_nonce, firmware_version,
            evidence_hash)
        SELECT tenant_id, beacon_id, '{Now:O}', 0, 'All checks passed.', 1, '', '1.0.0', repeat('h', 32)::bytea
        FROM generate_series(1, 20) AS n, beacons;
        INSERT INTO evidence SELECT beacon_id, tenant_id, '{Now:O}', 0, repeat('f', 400)::bytea FROM beacons;
        INSERT INTO frames (beacon_id, boot, seq, tenant_id, kind, refused, received_at, fingerprint)
        SELECT beacon_id, 1, n, tenant_id, 1, 0, timestamptz '{Now:O}' - (100 - n) * interval '1 hour', n
        FROM generate_series(1, 100) AS n, beacons;
        INSERT INTO boot_progress SELECT beacon_id, n, tenant_id, 100, 0 FROM beacons, generate_series(1, 4) AS n;
        SELECT add_sightings_partition(date '2026-03-01' + n) FROM generate_series(0, 4) AS n;
        INSERT INTO sightings (tenant_id, beacon_id, boot, seq, received_at, window_open_unix_ms, duration_ms, quality,
            radio, address, address_type, key_day, rssi_dbm)
        SELECT 1 + (b - 1) / 10, b, 1, 1 + n / 4, timestamptz '2026-03-01 12:00Z' + n * interval '864 seconds', 0,
            9000, 0, 1, (n * 7919 + b * 31) % 20011, 1, 0, -60
        FROM generate_series(1, 400) AS n, generate_series(1, {Beacons}) AS b;
        INSERT INTO diagnostics SELECT beacon_id, 1, n, tenant_id, 0, '{Now:O}', 'a' FROM beacons,
            generate_series(1, 4) AS n;
        INSERT INTO commands (beacon_id, command_id, tenant_id, command, argument, created_at, expires_at, requested_by,
            sent_count, acked_at)
        SELECT beacon_id, n, tenant_id, 1, 1, timestamptz '{Now:O}' - (40 - n) * interval '1 day',
            '{Now.AddHours(1):O}', 'x', 1, CASE WHEN n < 40 OR beacon_id > 5 THEN timestamptz '{Now:O}' END
        FROM generate_series(1, 40) AS n, beacons;
        INSERT INTO configurations (beacon_id, version, tenant_id, body, signed, created_at, requested_by, is_open)
        SELECT beacon_id, n, tenant_id, '', '', '{Now:O}', 'x', n = 3 AND beacon_id = 7 FROM beacons,
            generate_series(1, 3) AS n;
        INSERT INTO alarms (tenant_id, beacon_id, kind, first_at, last_at, count, detail)
        SELECT tenant_id, beacon_id, n, '{Now:O}', '{Now:O}', 1, '' FROM beacons, generate_series(1, 3) AS n;
        INSERT INTO revocations SELECT n, 1, n, '{Now:O}' FROM generate_series(1, 10) AS n;
        INSERT INTO audit_chains SELECT lpad(to_hex(n), 32, '0'), NULL, '{Now:O}', 25, repeat('h', 32)::bytea
        FROM generate_series(1, 400) AS n;
        INSERT INTO audit_entries SELECT chain_id, n, NULL, '{Now:O}', 'command', 'x', 'x', 'Added', '', '',
            repeat('p', 32)::bytea, repeat('h', 32)::bytea FROM audit_chains, generate_series(1, 25) AS n;
        INSERT INTO audit_heads (chain_id, number, at, kind, jws)
        SELECT chain_id, n, timestamptz '{Now:O}' - (10 - n) * interval '1 hour', 'hourly', repeat('j', 300)
        FROM generate_series(1, 10) AS n, audit_chains;
        INSERT INTO poisoned_frames (tenant_id, beacon_id, boot, seq, at, reason, frame)
        SELECT tenant_id, beacon_id, 1, n, '{Now:O}', 'x', repeat('f', 900)::bytea FROM beacons,
            generate_series(1, 4) AS n;
        ANALYZE
        """;
}
