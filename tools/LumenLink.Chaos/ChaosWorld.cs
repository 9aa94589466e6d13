using System.Globalization;
using System.Security.Cryptography;
using LumenLink.Chaos.Books;
using LumenLink.Chaos.Net;
using LumenLink.Chaos.Servers;
using LumenLink.Cli.Provisioning;
using LumenLink.Cli.Up;
using Npgsql;

namespace LumenLink.Chaos;

/// <summary>
/// A whole system of its own: PostgreSQL, Redis, Mosquitto, replicas of the service, beacons with the real firmware,
/// and proxies between them. Everything in it can be started, stopped, killed and frozen by itself.
/// </summary>
internal sealed class ChaosWorld : IAsyncDisposable
{
    private const string Audience = "lumenlink-dev";
    private const int ReportMs = 10_000;
    private const long DiskBytes = 2L << 30;
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly RunFolder _folder;
    private readonly Action<string> _say;
    private readonly List<ServiceReplica> _replicas = [];
    private readonly List<IAsyncDisposable> _parts = [];
    private IReadOnlyList<string> _boards = [];
    private ServiceSettings _settings = null!;

    private ChaosWorld(string path, Action<string> say)
    {
        _folder = new RunFolder(path);
        _say = say;
    }

    /// <summary>PostgreSQL.</summary>
    public PostgresServer Database { get; private set; } = null!;

    /// <summary>The disk that PostgreSQL's data are on; null where mounting is not allowed.</summary>
    public SmallDisk? Disk { get; private set; }

    /// <summary>Redis.</summary>
    public RedisProcess Redis { get; private set; } = null!;

    /// <summary>Mosquitto.</summary>
    public MosquittoServer Broker { get; private set; } = null!;

    /// <summary>Between beacons and broker.</summary>
    public TcpProxy BeaconsWay { get; private set; } = null!;

    /// <summary>Between replicas and broker.</summary>
    public TcpProxy ReplicasWay { get; private set; } = null!;

    /// <summary>Between replicas and PostgreSQL.</summary>
    public TcpProxy DatabaseWay { get; private set; } = null!;

    /// <summary>Replicas that were started.</summary>
    public IReadOnlyList<ServiceReplica> Replicas => _replicas;

    /// <summary>The beacons.</summary>
    public FleetProcess Fleet { get; private set; } = null!;

    /// <summary>Logs of all processes.</summary>
    public string LogFolder => Path.Combine(_folder.Path, "logs");

    /// <summary>Starts the servers, makes boards and schema; no replica and no beacon yet.</summary>
    /// <param name="path">An empty folder of its own.</param>
    /// <param name="options">Beacons and their speed, and whether it may mount.</param>
    /// <param name="service">The build that migrates and enrols.</param>
    /// <param name="say">Takes what is said to people.</param>
    public static async Task<ChaosWorld> StartAsync(
        string path, ChaosOptions options, string service, Action<string> say)
    {
        ChaosWorld world = new(path, say);
        try
        {
            await world.StartServersAsync(options.OwnsMounts);
            await world.PrepareAsync(options, service);
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts one more replica.</summary>
    /// <param name="program">LumenLink.Rendezvous.dll of its build.</param>
    public async Task<ServiceReplica> AddReplicaAsync(string program)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"replica-{_replicas.Count}");
        ServiceReplica replica = await ServiceReplica.StartAsync(_settings, name, program);
        _replicas.Add(replica);
        return replica;
    }

    /// <summary>Runs a command of the service, such as migrate, past the proxies' faults.</summary>
    public Task RunServiceAsync(string program, params string[] arguments) =>
        ServiceReplica.RunAsync(_settings, program, arguments);

    /// <summary>What became of the records; PostgreSQL must run, and the fleet have ended.</summary>
    public async Task<BooksCheck> CheckAsync()
    {
        await using NpgsqlConnection connection = await Database.ConnectAsync();
        return BooksCheck.Compare(BeaconSide.Read(_folder, _boards), await StoredSide.ReadAsync(connection));
    }

