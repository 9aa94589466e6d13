using LumenLink.Rendezvous.Store.Migrations;
using Microsoft.Data.Sqlite;

namespace LumenLink.Rendezvous.Store.Backup;

/// <summary>SQLite's online backup: the file is a database of its own. Writers go on meanwhile.</summary>
internal sealed class SqliteBackup(DatabaseSettings settings) : StoreBackup(settings)
{
    /// <inheritdoc/>
    protected override async Task<StoreContents> DumpAsync(string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(Settings.SqlitePath))
            throw new BackupException($"there is no database {Settings.SqlitePath}");
        try
        {
            await using SqliteConnection source =
                await OpenAsync(Settings.SqlitePath, SqliteOpenMode.ReadWrite, cancellationToken);

            // The backup reads the moment that this transaction sees.
            await ExecuteAsync(source, "BEGIN", cancellationToken);
            StoreContents contents = await ReadContentsAsync(source, cancellationToken);
            await using SqliteConnection target = await OpenAsync(file, SqliteOpenMode.ReadWrite, cancellationToken);
            source.BackupDatabase(target);
            await ExecuteAsync(target, "PRAGMA journal_mode = DELETE", cancellationToken);
            return contents;
        }
        catch (SqliteException error)
        {
            throw new BackupException($"{Settings} could not be read: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    protected override async Task<StoreContents> ReadBackAsync(string file, CancellationToken cancellationToken)
    {
        string scratch = file + ".verify";
        try
        {
            return await new SqliteBackup(DatabaseSettings.ForSqlite(scratch))
                .LoadAsync(file, await ReadVersionAsync(file, cancellationToken), cancellationToken);
        }
        finally
        {
            foreach (string left in (string[])[scratch, scratch + "-wal", scratch + "-shm", scratch + "-journal"])
                File.Delete(left);
        }
    }

    /// <inheritdoc/>
    protected override async Task<long> ReadVersionAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            await using SqliteConnection source = await OpenAsync(file, SqliteOpenMode.ReadOnly, cancellationToken);
            return await HasTableAsync(source, SchemaVersionTable.Name, cancellationToken)
                ? await VersionAsync(source, cancellationToken)
                : 0;
        }
        catch (SqliteException)
        {
            return 0;
        }
    }

    /// <inheritdoc/>
    protected override Task<bool> HasContentsAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new FileInfo(Settings.SqlitePath) is { Exists: true, Length: > 0 });

    /// <inheritdoc/>
    protected override async Task<StoreContents> LoadAsync(
        string file, long version, CancellationToken cancellationToken)
    {
        try
        {
            await using SqliteConnection source = await OpenAsync(file, SqliteOpenMode.ReadOnly, cancellationToken);
            if (await TextAsync(source, "PRAGMA integrity_check", cancellationToken) is var said and not "ok")
                throw new BackupException($"{file} is damaged: {said}");
            if (!File.Exists(Settings.SqlitePath))
                await new FileStream(Settings.SqlitePath, OwnFile(FileMode.CreateNew)).DisposeAsync();
            await using SqliteConnection target =
                await OpenAsync(Settings.SqlitePath, SqliteOpenMode.ReadWrite, cancellationToken);
            source.BackupDatabase(target); // one transaction of the target
            StoreContents contents = await ReadContentsAsync(target, cancellationToken);
            RequireVersion(contents, version);
            return contents;
        }
        catch (SqliteException error)
        {
            throw new BackupException($"{file} was not restored: {error.Message}", error);
        }
    }

    private static async Task<SqliteConnection> OpenAsync(
        string path, SqliteOpenMode mode, CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    private static async Task<StoreContents> ReadContentsAsync(
        SqliteConnection connection, CancellationToken cancellationToken)
    {
        List<string> tables = await ListAsync(
            connection, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
            cancellationToken);
        Dictionary<string, long> rows = [];
        foreach (string table in tables)
            rows[table] = await NumberAsync(connection, $"SELECT count(*) FROM \"{table}\"", cancellationToken);
        return new StoreContents(
            await VersionAsync(connection, cancellationToken), rows,
            await ListAsync(
                connection, "SELECT chain_id || ' ' || number || ' ' || hex(hash) FROM audit_chains ORDER BY chain_id",
                cancellationToken));
    }

    private static async Task<bool> HasTableAsync(
        SqliteConnection connection, string name, CancellationToken cancellationToken) =>
        await NumberAsync(
            connection, $"SELECT count(*) FROM sqlite_master WHERE name = '{name}'", cancellationToken) > 0;

    private static Task<long> VersionAsync(SqliteConnection connection, CancellationToken cancellationToken) =>
        NumberAsync(
            connection, $"SELECT coalesce(max(version), 0) FROM {SchemaVersionTable.Name}", cancellationToken);

    private static async Task<long> NumberAsync(
        SqliteConnection connection, string sql, CancellationToken cancellationToken) =>
        long.Parse(await TextAsync(connection, sql, cancellationToken), null);

    private static async Task<string> TextAsync(
        SqliteConnection connection, string sql, CancellationToken cancellationToken) =>
        (await ListAsync(connection, sql, cancellationToken))[0];

    private static async Task<List<string>> ListAsync(
        SqliteConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        List<string> found = [];
        await using SqliteDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            found.Add(reader.GetString(0));
        return found;
    }

    private static async Task ExecuteAsync(
        SqliteConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
