using System.Data.Common;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Store.Migrations;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace LumenLink.Tests.Rendezvous.Store;

/// <summary>A database of one test, with a way in beside the store that row security does not bind.</summary>
internal abstract class TestDatabase : IAsyncDisposable
{
    /// <summary>What the service gets.</summary>
    public abstract DatabaseSettings Settings { get; }

    /// <summary>What the migrate command gets.</summary>
    public abstract DatabaseSettings MigrationSettings { get; }

    /// <summary>SQL that makes every commit of records fail at its last statement.</summary>
    public abstract string BreakCommits { get; }

    /// <summary>SQL that makes the database refuse every sighting of this address.</summary>
    public abstract string RefuseAddress(long address);

    /// <summary>SQL that makes a kind of statement on a table fail, each after it did its work.</summary>
    public abstract string Break(string verb, string table);

    /// <summary>SQL that takes <see cref="Break"/> back.</summary>
    public abstract string Mend(string table);

    public abstract DbConnection Connect();

    public async Task ExecuteAsync(string sql)
    {
        await using DbConnection connection = Connect();
        await connection.OpenAsync();
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    public async Task<long> CountAsync(string fromWhere)
    {
        await using DbConnection connection = Connect();
        await connection.OpenAsync();
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {fromWhere}";
        return Convert.ToInt64(await command.ExecuteScalarAsync(), null);
    }

    public abstract ValueTask DisposeAsync();
}

/// <summary>A SQLite file in a folder of its own.</summary>
internal sealed class SqliteDatabase : TestDatabase
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("lumenlink-store-");

    public override DatabaseSettings Settings => DatabaseSettings.ForSqlite(Path.Combine(folder.FullName, "store.db"));

    public override DatabaseSettings MigrationSettings => Settings;

    public override string BreakCommits => """
        CREATE TRIGGER broken BEFORE UPDATE ON beacon_activity BEGIN SELECT RAISE(ABORT, 'broken on purpose'); END
        """;

    public override string RefuseAddress(long address) => $"""
        CREATE TRIGGER refused BEFORE INSERT ON sightings WHEN NEW.address = {address}
            BEGIN SELECT RAISE(ABORT, 'refused on purpose'); END
        """;

    public override string Break(string verb, string table) => $"""
        CREATE TRIGGER broken_step AFTER {verb} ON {table} BEGIN SELECT RAISE(ABORT, 'broken on purpose'); END
        """;

    public override string Mend(string table) => "DROP TRIGGER broken_step";

    public static async Task<SqliteDatabase> CreateAsync(bool isMigrated = true)
    {
        var database = new SqliteDatabase();
        if (isMigrated)
            await StoreMigrator.MigrateAsync(database.Settings, null, CancellationToken.None);
        return database;
    }

    public override DbConnection Connect() => new SqliteConnection($"Data Source={Settings.SqlitePath};Pooling=False");

    public override ValueTask DisposeAsync()
    {
        folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}

/// <summary>A database of the test cluster; it goes with the cluster.</summary>
internal sealed class PostgresDatabase(DatabaseSettings service, DatabaseSettings superuser) : TestDatabase
{
    public override DatabaseSettings Settings => service;

    public override DatabaseSettings MigrationSettings => superuser;

    public override string BreakCommits => """
        CREATE FUNCTION lumen.broken() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'broken on purpose'; END $$;
        CREATE TRIGGER broken BEFORE UPDATE ON beacon_activity EXECUTE FUNCTION lumen.broken()
        """;

    public override string RefuseAddress(long address) => $"""
        CREATE FUNCTION lumen.refused() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'refused on purpose'; END $$;
        CREATE TRIGGER refused BEFORE INSERT ON sightings FOR EACH ROW WHEN (NEW.address = {address})
            EXECUTE FUNCTION lumen.refused()
        """;

    public override string Break(string verb, string table) => $"""
        CREATE OR REPLACE FUNCTION lumen.broken_step() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'broken on purpose'; END $$;
        CREATE TRIGGER broken_step AFTER {verb} ON {table} EXECUTE FUNCTION lumen.broken_step()
        """;

    public override string Mend(string table) => $"DROP TRIGGER broken_step ON {table}";

    public override NpgsqlConnection Connect() => new(superuser.ForMigration(null) + ";Search Path=lumen");

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
