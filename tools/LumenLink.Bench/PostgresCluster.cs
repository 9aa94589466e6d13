using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace LumenLink.Bench;

/// <summary>
/// A PostgreSQL cluster of our own, for benchmarks and tests: a new folder, a free port, stopped and
/// removed at the end.
/// </summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    public const string Superuser = "postgres";

    private readonly string folder;
    private readonly int port;

    private PostgresCluster(string folder, int port)
    {
        this.folder = folder;
        this.port = port;
    }

    /// <summary>Why it cannot run here; null when it can. In CI it must.</summary>
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

    /// <summary>TCP port on 127.0.0.1.</summary>
    public int Port => port;

    /// <summary>Process id of the server that all of its processes descend from.</summary>
    public int Pid => int.Parse(File.ReadLines($"{folder}/data/postmaster.pid").First(), null);

    /// <summary>Where the server writes its log.</summary>
    public string LogFile => $"{folder}/log";

    /// <summary>Makes it and waits until it answers.</summary>
    /// <param name="isDurable">False: fsync is off in it, for tests that never cut its power.</param>
    public static async Task<PostgresCluster> StartAsync(bool isDurable = false)
    {
        string bin = BinFolder ?? throw new InvalidOperationException("PostgreSQL is required and not installed");
        string folder = (await RunAsync("mktemp -d -t lumenlink-postgres-XXXXXX")).Trim();
        int port = FreePort();
        await RunAsync($"{bin}/initdb -D {folder}/data -U {Superuser} -A trust -E UTF8 --locale=C --no-sync");
        string options = $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} "
            + $"-c fsync={(isDurable ? "on" : "off")} -c max_connections=200 -c deadlock_timeout=200ms";
        await RunAsync($"{bin}/pg_ctl -D {folder}/data -l {folder}/log -w -o '{options}' start > /dev/null 2>&1");
        return new PostgresCluster(folder, port);
    }

    /// <summary>What DATABASE_URL would be.</summary>
    public string UrlOf(string database, string login) =>
        $"postgres://{login}@127.0.0.1:{port}/{database}?sslmode=disable";

    /// <summary>Runs statements, separated by semicolons, as the superuser, each in a transaction of its own.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(
            $"Host=127.0.0.1;Port={port};Database=postgres;Username={Superuser};Pooling=false");
        await connection.OpenAsync();
        foreach (string statement in sql.Split(';'))
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await RunAsync($"{BinFolder}/pg_ctl -D {folder}/data -m immediate stop > /dev/null 2>&1; rm -rf {folder}");
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
