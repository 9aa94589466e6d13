using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Store.Migrations;
using Npgsql;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

/// <summary>Tests that share the private PostgreSQL cluster.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresFixture>
{
    public const string Name = "postgresql";
}

/// <summary>
/// A PostgreSQL cluster of our own: a new folder, a free port, stopped and removed at the end. fsync is off in it: its
/// power is never cut. Stores log in as a login that owns nothing, migrations as the superuser.
/// </summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    public const string ServiceLogin = "lumenlink_service";
    private const string Superuser = "postgres";
    private const string Template = "lumen_template";
    private static int databases;
    private string folder = "";
    private int port;

    /// <summary>Why these tests cannot run here; null when they can. In CI they must.</summary>
    public static string? SkipReason =>
        BinFolder != null || Environment.GetEnvironmentVariable("LUMENLINK_REQUIRE_POSTGRES") == "1"
            ? null
            : "PostgreSQL is not installed (/usr/lib/postgresql/*/bin); "
                + "LUMENLINK_REQUIRE_POSTGRES=1 makes this a failure";

    private static string? BinFolder { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql")
            .Select(version => Path.Combine(version, "bin"))
            .Where(bin => File.Exists(Path.Combine(bin, "initdb")))
            .MaxBy(bin => int.Parse(Path.GetFileName(Path.GetDirectoryName(bin)!), null))
        : null;

    public async Task InitializeAsync()
    {
        if (SkipReason != null)
            return;
        string bin = BinFolder ?? throw new InvalidOperationException("PostgreSQL is required and not installed");
        folder = (await RunAsync("mktemp -d -t lumenlink-postgres-XXXXXX")).Trim();
        port = FreePort();
        await RunAsync($"{bin}/initdb -D {folder}/data -U {Superuser} -A trust -E UTF8 --locale=C --no-sync");
        string options = $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off "
            + "-c max_connections=200 -c deadlock_timeout=200ms";
        await RunAsync($"{bin}/pg_ctl -D {folder}/data -l {folder}/log -w -o '{options}' start > /dev/null 2>&1");
        await ExecuteAsync("postgres", $"CREATE ROLE {ServiceLogin} LOGIN NOINHERIT; CREATE DATABASE {Template}");
        await StoreMigrator.MigrateAsync(SettingsOf(Template, Superuser), null, CancellationToken.None);
        await ExecuteAsync("postgres", $"GRANT lumen_ingest, lumen_api TO {ServiceLogin}");
    }

    public async Task DisposeAsync()
    {
        if (folder.Length == 0)
            return;
        NpgsqlConnection.ClearAllPools();
        await RunAsync($"{BinFolder}/pg_ctl -D {folder}/data -m immediate stop > /dev/null 2>&1; rm -rf {folder}");
    }

    /// <summary>A new database, migrated or empty.</summary>
    internal async Task<TestDatabase> CreateAsync(bool isMigrated = true)
    {
        string name = $"test_{Interlocked.Increment(ref databases)}";
        await ExecuteAsync("postgres", $"CREATE DATABASE {name}" + (isMigrated ? $" TEMPLATE {Template}" : ""));
        return new PostgresDatabase(SettingsOf(name, ServiceLogin), SettingsOf(name, Superuser));
    }

    private DatabaseSettings SettingsOf(string database, string login) =>
        DatabaseSettings.Parse($"postgres://{login}@127.0.0.1:{port}/{database}?sslmode=disable", "");

    private async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(SettingsOf(database, Superuser).ForMigration(null));
        await connection.OpenAsync();
        foreach (string statement in sql.Split(';'))
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Runs a shell command as a user that PostgreSQL accepts: not root.</summary>
    private static async Task<string> RunAsync(string command)
    {
        var start = new ProcessStartInfo
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        string[] words = Environment.UserName == "root"
            ? ["runuser", "-u", "postgres", "--", "/bin/sh", "-c", command]
            : ["/bin/sh", "-c", command];
        start.FileName = words[0];
        foreach (string word in words.Skip(1))
            start.ArgumentList.Add(word);
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException(
                $"exit status {process.ExitCode} of {command}\n{output}\n{await error}");
    }
}
