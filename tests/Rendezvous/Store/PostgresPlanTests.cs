using LumenLink.Protocol;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using Npgsql;
using Xunit;
using Xunit.Abstractions;

namespace LumenLink.Tests.Rendezvous.Store;

/// <summary>
/// The plans by which PostgreSQL really runs the store's calls, in a database whose sizes let it choose by cost: no
/// table that grows is read from end to end beyond what is stated, and every index serves a call.
/// </summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresPlanTests(PostgresFixture postgres, ITestOutputHelper output)
{
    private const int Tenants = 20;
    private const int Beacons = 4000;
    private const int Days = 5;
    private const int SightingsOfBeacon = 120;
    private static readonly DateTimeOffset Now = new(2026, 3, 5, 12, 0, 0, TimeSpan.Zero);
    private static readonly BeaconId Beacon = new(7);

    /// <summary>Tables that grow with beacons and time, by the start of their names.</summary>
    private static readonly string[] Large =
        ["sightings", "frames", "beacons", "sessions", "attestations", "boot_progress", "audit_entries", "commands",
            "configurations", "diagnostics", "alarms", "evidence", "beacon_hours", "beacon_activity", "beacon_status",
            "audit_heads", "poisoned_frames", "revocations", "api_keys", "beacon_statuses",
            "webhook_deliveries", "beacon_presence"];

    /// <summary>
    /// Lists that read an index in the order of the list, so that a page costs a page. Of a beacon or an address there
    /// are so few rows here that all of them are sorted.
    /// </summary>
    private static readonly Dictionary<string, string> Ordered = new()
    {
        ["ListSightings"] = "sightings_by_tenant",
        ["ListSightings of a page"] = "sightings_by_tenant",
    };

    /// <summary>Pages of the whole fleet: each index is read from where the page begins.</summary>
    private static readonly string[] FromWhereItBegins = ["ListRoster", "ListStandings"];

    private static CancellationToken None => CancellationToken.None;

    /// <summary>
    /// The call, what it does, and which large tables it may read from end to end, because it needs all.
    /// </summary>
    private static readonly (string Name, Func<IRendezvousStore, Task> Run, string[] MayScan)[] Calls =
    [
        ("ListBeacons", store => store.ListBeaconsAsync(1, None), ["beacon_activity", "beacon_status"]),
        ("GetBeacon", store => store.GetBeaconAsync(1, Beacon, None), []),
        ("ListAttestations", store => store.ListAttestationsAsync(1, Beacon, 20, None), []),
        ("ListEvidence", store => store.ListEvidenceAsync(1, Beacon, 20, None), ["beacons", "evidence"]),
        ("GetStatus", store => store.GetStatusAsync(1, Beacon, None), []),
        ("ListStatuses", store => store.ListStatusesAsync(
            1, Beacon, new StatusFilter(Now.AddHours(-9), Now, new StatusPosition(Now, 1, 9), 20), None), []),
        ("ListSightings", store => store.ListSightingsAsync(1, Sightings(), None), []),
        ("ListSightings of a page", store => store.ListSightingsAsync(
            1, Sightings() with { BeforeRowId = 100_000 }, None), []),
        ("ListSightings of a beacon", store => store.ListSightingsAsync(
            1, Sightings() with { Beacon = Beacon }, None), []),
        ("ListSightings of an address", store => store.ListSightingsAsync(
            1, Sightings() with { Address = 4242 }, None), []),
        ("ListSightings of a time", store => store.ListSightingsAsync(
            1, Sightings() with { ReceivedFrom = Now.AddMinutes(-10), ReceivedTo = Now }, None), []),
        ("FindSighting", store => store.FindSightingAsync(1, 100_000, None), []),
        ("FindBooks", store => store.FindBooksAsync(1, new RecordName(Beacon, 1, 9), Now, None), []),
        ("ReadSightingsOf", store => store.ReadSightingsOfAsync(
            1, new RecordName(Beacon, 1, 9), Now.AddHours(-1), 20, None), []),
        ("FindStatusOf", store => store.FindStatusOfAsync(1, new RecordName(Beacon, 1, 9), Now, None), []),
        ("ListPresence", store => store.ListPresenceAsync(1, Now.AddMinutes(-5), 100, None), []),
        ("ListHours", store => store.ListHoursAsync(1, Beacon, Now.AddHours(-48), Now, None), []),
        ("ListAlarms", store => store.ListAlarmsAsync(1, new AlarmFilter(true, Beacon, null, 20), None), []),
        ("ListCommands", store => store.ListCommandsAsync(1, Beacon, null, 20, None), []),
        ("GetCommand", store => store.GetCommandAsync(1, Beacon, 1, None), []),
        ("ListConfigurations", store => store.ListConfigurationsAsync(1, Beacon, None), []),
        ("ListDiagnostics", store => store.ListDiagnosticsAsync(1, Beacon, None), []),
        ("ListPoisoned", store => store.ListPoisonedAsync(1, null, 20, None), []),
        ("ListAuditEntries", store => store.ListAuditEntriesAsync(
            new AuditPosition($"{5:x32}", 10), 20, None), []),
        ("ListAuditHeads", store => store.ListAuditHeadsAsync(100, 20, None), []),
        ("ListAuditChains", store => store.ListAuditChainsAsync(None), ["audit_heads"]),
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
        ("ListRoster", store => store.ListRosterAsync(Beacon, 20, None), []),
        ("ListEnrolled", store => store.ListEnrolledAsync(Now.AddMinutes(-1), 20, None), []),
        ("ListStandings", store => store.ListStandingsAsync(Beacon, 20, None), []),
        ("ListApiKeys", store => store.ListApiKeysAsync(1, $"{50:x16}", 20, None), []),
        ("AddApiKey", store => store.AddApiKeyAsync(
            new ApiKeyView($"{0:x16}", 1, "ci", ApiRole.Viewer, "x", Now, Now.AddDays(1)), new byte[32], None), []),
        ("FindApiKey", store => store.FindApiKeyAsync($"{50:x16}", None), []),
        ("ListWebhooks", store => store.ListWebhooksAsync(1, None), []),
        ("ListDeliveries", store => store.ListDeliveriesAsync(1, $"{1:x16}", 20, None), []),
        ("ListDueWebhooks", store => store.ListDueWebhooksAsync(Now, 20, None), []),
        ("ClaimDeliveries", store => store.ClaimDeliveriesAsync(
            $"{1:x16}", Now, Now.AddMinutes(1), 8, None), []),
        ("ReadRevocations", store => store.ReadRevocationsAsync(1990, 100, None), []),
        ("Revoke", store => store.RevokeAsync(new BeaconId(8), "x", Now, None), []),
        ("PruneControl", store => store.PruneControlAsync(Now, None), []),
        ("PruneStatuses", store => store.PruneStatusesAsync(Now.AddDays(-6), None), []),
        ("RollUp", store => store.RollUpAsync(Now.AddHours(-26), TimeSpan.FromHours(3), None), []),

        // Once a minute: who came or went is seen by comparing all, and old deliveries are a part of them.
        ("FollowPresence", store => store.FollowPresenceAsync(Now.AddDays(9), TimeSpan.FromMinutes(10), 500, None),
            ["beacons", "beacon_activity", "beacon_presence"]),
        ("PruneDeliveries", store => store.PruneDeliveriesAsync(Now, None), ["webhook_deliveries"]),
        ("CountOutbox", store => store.CountOutboxAsync(None), ["webhook_deliveries"]),

        // Once a minute or an hour, and what is past is a part of what is there.
        ("PruneTrust", store => store.PruneTrustAsync(Now, None), ["sessions"]),
        ("PruneAudit", store => store.PruneAuditAsync(Now.AddDays(-90), None), ["audit_heads"]),
        ("Retain", store => store.RetainAsync(Now, TimeSpan.FromDays(2), None),
            ["frames", "boot_progress", "sightings", "beacons", "beacon_activity", "diagnostics"]),
        ("CountSealed", store => store.CountSealedAsync(4, None), ["beacons", "sessions"]),
    ];

    [PostgresFact]
    public async Task No_call_reads_a_growing_table_whole_unless_stated_and_every_index_serves_one()
    {
        await using TestDatabase database = await postgres.CreateAsync();
        await database.ExecuteAsync(Fill);
        await database.ExecuteAsync("VACUUM ANALYZE");
        ExplainedCalls explained = new(database, postgres.LogFile);
        await explained.BeginAsync();
        Dictionary<string, string> parents = await ReadIndexesAsync(database);
        List<string> wrong = [];
        HashSet<string> used = [];
        foreach ((string name, Func<IRendezvousStore, Task> run, string[] mayScan) in Calls)
        {
            List<PlanNode> nodes = await explained.OfAsync(async () =>
            {
                await using IRendezvousStore store = StoreFactory.Create(database.Settings);
                await run(store);
            });
            Assert.NotEmpty(nodes);
            string[] indexes = [.. nodes.Where(node => node.Index.Length > 0)
                .Select(node => parents.GetValueOrDefault(node.Index, node.Index)).Distinct()];
            used.UnionWith(indexes);
            output.WriteLine($"{name}: {string.Join(", ", indexes)}");
            if (Ordered.TryGetValue(name, out string? ordering)
                && !(nodes.Exists(node => node.Type == "Incremental Sort")
                    && nodes.Exists(node =>
                        node.Type == "Index Scan" && parents.GetValueOrDefault(node.Index) == ordering)))
                wrong.Add($"{name} does not read {ordering} in order");
            wrong.AddRange(nodes
                .Where(node => FromWhereItBegins.Contains(name) && node.Index.Length > 0 && node.Condition.Length == 0)
                .Select(node => $"{name} reads {node.Index} from its beginning"));
            wrong.AddRange(nodes
                .Where(node => node.Type == "Seq Scan" && Large.Any(large => IsOf(node.Table, large))
                    && !mayScan.Any(may => IsOf(node.Table, may)))
                .Select(node => $"{name} reads {node.Table} from end to end: {node.Statement}"));
        }

        wrong.AddRange(parents.Values.Distinct().Where(index => !used.Contains(index))
            .Select(index => $"no call needs {index}"));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Every_read_of_the_api_is_among_the_calls()
    {
        IEnumerable<string> reads = ((Type[])[typeof(IQueryStore), typeof(IPoisonStore), typeof(IAuditStore)])
            .SelectMany(type => type.GetMethods()).Select(method => method.Name[..^"Async".Length])
            .Where(name => name.StartsWith("List", StringComparison.Ordinal)
                || name.StartsWith("Get", StringComparison.Ordinal));
        Assert.Empty(reads.Except(Calls.Select(call => call.Name.Split(' ')[0])));
    }

    private static bool IsOf(string table, string name) =>
        table == name || table.StartsWith(name + "_2", StringComparison.Ordinal);

    /// <summary>Indexes that are no constraint's, those of partitions with the name of their parent's.</summary>
    private static async Task<Dictionary<string, string>> ReadIndexesAsync(TestDatabase database)
    {
        await using var connection = (NpgsqlConnection)database.Connect();
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(
            """
            SELECT c.relname, coalesce(p.relname, c.relname) FROM pg_index AS x
            JOIN pg_class AS c ON c.oid = x.indexrelid AND c.relkind = 'i' AND NOT x.indisunique
            LEFT JOIN pg_inherits AS i ON i.inhrelid = c.oid LEFT JOIN pg_class AS p ON p.oid = i.inhparent
            WHERE c.relnamespace = 'lumen'::regnamespace
            """,
            connection);
        Dictionary<string, string> parents = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            parents[reader.GetString(0)] = reader.GetString(1);
        return parents;
    }

    private static SightingFilter Sightings() => new(null, null, null, null, null, 50);

    private static async Task CommitAsync(IRendezvousStore store)
    {
        IngestBatch batch = new();
        batch.Frames.Add(new FrameEntry { Beacon = Beacon, TenantId = 1, SessionId = 3 });
        batch.Groups.Add(new GroupEntry { Frame = 0, Boot = 1, Floor = 1 });
        for (uint sequence = 39; sequence <= 42; sequence++)
        {
            batch.Records.Add(new RecordEntry
            {
                Group = 0,
                Sequence = sequence,
                Kind = 1,
                Refused = (byte)(sequence == 42 ? RefusalReason.NotStorable : RefusalReason.None),
            });
        }

        batch.Poisoned.Add(new PoisonedEntry(3, "refused", [1]));
        await store.CommitAsync(batch, Now, None);
        Assert.True(batch.Records[3].IsNew);
    }

    /// <summary>
    /// 4,000 beacons of 20 tenants, 480,000 sightings of five days, and what belongs to them: enough that a plan which
    /// reads all costs a hundred times one by an index.
    /// </summary>
    private static readonly string Fill = $"""
        SET synchronous_commit = off;
        INSERT INTO tenants SELECT n, 'tenant ' || n FROM generate_series(2, {Tenants}) AS n;
        INSERT INTO beacons (beacon_id, tenant_id, key_hash, public_key, certificate, level, hardware_model, name,
            region, enrolled_at, eid_key_wrapped, attested_boot)
        SELECT n, 1 + n % {Tenants}, sha256(n::text::bytea), repeat('k', 64)::bytea, repeat('c', 400)::bytea, 1, 1,
            'beacon ' || n, 'harbour', '{Now:O}', repeat('e', 50)::bytea, 1 FROM generate_series(1, {Beacons}) AS n;
        INSERT INTO beacon_activity SELECT beacon_id, tenant_id, '{Now:O}', 0, 0 FROM beacons;
        INSERT INTO sessions (tenant_id, beacon_id, session_id, boot, keys_wrapped, created_at, expires_at,
            tick_zero_unix_ms, confirmed_at, ended_at)
        SELECT tenant_id, beacon_id, n, 1, repeat('s', 80)::bytea, '{Now:O}', '{Now.AddHours(12):O}', 0, '{Now:O}',
            CASE WHEN n < 3 THEN timestamptz '{Now:O}' END FROM beacons, generate_series(1, 3) AS n;
        INSERT INTO attestations (tenant_id, beacon_id, at, outcome, detail, boot, service_nonce, firmware_version,
            evidence_hash)
        SELECT tenant_id, beacon_id, '{Now:O}', 0, 'All checks passed.', 1, '', '1.0.0', repeat('h', 32)::bytea
        FROM generate_series(1, 12) AS n, beacons;
        INSERT INTO evidence SELECT beacon_id, tenant_id, '{Now:O}', 0, repeat('f', 400)::bytea FROM beacons;
        INSERT INTO frames (beacon_id, boot, seq, tenant_id, kind, refused, received_at, fingerprint)
        SELECT beacon_id, 1, n, tenant_id, 1, 0, timestamptz '{Now:O}' - (40 - n) * interval '3 hours', n
        FROM generate_series(1, 40) AS n, beacons;
        INSERT INTO boot_progress SELECT beacon_id, n, tenant_id, 40, 0 FROM beacons, generate_series(1, 4) AS n;
        SELECT add_sightings_partition(date '2026-03-01' + n) FROM generate_series(0, {Days - 1}) AS n;
        INSERT INTO sightings (tenant_id, beacon_id, boot, seq, received_at, window_open_unix_ms, duration_ms, quality,
            radio, address, address_type, key_day, rssi_dbm)
        SELECT 1 + b % {Tenants}, b, 1, 1 + n / 4, timestamptz '2026-03-01 12:00Z' + n * interval '48 minutes', 0,
            9000, 0, 1, (n * 7919 + b * 31) % 30011, 1, 0, -60
        FROM generate_series(1, {SightingsOfBeacon}) AS n, generate_series(1, {Beacons}) AS b;
        INSERT INTO beacon_status (beacon_id, tenant_id, boot, seq, received_at, captured_unix_ms, uptime_ms,
            queue_records, queue_bytes, dropped_records, dropped_sightings, boot_reason, firmware_version)
        SELECT beacon_id, tenant_id, 1, 1, '{Now:O}', 0, 0, 0, 0, 0, 0, 1, '1.0.0' FROM beacons;
        INSERT INTO beacon_statuses (beacon_id, received_at, boot, seq, tenant_id, captured_unix_ms, uptime_ms,
            queue_records, queue_bytes, dropped_records, dropped_sightings, boot_reason, firmware_version)
        SELECT beacon_id, timestamptz '{Now:O}' - (40 - n) * interval '3 hours', 1, n, tenant_id, 0, 0, 0, 0, 0, 0, 1,
            '1.0.0' FROM generate_series(1, 40) AS n, beacons ORDER BY n;
        INSERT INTO beacon_hours
        SELECT beacon_id, timestamptz '2026-03-05 12:00Z' - n * interval '1 hour', tenant_id, 1, 4
        FROM generate_series(1, 60) AS n, beacons;
        INSERT INTO diagnostics SELECT beacon_id, 1, n, tenant_id, 0, '{Now:O}', 'a' FROM beacons,
            generate_series(1, 4) AS n;
        INSERT INTO commands (beacon_id, command_id, tenant_id, command, argument, created_at, expires_at, requested_by,
            sent_count, acked_at)
        SELECT beacon_id, n, tenant_id, 1, 1, timestamptz '{Now:O}' - (10 - n) * interval '1 day',
            '{Now.AddHours(1):O}', 'x', 1, CASE WHEN n < 10 OR beacon_id > 5 THEN timestamptz '{Now:O}' END
        FROM generate_series(1, 10) AS n, beacons;
        INSERT INTO configurations (beacon_id, version, tenant_id, body, signed, created_at, requested_by, is_open)
        SELECT beacon_id, n, tenant_id, '', '', '{Now:O}', 'x', n = 3 AND beacon_id = 7 FROM beacons,
            generate_series(1, 3) AS n;
        INSERT INTO alarms (tenant_id, beacon_id, kind, first_at, last_at, count, detail)
        SELECT tenant_id, beacon_id, n, '{Now:O}', '{Now:O}', 1, '' FROM beacons, generate_series(1, 3) AS n;
        INSERT INTO revocations SELECT n, 1, n, '{Now:O}' FROM generate_series(1, 2000) AS n;
        INSERT INTO audit_chains SELECT lpad(to_hex(n), 32, '0'), NULL, '{Now:O}', 25, repeat('h', 32)::bytea
        FROM generate_series(1, 400) AS n;
        INSERT INTO audit_entries SELECT chain_id, n, NULL, '{Now:O}', 'command', 'x', 'x', 'Added', '', '',
            repeat('p', 32)::bytea, repeat('h', 32)::bytea FROM audit_chains, generate_series(1, 25) AS n;
        INSERT INTO audit_heads (chain_id, number, at, kind, jws)
        SELECT chain_id, n, timestamptz '{Now:O}' - (10 - n) * interval '1 hour', 'hourly', repeat('j', 300)
        FROM generate_series(1, 10) AS n, audit_chains;
        INSERT INTO poisoned_frames (tenant_id, beacon_id, boot, seq, at, reason, frame)
        SELECT tenant_id, beacon_id, 1, n, '{Now:O}', 'x', repeat('f', 900)::bytea FROM beacons,
            generate_series(1, 1) AS n;
        INSERT INTO api_keys (key_id, tenant_id, secret_hash, name, role, created_by, created_at, expires_at)
        SELECT lpad(to_hex(n), 16, '0'), 1 + n % {Tenants}, repeat('h', 32)::bytea, 'ci', 2, 'x', '{Now:O}',
            '{Now.AddDays(90):O}' FROM generate_series(1, {Tenants} * 1000) AS n;
        INSERT INTO webhooks (webhook_id, tenant_id, url, events, description, secret_wrapped, state, created_by,
            created_at)
        SELECT lpad(to_hex(n), 16, '0'), 1 + n % {Tenants}, 'https://receiver.example/',
            CASE WHEN n <= 300 THEN 30 ELSE 0 END, '',
            repeat('s', 60)::bytea, 1, 'x', '{Now:O}' FROM generate_series(1, {Tenants} * 200) AS n;
        INSERT INTO webhook_deliveries (webhook_id, tenant_id, message_id, kind, payload, created_at, next_at)
        SELECT webhook_id, tenant_id, 'msg_' || n, 2, repeat('p', 150), timestamptz '{Now:O}' - n * interval '1 hour',
            CASE WHEN n % 10 = 0 THEN timestamptz '{Now:O}' - n * interval '1 minute' END
        FROM generate_series(1, 100) AS n, (SELECT * FROM webhooks ORDER BY webhook_id LIMIT 300) AS those;
        INSERT INTO beacon_presence SELECT beacon_id, tenant_id, 1, '{Now:O}' FROM beacons
        """;
}
