using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using Npgsql;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

/// <summary>The conformance suite on PostgreSQL, and what only PostgreSQL has to keep.</summary>
[Collection(PostgresCollection.Name)]
public sealed partial class PostgresStoreTests(PostgresFixture postgres) : StoreConformance
{
    private const string TablesOfTheSchema = """
        pg_class AS c WHERE relnamespace = 'lumen'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
            AND relname <> 'schema_versions'
        """;

    [PostgresFact]
    public async Task Every_table_names_its_tenant_and_forces_row_security()
    {
        Assert.Equal(31, await Database.CountAsync(TablesOfTheSchema));
        Assert.Equal(31, await Database.CountAsync($"""
            {TablesOfTheSchema} AND relrowsecurity AND relforcerowsecurity
            AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'tenant_id')
            AND EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid AND polname = 'api_tenant')
            AND pg_get_userbyid(relowner) = 'lumen_migrate'
            """));
    }

    [PostgresFact]
    public async Task Row_security_shows_the_api_its_tenant_and_without_one_nothing()
    {
        await Database.ExecuteAsync("INSERT INTO tenants (tenant_id, name) VALUES (2, 'second')");
        BeaconId first = await EnrolWithSessionAsync();
        await CommitAsync(first, 1, 1, [1]);
        BeaconId second = await EnrolWithSessionAsync(tenant: 2);
        await CommitAsync(second, 1, 1, [1, 2]);
        foreach (BeaconId beacon in (BeaconId[])[first, second])
        {
            await SetAsideAsync(beacon, 8);
            await CommitStatusAtAsync(
                beacon, 90, new StatusEntry(0, 1, 2, 3, 4, 5, 6, null, null, null, 1, "1.0"), Noon);
            await AddControlAsync(beacon, beacon == first ? 1 : 2);
            await RaiseAsync(beacon, tenant: beacon == first ? 1 : 2);
        }

        await Store.RollUpAsync(Noon.AddHours(2), TimeSpan.FromHours(3), None);

        await Store.AddGroupAsync(NewGroup("spring"), "x", None);
        await Store.AddGroupAsync(NewGroup("spring") with { TenantId = 2 }, "x", None);
        await Store.AddApiKeyAsync(NewApiKey("00000000000000aa"), [1], None);
        await Store.AddApiKeyAsync(NewApiKey("00000000000000bb", tenant: 2), [1], None);
        foreach (int tenant in (int[])[1, 2])
        {
            string id = $"{tenant:x16}";
            Assert.True(await Store.AddWebhookAsync(NewWebhook(id, tenant), [1], None));
            Assert.NotNull(await Store.TestWebhookAsync(tenant, id, Noon, None));
        }

        Assert.Equal(2, await Store.FollowPresenceAsync(Noon, TimeSpan.FromHours(1), 9, None));
        await using NpgsqlConnection api = await LogInAsync("lumen_api");
        string[] tables = ["tenants", "beacons", "sessions", "attestations", "beacon_activity", "sightings",
            "commands", "configurations", "diagnostics", "alarms", "enrolment_groups", "poisoned_frames",
            "beacon_hours", "api_keys", "beacon_statuses", "webhooks", "webhook_deliveries", "beacon_presence"];
        foreach (string table in tables)
        {
            Assert.Equal(0, await ScalarAsync(api, $"SELECT count(tenant_id) FROM {table}"));
            Assert.Equal(1, await ScalarAsync(
                api, $"SET lumen.tenant_id = '2'; SELECT count(DISTINCT tenant_id) FROM {table} WHERE tenant_id = 2"));
            Assert.Equal(0, await ScalarAsync(api, $"SELECT count(tenant_id) FROM {table} WHERE tenant_id <> 2"));
            await ScalarAsync(api, "RESET lumen.tenant_id; SELECT 1");
        }
    }

