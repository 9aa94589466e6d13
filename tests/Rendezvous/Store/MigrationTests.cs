using System.Data.Common;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Store.Migrations;
using Npgsql;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

/// <summary>Up, down and up again; twice at once; and what is left after each.</summary>
[Collection(PostgresCollection.Name)]
public sealed class MigrationTests(PostgresFixture postgres)
{
    private static readonly long Newest = SchemaVersion.Current;

    private const string SqliteTables =
        "sqlite_master WHERE name NOT LIKE 'sqlite%' AND name NOT LIKE 'schema_versions%'";

    private const string PostgresTables = """
        (SELECT oid FROM pg_class WHERE relnamespace = 'lumen'::regnamespace AND relname NOT LIKE 'schema_versions%'
         UNION ALL SELECT oid FROM pg_proc WHERE pronamespace = 'lumen'::regnamespace) AS objects
        """;

    [Fact]
    public async Task Sqlite_goes_up_down_and_up()
    {
        await using SqliteDatabase database = await SqliteDatabase.CreateAsync(isMigrated: false);
        await UpDownUpAsync(database, SqliteTables);
    }

    [PostgresFact]
    public async Task Postgresql_goes_up_down_and_up()
    {
        await using TestDatabase database = await postgres.CreateAsync(isMigrated: false);
        await UpDownUpAsync(database, PostgresTables);
    }

