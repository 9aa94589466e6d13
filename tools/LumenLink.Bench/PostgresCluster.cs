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
    private readonly string options;
    private bool isFrozen;

    private PostgresCluster(string folder, int port, string options)
    {
        this.folder = folder;
        this.port = port;
        this.options = options;
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
    /// <param name="settings">More settings, each "-c name=value".</param>
    public static async Task<PostgresCluster> StartAsync(bool isDurable = false, string settings = "")
    {
        string bin = BinFolder ?? throw new InvalidOperationException("PostgreSQL is required and not installed");
        string folder = (await RunAsync("mktemp -d -t lumenlink-postgres-XXXXXX")).Trim();
        int port = FreePort();
        await RunAsync($"{bin}/initdb -D {folder}/data -U {Superuser} -A trust -E UTF8 --locale=C --no-sync");
        string options = $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} "
            + $"-c fsync={(isDurable ? "on" : "off")} -c max_connections=200 -c deadlock_timeout=200ms {settings}";
        PostgresCluster cluster = new(folder, port, options);
        await cluster.StartAgainAsync();
        return cluster;
    }

    /// <summary>Ends all of its processes at once: nothing in memory is written any more.</summary>
    public Task CrashAsync() =>
        RunAsync($"{BinFolder}/pg_ctl -D {folder}/data -m immediate stop > /dev/null 2>&1");

    /// <summary>Starts it after a crash and waits until it answers.</summary>
    public Task StartAgainAsync() =>
        RunAsync($"{BinFolder}/pg_ctl -D {folder}/data -l {folder}/log -w -o '{options}' start > /dev/null 2>&1");

    /// <summary>Stops all of its processes where they are: connections stay and nothing is answered.</summary>
    public async Task FreezeAsync()
    {
        isFrozen = true;
        await RunAsync($"kill -STOP {Pid} && kill -STOP {Children}");
    }

    /// <summary>
    /// Stops the process that writes down what commits did not wait for: without it nothing happens to be durable.
    /// </summary>
    public Task FreezeWalWriterAsync() => RunAsync($"kill -STOP $(pgrep -P {Pid} -f walwriter)");

    /// <summary>They go on.</summary>
    public async Task ThawAsync()
    {
        await RunAsync($"kill -CONT {Children}; kill -CONT {Pid}");
        isFrozen = false;
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
        if (isFrozen)
            await ThawAsync();
        NpgsqlConnection.ClearAllPools();
        await RunAsync($"{BinFolder}/pg_ctl -D {folder}/data -m immediate stop > /dev/null 2>&1; rm -rf {folder}");
    }

    private string Children => $"$(ps -o pid= --ppid {Pid})";

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
