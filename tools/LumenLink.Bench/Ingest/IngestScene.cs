using System.Data.Common;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using LumenLink.Load;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Store.Migrations;
using LumenLink.Rendezvous.Trust;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace LumenLink.Bench.Ingest;

/// <summary>
/// The real service as a process of its own, over a PostgreSQL that keeps what it acknowledges, and beside its database
/// others with the same schema and roles for what it is compared with; or over SQLite.
/// </summary>
internal sealed class IngestScene : IAsyncDisposable
{
    private const string ServiceDatabase = "service";
    private const string Login = "bench_service";
    private static readonly TimeSpan Retention = TimeSpan.FromDays(30);

    private readonly PostgresCluster? _cluster;
    private readonly string _folder = Directory.CreateTempSubdirectory("lumenlink-ingest-").FullName;
    private readonly List<LoadBeacon> _beacons = [];
    private readonly byte[] _masterKey = RandomNumberGenerator.GetBytes(MasterKey.Size);
    private readonly List<ServiceProcess> _services = [];
    private MosquittoProcess? _broker;

    private IngestScene(PostgresCluster? cluster) => _cluster = cluster;

    /// <summary>Beacons, enrolled.</summary>
    public IReadOnlyList<LoadBeacon> Beacons => _beacons;

    /// <summary>The service's broker.</summary>
    public LoadTarget Target { get; private set; } = null!;

    /// <summary>Processor seconds of the service so far, of all its replicas.</summary>
    public double ServiceSeconds => _services.Sum(service => ProcessTime.Of(service.Pid));

    /// <summary>Processor seconds of the broker beside it so far.</summary>
    public double BrokerSeconds => _broker is { } broker ? ProcessTime.Of(broker.Pid) : 0;

    /// <summary>Resident bytes of the broker beside it.</summary>
    public double BrokerBytes => _broker is { } broker ? ProcessTime.ResidentBytes(broker.Pid) : 0;

    /// <summary>The replicas.</summary>
    public IReadOnlyList<ServiceProcess> Services => _services;

    /// <summary>Process id of the service.</summary>
    public int ServicePid => _services[0].Pid;

    /// <summary>The service's HTTP.</summary>
    public Uri HttpAddress => _services[0].HttpAddress;

    /// <summary>The service's metrics.</summary>
    public Uri MetricsAddress => _services[0].MetricsAddress;

    /// <summary>Processor seconds of all of PostgreSQL so far; SQLite is the service's.</summary>
    public double DatabaseSeconds => _cluster is null ? 0 : ProcessTime.OfServer(_cluster.Pid);

