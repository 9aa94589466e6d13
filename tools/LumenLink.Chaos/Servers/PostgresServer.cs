using System.Globalization;
using Npgsql;

namespace LumenLink.Chaos.Servers;

/// <summary>A PostgreSQL of our own with durable settings, whose processes are ours to kill and to freeze.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    public const string Database = "lumenlink";

    private const string Superuser = "postgres";
    private const string ReadyWords = "database system is ready to accept connections";
    private const string FullWords = "No space left on device";

    private static readonly TimeSpan StartsWithin = TimeSpan.FromMinutes(2);

    private readonly string _data;
    private readonly string _logFile;
    private int _fullErrors;

    private PostgresServer(string data, string logFile)
    {
        _data = data;
        _logFile = logFile;
    }

    /// <summary>TCP port on 127.0.0.1.</summary>
    public int Port { get; } = Ports.Free();

    /// <summary>The process; null while it is away.</summary>
    public ServerProcess? Process { get; private set; }

    /// <summary>How often it said that its disk is full.</summary>
    public int FullErrors => Volatile.Read(ref _fullErrors);

    private static string Bin { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql")
            .Select(version => Path.Combine(version, "bin"))
            .Where(bin => File.Exists(Path.Combine(bin, "initdb")))
            .MaxBy(bin => int.Parse(Path.GetFileName(Path.GetDirectoryName(bin)!), CultureInfo.InvariantCulture)) ?? ""
        : "";

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private static string? User => Environment.UserName == "root" ? "postgres" : null;

    /// <summary>Makes a cluster with one empty database and waits until it answers.</summary>
    /// <param name="folder">Is there, and takes the cluster; the disk to fill may be mounted there.</param>
    /// <param name="logFile">Takes what it says.</param>
    public static async Task<PostgresServer> StartAsync(string folder, string logFile)
    {
        if (Bin.Length == 0) throw new ChaosException("PostgreSQL is not installed (Debian package: postgresql-15)");
        if (User is not null)
            await ServerProcess.RunWellAsync(new ServerCommand("chown", "chown", [User, folder], logFile));
        string data = Path.Combine(folder, "data");
        await ServerProcess.RunWellAsync(
            new ServerCommand(
                "initdb", Path.Combine(Bin, "initdb"),
                ["-D", data, "-U", Superuser, "-A", "trust", "-E", "UTF8", "--locale=C"], logFile)
            { User = User });
        PostgresServer server = new(data, logFile);
        await server.StartAsync();
        await server.ExecuteAsync("postgres", $"CREATE DATABASE {Database}");
        return server;
    }

    /// <summary>What DATABASE_URL is, through this port.</summary>
    public static string UrlAt(int port) => string.Create(
        CultureInfo.InvariantCulture, $"postgres://{Superuser}@127.0.0.1:{port}/{Database}?sslmode=disable");

    /// <summary>Starts it, again after an end, and waits until it has recovered.</summary>
    public async Task StartAsync()
    {
        if (Process is not null) await Process.DisposeAsync();
        Process = null;
        string port = Port.ToString(CultureInfo.InvariantCulture);
        string[] settings =
        [
            "listen_addresses=127.0.0.1", "unix_socket_directories=" + Path.GetDirectoryName(_data), "fsync=on",
            "synchronous_commit=on", "full_page_writes=on", "max_connections=100", "max_wal_size=256MB",
        ];
        ServerCommand command = new(
            "PostgreSQL", Path.Combine(Bin, "postgres"),
            ["-D", _data, "-p", port, .. settings.SelectMany(setting => (string[])["-c", setting])], _logFile)
        {
            User = User,
            OnLine = line =>
            {
                if (line.Contains(FullWords, StringComparison.Ordinal)) Interlocked.Increment(ref _fullErrors);
            },
        };
        (Process, _) = await ServerProcess.StartAsync(command, ReadyWords, StartsWithin);
    }

    /// <summary>Opens a connection of the superuser, who is not bound by row security.</summary>
    public async Task<NpgsqlConnection> ConnectAsync(string database = Database)
    {
        NpgsqlConnection connection = new(string.Create(
            CultureInfo.InvariantCulture,
            $"Host=127.0.0.1;Port={Port};Database={database};Username={Superuser};Pooling=false"));
        await connection.OpenAsync();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        if (Process is not null) await Process.DisposeAsync();
    }

    private async Task ExecuteAsync(string database, string sql)
    {
        await using NpgsqlConnection connection = await ConnectAsync(database);
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
