using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
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
    private const string ReadyLine = "ready ";
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Retention = TimeSpan.FromDays(30);

    private readonly PostgresCluster? _cluster;
    private readonly string _folder = Directory.CreateTempSubdirectory("lumenlink-ingest-").FullName;
    private readonly List<LoadBeacon> _beacons = [];
    private readonly byte[] _masterKey = RandomNumberGenerator.GetBytes(MasterKey.Size);
    private Process? _service;

    private IngestScene(PostgresCluster? cluster) => _cluster = cluster;

    /// <summary>Beacons, enrolled.</summary>
    public IReadOnlyList<LoadBeacon> Beacons => _beacons;

    /// <summary>The service's broker.</summary>
    public LoadTarget Target { get; private set; } = null!;

    /// <summary>Processor seconds of the service so far.</summary>
    public double ServiceSeconds => ProcessTime.Of(_service!.Id);

    /// <summary>Process id of the service.</summary>
    public int ServicePid => _service!.Id;

    /// <summary>The service's HTTP.</summary>
    public Uri HttpAddress { get; private set; } = null!;

    /// <summary>The service's metrics.</summary>
    public Uri MetricsAddress { get; private set; } = null!;

    /// <summary>Processor seconds of all of PostgreSQL so far; SQLite is the service's.</summary>
    public double DatabaseSeconds => _cluster is null ? 0 : ProcessTime.OfServer(_cluster.Pid);

    /// <summary>Starts database and service and enrols beacons.</summary>
    /// <exception cref="BenchException">Something is not installed or does not start.</exception>
    public static async Task<IngestScene> StartAsync(int beacons, StoreEngine engine = StoreEngine.PostgreSql)
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
            await scene.StartServiceAsync();
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
        if (_service is { } service)
        {
            if (!service.HasExited)
                service.Kill(entireProcessTree: true);
            await service.WaitForExitAsync();
            service.Dispose();
        }

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

    private async Task StartServiceAsync()
    {
        int[] ports = FreePorts(3);
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            ArgumentList =
            {
                ServicePath(), "serve", "--data", _folder, "--http-port", Text(ports[0]), "--mqtt-port", Text(ports[1]),
                "--metrics-port", Text(ports[2]),
            },
            Environment =
            {
                ["DATABASE_URL"] = _cluster?.UrlOf(ServiceDatabase, Login) ?? "",
                ["LUMENLINK_MASTER_KEY"] = Convert.ToBase64String(_masterKey),
                ["Logging__LogLevel__Default"] = "Warning",
            },
        };
        HttpAddress = new Uri($"http://127.0.0.1:{ports[0]}/");
        MetricsAddress = new Uri($"http://127.0.0.1:{ports[2]}/metrics");
        Target = new LoadTarget("127.0.0.1", ports[1], false, new RendezvousSettings().Audience);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _service = Process.Start(start) ?? throw new BenchException("The service does not start.");
        _service.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
                ready.TrySetException(new BenchException("The service ended."));
            else if (line.Data.StartsWith(ReadyLine, StringComparison.Ordinal))
                ready.TrySetResult();
        };
        _service.BeginOutputReadLine();
        await ready.Task.WaitAsync(StartWithin);
    }

    private static string ServicePath()
    {
        // artifacts/bin/<this project>/<configuration>/ -> artifacts/bin/<project>/<configuration>/
        string own = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar);
        string path = Path.GetFullPath(Path.Combine(
            own, "..", "..", "LumenLink.Rendezvous", Path.GetFileName(own), "LumenLink.Rendezvous.dll"));
        return File.Exists(path) ? path : throw new BenchException("The service is not built: use tools/bench.sh.");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

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