    [PostgresFact]
    public async Task Migrations_at_once_take_turns()
    {
        await using TestDatabase database = await postgres.CreateAsync(isMigrated: false);
        MigrationResult[] results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            () => StoreMigrator.MigrateAsync(database.MigrationSettings, null, CancellationToken.None))));
        Assert.Equal([0L, Newest, Newest, Newest], results.Select(result => result.From).Order());
        Assert.Equal(SchemaVersion.Migrations.Count, await database.CountAsync("schema_versions"));
    }

    [PostgresFact]
    public async Task A_login_that_may_not_make_roles_or_schemas_is_told_by_the_server()
    {
        await using TestDatabase database = await postgres.CreateAsync(isMigrated: false);
        await Assert.ThrowsAnyAsync<DbException>(
            () => StoreMigrator.MigrateAsync(database.Settings, null, CancellationToken.None));
        await using IRendezvousStore store = StoreFactory.Create(database.Settings);
        Assert.Equal(StoreHealth.SchemaTooOld, await store.CheckAsync(CancellationToken.None));
    }

    private static async Task UpDownUpAsync(TestDatabase database, string objects)
    {
        DatabaseSettings settings = database.MigrationSettings;
        Assert.Equal(new MigrationResult(0, Newest), await StoreMigrator.MigrateAsync(settings, null,
            CancellationToken.None));
        long made = await database.CountAsync(objects);
        Assert.True(made > 10);
        Assert.Equal(new MigrationResult(Newest, Newest), await StoreMigrator.MigrateAsync(settings, null,
            CancellationToken.None));
        await using IRendezvousStore store = StoreFactory.Create(database.Settings);
        await store.RetainAsync(DateTimeOffset.UnixEpoch.AddYears(56), TimeSpan.FromDays(7), CancellationToken.None);
        Assert.Equal(
            new MigrationResult(Newest, 0), await StoreMigrator.MigrateAsync(settings, 0, CancellationToken.None));
        Assert.Equal(0, await database.CountAsync(objects));
        Assert.Equal(StoreHealth.SchemaTooOld, await store.CheckAsync(CancellationToken.None));
        Assert.Equal(
            new MigrationResult(0, Newest),
            await StoreMigrator.MigrateAsync(settings, Newest, CancellationToken.None));
        Assert.Equal(made, await database.CountAsync(objects));
        Assert.Equal(StoreHealth.Ok, await store.CheckAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Sqlite_keeps_a_status_through_its_details_and_back()
    {
        await using SqliteDatabase database = await SqliteDatabase.CreateAsync(isMigrated: false);
        await StatusDetailsComeAndGoAsync(database, "0");
    }

    [PostgresFact]
    public async Task Postgresql_keeps_a_status_through_its_details_and_back()
    {
        await using TestDatabase database = await postgres.CreateAsync(isMigrated: false);
        await StatusDetailsComeAndGoAsync(database, "now()");
    }

    /// <summary>
    /// Partitions that schema 12 filled, of the past, of today and the default one, get the new indexes.
    /// </summary>
    [PostgresFact]
    public async Task Sightings_of_before_are_indexed_anew_in_every_partition_and_back()
    {
        await using TestDatabase database = await postgres.CreateAsync(isMigrated: false);
        DatabaseSettings settings = database.MigrationSettings;
        await StoreMigrator.MigrateAsync(settings, 12, CancellationToken.None);
        await database.ExecuteAsync("""
            SELECT add_sightings_partition(current_date + n) FROM generate_series(-2, 1) AS n;
            INSERT INTO sightings (tenant_id, beacon_id, boot, seq, received_at, window_open_unix_ms, duration_ms,
                quality, radio, address, address_type, key_day, rssi_dbm)
            SELECT 1, n % 7, 1, n, now() - (n % 9) * interval '1 day', 0, 9000, 0, 1, n % 50, 1, 0, -60
            FROM generate_series(1, 5000) AS n
            """);
        string[] before = await IndexesAsync(database);
        await StoreMigrator.MigrateAsync(settings, null, CancellationToken.None);
        Assert.Equal(
            ["sightings_by_address", "sightings_by_beacon", "sightings_by_tenant", "sightings_by_time"],
            await IndexesAsync(database));
        await using (IRendezvousStore store = StoreFactory.Create(settings))
        {
            IReadOnlyList<SightingView> page = await store.ListSightingsAsync(
                1, new SightingFilter(new BeaconId(3), null, null, null, 4990, 5), CancellationToken.None);
            Assert.Equal([4987, 4980, 4973, 4966, 4959], page.Select(sighting => sighting.RowId));
        }

        await StoreMigrator.MigrateAsync(settings, 12, CancellationToken.None);
        Assert.Equal(before, await IndexesAsync(database));
        Assert.Equal(5000, await database.CountAsync("sightings"));
    }

    /// <summary>Indexes of sightings that are valid, so of every partition; of which each has as many.</summary>
    private static async Task<string[]> IndexesAsync(TestDatabase database)
    {
        await using var connection = (NpgsqlConnection)database.Connect();
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(
            """
            SELECT array_agg(c.relname::text ORDER BY c.relname)
            FROM pg_index AS x JOIN pg_class AS c ON c.oid = x.indexrelid
            WHERE x.indrelid = 'sightings'::regclass AND x.indisvalid AND (
                SELECT count(*) FROM pg_inherits WHERE inhparent = x.indexrelid) = (
                SELECT count(*) FROM pg_inherits WHERE inhparent = x.indrelid)
            """,
            connection);
        return (string[])(await command.ExecuteScalarAsync())!;
    }

    /// <summary>A row of schema 1 is in schema 2, without details; what schema 1 writes goes in, too.</summary>
    private static async Task StatusDetailsComeAndGoAsync(TestDatabase database, string now)
    {
        const string Untold = "beacon_status WHERE transport_kind IS NULL AND other_faults IS NULL";
        DatabaseSettings settings = database.MigrationSettings;
        await StoreMigrator.MigrateAsync(settings, 1, CancellationToken.None);
        await database.ExecuteAsync($"""
            INSERT INTO beacons (beacon_id, tenant_id, key_hash, public_key, certificate, level, hardware_model, name,
                region, enrolled_at, eid_key_wrapped)
            SELECT n, 1, key_hash, key_hash, key_hash, 0, 0, '', '', {now}, key_hash
            FROM (SELECT 1 AS n, {Hash(1)} AS key_hash UNION ALL SELECT 2, {Hash(2)}) AS two
            """);
        await InsertAsync(1);
        Assert.Equal(
            new MigrationResult(1, 2), await StoreMigrator.MigrateAsync(settings, 2, CancellationToken.None));
        await InsertAsync(2);
        Assert.Equal(2, await database.CountAsync(Untold));
        await database.ExecuteAsync("UPDATE beacon_status SET transport_kind = 1, other_faults = 4294967295");
        Assert.Equal(
            new MigrationResult(2, 1), await StoreMigrator.MigrateAsync(settings, 1, CancellationToken.None));
        Assert.Equal(2, await database.CountAsync("beacon_status"));
        await Assert.ThrowsAnyAsync<DbException>(() => database.CountAsync(Untold));
        await StoreMigrator.MigrateAsync(settings, 2, CancellationToken.None);
        Assert.Equal(2, await database.CountAsync(Untold));

        string Hash(int n) => database is SqliteDatabase
            ? $"zeroblob({n})"
            : $"decode(repeat('0{n}', 32), 'hex')";

        Task InsertAsync(int beacon) => database.ExecuteAsync($"""
            INSERT INTO beacon_status (beacon_id, tenant_id, boot, seq, received_at, captured_unix_ms, uptime_ms,
                queue_records, queue_bytes, dropped_records, dropped_sightings, boot_reason, firmware_version)
            VALUES ({beacon}, 1, 1, 1, {now}, 1, 1, 0, 0, 0, 0, 1, '1.0')
            """);
    }
}