    [PostgresTheory]
    [InlineData("lumen_api", "SELECT count(*) FROM shared_keys")]
    [InlineData("lumen_api", "SELECT count(*) FROM frames")]
    [InlineData("lumen_api", "SELECT count(*) FROM sightings_default")]
    [InlineData("lumen_api", "SELECT count(eid_key_wrapped) FROM beacons")]
    [InlineData("lumen_api", "SELECT count(token_hash) FROM beacons")]
    [InlineData("lumen_api", "SELECT count(keys_wrapped) FROM sessions")]
    [InlineData("lumen_api", "DELETE FROM sightings")]
    [InlineData("lumen_api", "SELECT count(signed) FROM configurations")]
    [InlineData("lumen_api", "UPDATE commands SET argument = 1")]
    [InlineData("lumen_api", "UPDATE alarms SET acknowledged_at = now()")]
    [InlineData("lumen_ingest", "UPDATE alarms SET tenant_id = 2")]
    [InlineData("lumen_ingest", "UPDATE poisoned_frames SET reason = ''")]
    [InlineData("lumen_api", "DELETE FROM poisoned_frames")]
    [InlineData("lumen_api", "UPDATE enrolment_groups SET enrolled = 0")]
    [InlineData("lumen_ingest", "UPDATE enrolment_groups SET max_boards = 9")]
    [InlineData("lumen_ingest", "UPDATE enrolment_groups SET ca_sha256 = ''")]
    [InlineData("lumen_ingest", "UPDATE beacons SET group_id = 1")]
    [InlineData("lumen_ingest", "UPDATE beacons SET enrolled_at = now()")]
    [InlineData("lumen_api", "UPDATE beacons SET region = ''")]
    [InlineData("lumen_ingest", "UPDATE commands SET requested_by = ''")]
    [InlineData("lumen_ingest", "UPDATE configurations SET signed = ''")]
    [InlineData("lumen_ingest", "UPDATE beacon_hours SET sightings = 0")]
    [InlineData("lumen_ingest", "UPDATE beacon_statuses SET uptime_ms = 0")]
    [InlineData("lumen_api", "DELETE FROM beacon_statuses")]
    [InlineData("lumen_ingest", "SELECT count(*) FROM dropped_sightings")]
    [InlineData("lumen_api", "SELECT count(*) FROM roll_ups")]
    [InlineData("lumen_api", "SELECT roll_up_hour('2026-01-01')")]
    [InlineData("lumen_api", "SELECT settle_dropped_sightings(1)")]
    [InlineData("lumen_api", "SELECT drop_sightings_partition('2026-01-01')")]
    [InlineData("lumen_api", "SELECT count(secret_hash) FROM api_keys")]
    [InlineData("lumen_api", "UPDATE api_keys SET revoked_at = NULL")]
    [InlineData("lumen_ingest", "UPDATE api_keys SET role = 4")]
    [InlineData("lumen_ingest", "UPDATE api_keys SET tenant_id = 1")]
    [InlineData("lumen_ingest", "UPDATE api_keys SET expires_at = now()")]
    [InlineData("lumen_ingest", "UPDATE api_keys SET secret_hash = ''")]
    [InlineData("lumen_api", "SELECT count(secret_wrapped) FROM webhooks")]
    [InlineData("lumen_api", "UPDATE webhooks SET state = 1")]
    [InlineData("lumen_ingest", "UPDATE webhooks SET url = ''")]
    [InlineData("lumen_ingest", "UPDATE webhooks SET tenant_id = 2")]
    [InlineData("lumen_ingest", "UPDATE webhook_deliveries SET payload = ''")]
    [InlineData("lumen_api", "DELETE FROM webhook_deliveries")]
    [InlineData("lumen_ingest", "UPDATE beacons SET level = 2")]
    [InlineData("lumen_ingest", "UPDATE beacons SET tenant_id = 2")]
    [InlineData("lumen_ingest", "UPDATE beacons SET public_key = ''")]
    [InlineData("lumen_ingest", "DELETE FROM attestations")]
    [InlineData("lumen_ingest", "DELETE FROM sightings")]
    [InlineData("lumen_ingest", "UPDATE audit_entries SET detail = ''")]
    [InlineData("lumen_ingest", "DELETE FROM audit_entries")]
    [InlineData("lumen_ingest", "TRUNCATE audit_entries")]
    [InlineData("lumen_ingest", "UPDATE audit_heads SET jws = ''")]
    [InlineData("lumen_ingest", "DELETE FROM audit_heads")]
    [InlineData("lumen_ingest", "DELETE FROM audit_chains")]
    [InlineData("lumen_ingest", "UPDATE audit_chains SET chain_id = ''")]
    [InlineData("lumen_api", "SELECT count(*) FROM audit_entries")]
    [InlineData("lumen_ingest", "DROP TABLE sightings_default")]
    [InlineData(PostgresFixture.ServiceLogin, "SELECT count(*) FROM lumen.beacons", false)]
    [InlineData(PostgresFixture.ServiceLogin, "SET ROLE lumen_migrate", false)]
    public async Task A_role_may_not(string role, string statement, bool takesRole = true)
    {
        await using NpgsqlConnection connection = await LogInAsync(takesRole ? role : null);
        var error = await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(connection, statement));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, error.SqlState);
    }

    [PostgresFact]
    public async Task A_commit_waits_for_a_revocation_under_way()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        await using NpgsqlConnection revoking = await BeginAsync("UPDATE beacons SET revoked_at = now()");
        var batch = new IngestBatch();
        AddFrame(batch, beacon, 1, 1, [1]);
        Task commit = Store.CommitAsync(batch, Noon, None);
        await WaitingBackendAsync(commit);
        await ScalarAsync(revoking, "COMMIT");
        await commit;
        Assert.Equal(CommitOutcome.Revoked, batch.Frames[0].Outcome);
        Assert.Equal(0, await Database.CountAsync("frames"));
    }

    [PostgresFact]
    public async Task A_backend_killed_in_mid_commit_leaves_nothing()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        await using NpgsqlConnection blocking = await BeginAsync("LOCK TABLE beacon_activity IN EXCLUSIVE MODE");
        var batch = new IngestBatch();
        AddFrame(batch, beacon, 1, 1, [1, 2, 3]);
        Task commit = Store.CommitAsync(batch, Noon, None);
        long backend = await WaitingBackendAsync(commit);
        await Database.ExecuteAsync($"SELECT pg_terminate_backend({backend})");
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => commit);
        await ScalarAsync(blocking, "ROLLBACK");
        foreach (string table in (string[])["frames", "sightings", "boot_progress"])
            Assert.Equal(0, await Database.CountAsync(table));
        await Store.CommitAsync(batch, Noon, None);
        AssertNew(batch, true, true, true);
    }

    /// <summary>
    /// Each waits for the other; only the commit looks for deadlocks, so that it is the one that is rolled back.
    /// </summary>
    [PostgresFact]
    public async Task A_deadlock_is_run_again()
    {
        BeaconId[] beacons = [await EnrolWithSessionAsync(), await EnrolWithSessionAsync()];
        long[] ids = [.. beacons.Select(beacon => unchecked((long)beacon.Value)).Order()];
        await using NpgsqlConnection crossing =
            await BeginAsync($"UPDATE beacons SET region = 'x' WHERE beacon_id = {ids[1]}");
        await ScalarAsync(crossing, "SET deadlock_timeout = '1min'");
        var batch = new IngestBatch();
        foreach (BeaconId beacon in beacons)
            AddFrame(batch, beacon, 1, 1, [1]);
        Task commit = Store.CommitAsync(batch, Noon, None);
        await WaitingBackendAsync(commit);
        await ScalarAsync(crossing, $"UPDATE beacons SET region = 'x' WHERE beacon_id = {ids[0]}; COMMIT");
        await commit;
        AssertNew(batch, true, true);
    }

    [PostgresFact]
    public async Task A_commit_is_on_disk_whatever_the_login_defaults_to()
    {
        await Database.ExecuteAsync("""
            DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$
            """);
        await using var store = new PostgresStore(Database.Settings);
        List<string> setting = await store.WriteAsync(
            work => work.Sql("SHOW synchronous_commit").ListAsync(row => row.Text(0)), None);
        Assert.Equal(["on"], setting);
    }

    [PostgresFact]
    public async Task Partitions_are_there_ahead_of_time_and_the_default_one_stays_empty()
    {
        await Store.RetainAsync(Noon, TimeSpan.FromDays(7), None);
        Assert.Equal(
            8, await Database.CountAsync("pg_class WHERE relname ~ '^sightings_[0-9]{8}$' AND relispartition"));
        BeaconId beacon = await EnrolWithSessionAsync();
        await CommitAsync(beacon, 1, 1, [1], at: Noon);
        await CommitAsync(beacon, 1, 1, [2], at: Noon.AddDays(7));
        await CommitAsync(beacon, 1, 1, [3], at: Noon.AddDays(9));
        Assert.Equal(1, await Database.CountAsync("sightings_20260301"));
        Assert.Equal(1, await Database.CountAsync("sightings_20260308"));
        Assert.Equal(1, await Database.CountAsync("sightings_default"));
        await Store.RetainAsync(Noon.AddDays(3), TimeSpan.FromDays(7), None);
        Assert.Equal(0, await Database.CountAsync("sightings_default"));
        Assert.Equal(1, await Database.CountAsync("sightings_20260310"));
        Assert.Equal(3, await Database.CountAsync("sightings"));
    }

    [PostgresFact]
    public async Task Retention_goes_on_where_an_earlier_run_stopped()
    {
        await Store.RetainAsync(Noon, TimeSpan.FromDays(7), None);
        BeaconId beacon = await EnrolWithSessionAsync();
        await CommitAsync(beacon, 1, 1, [1, 2], at: Noon);
        await Database.ExecuteAsync("SELECT lumen.detach_sightings_partition('2026-03-01')");
        Assert.Equal(2, await Store.RetainAsync(Noon.AddDays(9), TimeSpan.FromDays(7), None));
        Assert.Equal(0, await Database.CountAsync("pg_class WHERE relname = 'sightings_20260301'"));
        Assert.Equal(0, (await Store.GetBeaconAsync(1, beacon, None))!.SightingCount);
    }

    [PostgresFact]
    public async Task A_server_that_is_not_there_is_unreachable()
    {
        await using IRendezvousStore store = StoreFactory.Create(
            DatabaseSettings.Parse("postgres://nobody@127.0.0.1:1/none?connect_timeout=2", ""));
        Assert.Equal(StoreHealth.Unreachable, await store.CheckAsync(None));
    }

    [PostgresFact]
    public async Task A_replica_that_froze_in_a_transaction_gives_its_locks_back()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        await using NpgsqlConnection frozen = await LogInAsync("lumen_ingest");
        long id = unchecked((long)beacon.Value);
        await ScalarAsync(frozen, $"BEGIN; SELECT 1 FROM beacons WHERE beacon_id = {id} FOR NO KEY UPDATE");
        Task commit = CommitAsync(beacon, 1, 1, [1]);
        await WaitingBackendAsync(commit);

        // Nothing more comes from it. Without an end to its session the commit fails, at its own time-out.
        await commit;
        Assert.Equal(1, await Database.CountAsync("lumen.sightings"));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ScalarAsync(frozen, "SELECT 1"));
    }

    private protected override async Task<TestDatabase> CreateDatabaseAsync() => await postgres.CreateAsync();

    private protected override async Task<TestDatabase> CreateEmptyDatabaseAsync() =>
        await postgres.CreateAsync(isMigrated: false);

    private static async Task<long> ScalarAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), null);
    }

    private async Task<NpgsqlConnection> LogInAsync(string? role)
    {
        var connection = new NpgsqlConnection(Database.Settings.ForService() + ";Pooling=false");
        await connection.OpenAsync();
        if (role != null)
            await ScalarAsync(connection, $"SET ROLE {role}");
        return connection;
    }

    private async Task<NpgsqlConnection> BeginAsync(string sql)
    {
        var connection = ((PostgresDatabase)Database).Connect();
        await connection.OpenAsync();
        await ScalarAsync(connection, $"BEGIN; {sql}");
        return connection;
    }

    /// <summary>
    /// The backend that waits for a lock. The server has no event for it, so it is asked until it does.
    /// </summary>
    private async Task<long> WaitingBackendAsync(Task commit)
    {
        await using NpgsqlConnection connection = ((PostgresDatabase)Database).Connect();
        await connection.OpenAsync();
        while (!commit.IsCompleted)
        {
            long backend = await ScalarAsync(connection, """
                SELECT coalesce(max(pid), 0) FROM pg_locks JOIN pg_stat_activity USING (pid)
                WHERE NOT granted AND datname = current_database()
                """);
            if (backend != 0)
                return backend;
        }
        await commit;
        throw new InvalidOperationException("the commit did not wait");
    }
}