    /// <summary>Starts database and service and enrols beacons.</summary>
    /// <param name="beacons">How many.</param>
    /// <param name="engine">Of the store.</param>
    /// <param name="replicas">How many replicas behind one Mosquitto; 0: one service with its own broker.</param>
    /// <exception cref="BenchException">Something is not installed or does not start.</exception>
    public static async Task<IngestScene> StartAsync(
        int beacons, StoreEngine engine = StoreEngine.PostgreSql, int replicas = 0)
    {
        bool isPostgres = engine == StoreEngine.PostgreSql;
        if (isPostgres && PostgresCluster.SkipReason is { } reason)
            throw new BenchException(reason);
        IngestScene scene = new(isPostgres ? await PostgresCluster.StartAsync(isDurable: true) : null);
        try
        {
            if (scene._cluster is { } cluster)
            {
                await cluster.ExecuteAsync($"CREATE ROLE {Login} LOGIN NOINHERIT");
                await scene.MakeDatabaseAsync(ServiceDatabase);
            }
            else
            {
                await StoreMigrator.MigrateAsync(scene.OwnSettings, null, CancellationToken.None);
            }

            await scene.EnrolAsync(beacons);
            if (replicas == 0)
            {
                scene.Target = await scene.ServeAsync(new Dictionary<string, string>());
                return scene;
            }

            scene._broker = await MosquittoProcess.StartAsync();
            scene.Target = scene._broker.Target;
            for (int i = 0; i < replicas; i++)
                await scene.ServeAsync(scene._broker.SettingsOf(i));
            return scene;
        }
        catch
        {
            await scene.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a database with the service's schema, roles and partitions.</summary>
    public async Task MakeDatabaseAsync(string name)
    {
        await Cluster.ExecuteAsync($"CREATE DATABASE {name}");
        DatabaseSettings owner = DatabaseSettings.Parse(Cluster.UrlOf(name, PostgresCluster.Superuser), "");
        await StoreMigrator.MigrateAsync(owner, null, CancellationToken.None);
        await Cluster.ExecuteAsync($"GRANT lumen_ingest, lumen_api TO {Login}");
        await using IRendezvousStore store = StoreFactory.Create(owner);
        await store.RetainAsync(DateTimeOffset.UtcNow, Retention, CancellationToken.None);
    }

    /// <summary>A connection to the service's database, as its owner.</summary>
    public Task<NpgsqlConnection> OpenOwnerAsync() =>
        OpenAsync(ServiceDatabase, PostgresCluster.Superuser, "SET search_path = lumen");

    /// <summary>A connection as the service has it when it stores: its login, in the pipeline's role.</summary>
    public Task<NpgsqlConnection> OpenIngestAsync(string database) =>
        OpenAsync(database, Login, "SET ROLE lumen_ingest; SET search_path = lumen");

    /// <summary>A connection to another database, as the superuser.</summary>
    public Task<NpgsqlConnection> OpenSuperuserAsync(string database) =>
        OpenAsync(database, PostgresCluster.Superuser, "SET search_path = lumen");

    /// <summary>A connection to the service's store, whichever engine it has, past its rules.</summary>
    public async Task<DbConnection> OpenStoreAsync()
    {
        if (_cluster is not null)
            return await OpenOwnerAsync();
        SqliteConnection connection = new(OwnSettings.ForMigration(role: null));
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Writes all that is dirty, so that what comes next does not pay for it.</summary>
    public Task CheckpointAsync() => _cluster?.ExecuteAsync("CHECKPOINT") ?? Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (ServiceProcess service in _services)
            await service.DisposeAsync();
        if (_broker is { } broker)
            await broker.DisposeAsync();
        _beacons.ForEach(beacon => beacon.Dispose());
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private PostgresCluster Cluster =>
        _cluster ?? throw new InvalidOperationException("the scene has no PostgreSQL");

    /// <summary>The service's store, with all rights.</summary>
    private DatabaseSettings OwnSettings => DatabaseSettings.Parse(
        _cluster?.UrlOf(ServiceDatabase, PostgresCluster.Superuser), Path.Combine(_folder, "lumenlink.db"));

    private async Task<NpgsqlConnection> OpenAsync(string database, string login, string first)
    {
        DatabaseSettings settings = DatabaseSettings.Parse(Cluster.UrlOf(database, login), "");
        NpgsqlConnection connection = new(settings.ForService() + ";Pooling=false");
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(first, connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private async Task EnrolAsync(int beacons)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using var op = new BenchOperator(now);
        op.WriteTo(Path.Combine(_folder, "operator"));
        var box = new SecretBox(_masterKey);
        await using IRendezvousStore store = StoreFactory.Create(OwnSettings);
        for (int i = 0; i < beacons; i++)
        {
            _beacons.Add(new LoadBeacon($"bench-{i}"));
            await op.EnrolAsync(store, box, _beacons[i], now);
        }
    }

    private async Task<LoadTarget> ServeAsync(IReadOnlyDictionary<string, string> beside)
    {
        Dictionary<string, string> settings = new(beside)
        {
            ["DATABASE_URL"] = _cluster?.UrlOf(ServiceDatabase, Login) ?? "",
            ["LUMENLINK_MASTER_KEY"] = Convert.ToBase64String(_masterKey),
        };
        _services.Add(await ServiceProcess.StartAsync(_folder, settings));
        return new LoadTarget("127.0.0.1", _services[^1].MqttPort, false, new RendezvousSettings().Audience);
    }

    /// <summary>TCP ports of this machine that nobody listens on.</summary>
    internal static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners)
            listener.Start();
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (TcpListener listener in listeners)
            listener.Dispose();
        return ports;
    }
}
