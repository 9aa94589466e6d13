using System.Data.Common;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Store.Migrations;
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
