using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using LumenLink.Rendezvous.Store.Migrations;
using Npgsql;

namespace LumenLink.Rendezvous.Store.Backup;

/// <summary>
/// pg_dump and pg_restore of the schema lumen, in their custom format, under the login of the migrate command. Rows are
/// counted in the snapshot that is dumped. Tables, functions and grants belong to lumen_migrate again afterwards; the
/// roles themselves are the migrate command's to make.
/// </summary>
internal sealed class PostgresBackup(DatabaseSettings settings, PostgresPrograms programs) : StoreBackup(settings)
{
    private const string Role = "lumen_migrate";

    /// <summary>What is there while another takes its place.</summary>
    private const string Kept = "lumen_before_restore";

    /// <inheritdoc/>
    protected override Task<StoreContents> DumpAsync(string file, CancellationToken cancellationToken) => ConnectAsync(
        async connection =>
        {
            await programs.RequireAsync(connection.PostgreSqlVersion.Major, cancellationToken);
            await ExecuteAsync(
                connection, $"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL ROLE {Role}",
                cancellationToken);
            string snapshot = await TextAsync(connection, "SELECT pg_export_snapshot()", cancellationToken);

            // The owner sees all rows by a policy of its own, and only while row security is on.
            await programs.RunAsync(
                "pg_dump", Settings.ForPrograms(),
                [
                    "--format=custom", "--schema=lumen", $"--role={Role}", "--enable-row-security", "--no-password",
                    $"--snapshot={snapshot}", $"--file={file}",
                ],
                cancellationToken);
            return await ReadContentsAsync(connection, cancellationToken);
        },
        cancellationToken);

    /// <inheritdoc/>
    protected override async Task<StoreContents> ReadBackAsync(string file, CancellationToken cancellationToken)
    {
        string scratch = $"lumen_verify_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        await ConnectAsync(
            connection => ExecuteAsync(connection, $"CREATE DATABASE {scratch} TEMPLATE template0", cancellationToken),
            cancellationToken);
        try
        {
            return await new PostgresBackup(Settings.WithDatabase(scratch), programs)
                .LoadAsync(file, await ReadVersionAsync(file, cancellationToken), cancellationToken);
        }
        finally
        {
            await ConnectAsync(
                connection => ExecuteAsync(connection, $"DROP DATABASE {scratch}", CancellationToken.None),
                CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    protected override async Task<long> ReadVersionAsync(string file, CancellationToken cancellationToken)
    {
        string rows = await programs.RunAsync(
            "pg_restore", Settings.ForPrograms(),
            ["--data-only", "--schema=lumen", $"--table={SchemaVersionTable.Name}", "--file=-", file],
            cancellationToken);
        return rows.Split('\n')
            .Select(line => line.Split('\t'))
            .Where(columns => columns.Length > 1)
            .Select(columns => long.TryParse(columns[0], CultureInfo.InvariantCulture, out long version) ? version : 0)
            .DefaultIfEmpty(0).Max();
    }

    /// <inheritdoc/>
    protected override Task<bool> HasContentsAsync(CancellationToken cancellationToken) => ConnectAsync(
        async connection => await TextAsync(
            connection,
            "SELECT count(*)::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace "
            + "WHERE n.nspname = 'lumen'",
            cancellationToken) != "0",
        cancellationToken);

    /// <inheritdoc/>
    protected override async Task<StoreContents> LoadAsync(
        string file, long version, CancellationToken cancellationToken)
    {
        bool isThere = await HasContentsAsync(cancellationToken);
        if (isThere)
            await RunAsync($"ALTER SCHEMA lumen RENAME TO {Kept}", cancellationToken);
        try
        {
            StoreContents contents = await LoadAsync(file, cancellationToken);
            RequireVersion(contents, version);
            if (isThere)
                await RunAsync($"DROP SCHEMA {Kept} CASCADE", cancellationToken);
            return contents;
        }
        catch when (isThere)
        {
            await RunAsync(
                $"DROP SCHEMA IF EXISTS lumen CASCADE; ALTER SCHEMA {Kept} RENAME TO lumen", CancellationToken.None);
            throw;
        }
    }

    private async Task<StoreContents> LoadAsync(string file, CancellationToken cancellationToken)
    {
        string list = Path.GetTempFileName();
        try
        {
            await ConnectAsync(
                async connection =>
                {
                    await programs.RequireAsync(connection.PostgreSqlVersion.Major, cancellationToken);
                    await ExecuteAsync(connection, EmbeddedScript.Read("roles.postgresql.sql"), cancellationToken);
                },
                cancellationToken);

            // The schema itself and who may use it are there by now.
            string entries = await programs.RunAsync(
                "pg_restore", Settings.ForPrograms(), ["--list", file], cancellationToken);
            await File.WriteAllLinesAsync(
                list,
                entries.Split('\n').Where(entry => !entry.Contains(" SCHEMA - lumen ", StringComparison.Ordinal)
                    && !entry.Contains(" ACL - SCHEMA lumen ", StringComparison.Ordinal)),
                cancellationToken);
            await programs.RunAsync(
                "pg_restore", Settings.ForPrograms(),
                [
                    "--single-transaction", "--exit-on-error", "--no-owner", $"--role={Role}", "--no-password",
                    $"--use-list={list}", $"--dbname={Settings.ForPrograms()["PGDATABASE"]}", file,
                ],
                cancellationToken);
        }
        finally
        {
            File.Delete(list);
        }

        return await ConnectAsync(
            async connection =>
            {
                await ExecuteAsync(
                    connection, $"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL ROLE {Role}",
                    cancellationToken);
                return await ReadContentsAsync(connection, cancellationToken);
            },
            cancellationToken);
    }

    private static async Task<StoreContents> ReadContentsAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        List<string> tables = await ListAsync(
            connection,
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'lumen'::regnamespace AND relkind = 'r'",
            cancellationToken);
        Dictionary<string, long> rows = [];
        foreach (string table in tables)
        {
            rows[table] = long.Parse(
                await TextAsync(connection, $"SELECT count(*)::text FROM lumen.\"{table}\"", cancellationToken), null);
        }

        return new StoreContents(
            long.Parse(
                await TextAsync(
                    connection, $"SELECT max(version)::text FROM lumen.{SchemaVersionTable.Name}", cancellationToken),
                null),
            rows,
            await ListAsync(
                connection,
                "SELECT chain_id || ' ' || number || ' ' || encode(hash, 'hex') FROM lumen.audit_chains "
                + "ORDER BY chain_id",
                cancellationToken));
    }

    private Task<int> RunAsync(string sql, CancellationToken cancellationToken) =>
        ConnectAsync(connection => ExecuteAsync(connection, sql, cancellationToken), cancellationToken);

    private Task ConnectAsync(Func<NpgsqlConnection, Task> work, CancellationToken cancellationToken) => ConnectAsync(
        async connection =>
        {
            await work(connection);
            return 0;
        },
        cancellationToken);

    private async Task<T> ConnectAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(Settings.ForMigration(role: null));
            await connection.OpenAsync(cancellationToken);
            return await work(connection);
        }
        catch (Exception error) when (error is NpgsqlException or SocketException or TimeoutException)
        {
            throw new BackupException($"{Settings}: {error.Message}", error);
        }
    }

    private static async Task<int> ExecuteAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<string> TextAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken) =>
        (await ListAsync(connection, sql, cancellationToken))[0];

    private static async Task<List<string>> ListAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        List<string> found = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            found.Add(reader.GetString(0));
        return found;
    }
}
