using System.Data.Common;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Store.Migrations;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

/// <summary>Up, down and up again; twice at once; and what is left after each.</summary>
[Collection(PostgresCollection.Name)]
public sealed class MigrationTests(PostgresFixture postgres)
{
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
        Assert.Equal([0L, 1, 1, 1], results.Select(result => result.From).Order());
        Assert.Equal(1, await database.CountAsync("schema_versions"));
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
        Assert.Equal(new MigrationResult(0, 1), await StoreMigrator.MigrateAsync(settings, null,
            CancellationToken.None));
        long made = await database.CountAsync(objects);
        Assert.True(made > 10);
        Assert.Equal(new MigrationResult(1, 1), await StoreMigrator.MigrateAsync(settings, null,
            CancellationToken.None));
        await using IRendezvousStore store = StoreFactory.Create(database.Settings);
        await store.RetainAsync(DateTimeOffset.UnixEpoch.AddYears(56), TimeSpan.FromDays(7), CancellationToken.None);
        Assert.Equal(new MigrationResult(1, 0), await StoreMigrator.MigrateAsync(settings, 0, CancellationToken.None));
        Assert.Equal(0, await database.CountAsync(objects));
        Assert.Equal(StoreHealth.SchemaTooOld, await store.CheckAsync(CancellationToken.None));
        Assert.Equal(new MigrationResult(0, 1), await StoreMigrator.MigrateAsync(settings, 1, CancellationToken.None));
        Assert.Equal(made, await database.CountAsync(objects));
        Assert.Equal(StoreHealth.Ok, await store.CheckAsync(CancellationToken.None));
    }
}