    /// <summary>Records in the database.</summary>
    public async Task<long> CountRecordsAsync()
    {
        await using NpgsqlConnection connection = await Database.ConnectAsync();
        await using NpgsqlCommand command = new("SELECT count(*) FROM lumen.frames", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>What ended though nobody had it end.</summary>
    public IEnumerable<string> DiedByThemselves()
    {
        IEnumerable<(string Name, ServerProcess? Process)> all =
        [
            ("PostgreSQL", Database.Process), ("Redis", Redis.Process), ("Mosquitto", Broker.Process),
            ("the fleet", Fleet.Process), .. _replicas.Select(replica => (replica.Name, replica.Process)),
        ];
        return all.Where(one => one.Process?.DiedByItself == true).Select(one => one.Name);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable part in _replicas.Concat(Enumerable.Reverse(_parts))) await part.DisposeAsync();
        if (Disk is not null) await Disk.UnmountAsync();
    }

    private async Task StartServersAsync(bool ownsMounts)
    {
        File.SetUnixFileMode(_folder.Path, ForAll); // other users run the servers; secrets have modes of their own
        Directory.CreateDirectory(LogFolder);
        string database = MakeFolder("database");
        if (ownsMounts)
        {
            SmallDisk disk = new(database, DiskBytes, Log("mount"));
            Disk = await disk.TryMountAsync() ? disk : null;
        }

        _say("starting PostgreSQL, Redis and Mosquitto");
        Database = Add(await PostgresServer.StartAsync(database, Log("postgresql")));
        Redis = Add(await RedisProcess.StartAsync(MakeFolder("redis"), Log("redis")));
        Broker = Add(await MosquittoServer.StartAsync(MakeFolder("broker"), MosquittoSource(), Log("mosquitto")));
        BeaconsWay = Add(new TcpProxy(Broker.BeaconPort));
        ReplicasWay = Add(new TcpProxy(Broker.ServicePort));
        DatabaseWay = Add(new TcpProxy(Database.Port));
    }

    private async Task PrepareAsync(ChaosOptions options, string service)
    {
        _settings = new ServiceSettings(
            _folder.Path,
            new Dictionary<string, string>
            {
                ["DATABASE_URL"] = PostgresServer.UrlAt(DatabaseWay.Port),
                ["REDIS_URL"] = Redis.Url,
                ["LUMENLINK_BROKER_URL"] = MosquittoServer.UrlAt(ReplicasWay.Port),
                ["LUMENLINK_BROKER_CA"] = Broker.CaFile,
                ["LUMENLINK_BROKER_KIND"] = "mosquitto",
                ["LUMENLINK_MASTER_KEY"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
                ["LUMENLINK_ADMIN_TOKEN"] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)),
            },
            LogFolder);
        _boards = [.. Enumerable.Range(1, options.Beacons)
            .Select(number => "beacon-" + number.ToString("D4", CultureInfo.InvariantCulture))];
        _say($"making {_boards.Count} beacons");
        BoardSettings settings = new(
            FormattableString.Invariant($"mqtts://localhost:{BeaconsWay.Port}"), Audience, RawAddresses: true,
            ReportMs, ScansWifi: true);
        new BoardFactory(_folder, OperatorPki.OpenOrCreate(_folder), settings)
            .Make([.. _boards.Select(board => new BoardPlan(board))]);
        await RunServiceAsync(service, "migrate");
        await RunServiceAsync(service, "enrol", _folder.Enrolments);
        Fleet = Add(new FleetProcess(
            _folder, ProgramPaths.Find().Fleet, _boards, options.Speed, Broker.CaFile, Log("fleet"), _say));
    }

    private T Add<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }

    private string Log(string name) => Path.Combine(LogFolder, name + ".log");

    private string MakeFolder(string name)
    {
        string folder = Path.Combine(_folder.Path, name);
        Directory.CreateDirectory(folder);
        File.SetUnixFileMode(folder, ForAll);
        return folder;
    }

    private static string MosquittoSource()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LumenLink.sln")))
            folder = folder.Parent;
        return Path.Combine(
            folder?.FullName ?? throw new ChaosException("the repository is not above this program"),
            "cloud", "mosquitto");
    }
}
