using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using Microsoft.Data.Sqlite;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

/// <summary>The conformance suite on SQLite, and what only SQLite has to keep.</summary>
public sealed class SqliteStoreTests : StoreConformance
{
    [Fact]
    public async Task Commits_are_on_disk_before_they_return()
    {
        var store = (SqliteStore)Store;
        Assert.Equal(2, await store.WriteAsync(work => PragmaAsync(work, "synchronous"), None));
        Assert.Equal(1, await store.WriteAsync(work => PragmaAsync(work, "foreign_keys"), None));
        await using var connection = (SqliteConnection)Database.Connect();
        await connection.OpenAsync();
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode";
        Assert.Equal("wal", await command.ExecuteScalarAsync());
    }

    /// <summary>
    /// The files as a power cut or kill would leave them: copied while the transaction is open, and after it.
    /// </summary>
    [Fact]
    public async Task Killed_in_mid_commit_the_file_holds_nothing_of_it_and_after_the_commit_all()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        var batch = new IngestBatch();
        for (uint boot = 1; boot <= 9; boot++)
            AddFrame(batch, beacon, boot, 1, Range(1, 400));
        await using var connection = (SqliteConnection)Database.Connect();
        await connection.OpenAsync();
        await using (SqliteCommand spill = connection.CreateCommand())
        {
            spill.CommandText = "PRAGMA cache_size = 1";
            await spill.ExecuteNonQueryAsync();
        }
        await using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        await new SqliteIngestWriter(new SqlWork(connection, transaction, SqliteStore.Dialect, None), Noon)
            .WriteAsync(new IngestPlan(batch));
        Assert.Equal(0, await CountInCopyAsync("during"));
        await transaction.CommitAsync();
        Assert.Equal(3600, await CountInCopyAsync("after"));
    }

    [Fact]
    public async Task A_missing_or_empty_file_is_a_schema_too_old_and_a_broken_one_unreachable()
    {
        string folder = Path.GetDirectoryName(Database.Settings.SqlitePath)!;
        Assert.Equal(StoreHealth.SchemaTooOld, await CheckAsync(Path.Combine(folder, "none.db")));
        await File.WriteAllBytesAsync(Path.Combine(folder, "empty.db"), []);
        Assert.Equal(StoreHealth.SchemaTooOld, await CheckAsync(Path.Combine(folder, "empty.db")));
        await File.WriteAllTextAsync(Path.Combine(folder, "text.db"), new string('x', 5000));
        Assert.Equal(StoreHealth.Unreachable, await CheckAsync(Path.Combine(folder, "text.db")));
    }

    private protected override async Task<TestDatabase> CreateDatabaseAsync() => await SqliteDatabase.CreateAsync();

    private protected override async Task<TestDatabase> CreateEmptyDatabaseAsync() =>
        await SqliteDatabase.CreateAsync(isMigrated: false);

    private static async Task<StoreHealth> CheckAsync(string path)
    {
        await using IRendezvousStore store = StoreFactory.Create(DatabaseSettings.ForSqlite(path));
        return await store.CheckAsync(None);
    }

    private static async Task<long> PragmaAsync(SqlWork work, string name) =>
        (await work.Sql($"PRAGMA {name}").ListAsync(row => row.Long(0)))[0];

    private async Task<long> CountInCopyAsync(string name)
    {
        string path = Database.Settings.SqlitePath;
        string copy = Path.Combine(Path.GetDirectoryName(path)!, $"{name}.db");
        File.Copy(path, copy);
        File.Copy($"{path}-wal", $"{copy}-wal");
        Assert.Equal(StoreHealth.Ok, await CheckAsync(copy));
        await using var connection = new SqliteConnection($"Data Source={copy};Pooling=False");
        await connection.OpenAsync();
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT (SELECT count(*) FROM frames) + (SELECT count(*) FROM sightings)";
        long rows = (long)(await command.ExecuteScalarAsync())!;
        return rows / 2;
    }
}
