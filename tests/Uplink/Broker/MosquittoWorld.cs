using System.Data.Common;
using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using LumenLink.Bench;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Store.Migrations;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;
using LumenLink.Tests.Uplink.Support;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace LumenLink.Tests.Uplink.Broker;

/// <summary>A replica of the service: a process over the world's folder.</summary>
internal sealed record Replica(string Name, WatchedProcess Process, HttpClient Http) : IAsyncDisposable
{
    /// <summary>Sum of a metric's values whose name and labels begin so.</summary>
    public async Task<double> MetricAsync(string begin) =>
        (await Http.GetStringAsync(new Uri("metrics", UriKind.Relative))).Split('\n')
            .Where(line => line.StartsWith(begin, StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Process.DisposeAsync();
    }
}

/// <summary>Mosquitto, replicas of the service as processes, one database, and an operator.</summary>
internal sealed class MosquittoWorld : IAsyncDisposable
{
    private const string AdminToken = "an-admin-token-of-tests-only";

    private readonly List<Replica> _replicas = [];
    private readonly byte[] _masterKey = RandomNumberGenerator.GetBytes(32);
    private PostgresCluster? _cluster;

    private MosquittoWorld(WayAuthority authority) => Authority = authority;

    private string? DatabaseUrl => _cluster?.UrlOf("postgres", PostgresCluster.Superuser);

    public static DateTimeOffset Now => DateTimeOffset.UtcNow;

    public string Folder { get; } = Directory.CreateTempSubdirectory("lumenlink-beside-").FullName;

    public WayAuthority Authority { get; }

    public TestOperator Operator { get; } = new(Now);

    public Mosquitto Mosquitto { get; private set; } = null!;

    public IRendezvousStore Store { get; private set; } = null!;

    /// <param name="hasDefaultQueues">As <see cref="Mosquitto.StartAsync"/>.</param>
    /// <param name="isPostgres">The database is a PostgreSQL of its own; else a SQLite file.</param>
    /// <param name="maxQueued">As <see cref="Mosquitto.StartAsync"/>.</param>
    public static async Task<MosquittoWorld> StartAsync(
        bool hasDefaultQueues = false, bool isPostgres = false, int? maxQueued = null)
    {
        MosquittoWorld world = new(new WayAuthority(Now));
        if (isPostgres)
            world._cluster = await PostgresCluster.StartAsync();
        world.Mosquitto = await Mosquitto.StartAsync(world.Authority, hasDefaultQueues, maxQueued);
        string operatorFolder = Path.Combine(world.Folder, "operator");
        string cas = Path.Combine(operatorFolder, "device-cas", "development");
        Directory.CreateDirectory(cas);
        await File.WriteAllTextAsync(
            Path.Combine(cas, "ca.crt"), world.Operator.DevelopmentCa.ExportCertificatePem());
        world.Operator.WriteKeys(operatorFolder, world.Operator.Attestation);
        DatabaseSettings database = DatabaseSettings.Parse(
            world.DatabaseUrl, Path.Combine(world.Folder, "lumenlink.db"));
        await StoreMigrator.MigrateAsync(database, null, default);
        world.Store = StoreFactory.Create(database);
        return world;
    }

    /// <summary>Starts a replica and waits until it serves; until it is at the broker if it is to get there.</summary>
    public async Task<Replica> ServeAsync(
        string name, bool connects = true, string kind = "mosquitto", string? caFile = null)
    {
        WatchedProcess process = WatchedProcess.Start(
            "dotnet",
            [
                ServiceProgram(), "serve", "--data", Folder, "--http-port", "0", "--metrics-port", "0",
                "--supervised", "1",
            ],
            new Dictionary<string, string>
            {
                ["LUMENLINK_MASTER_KEY"] = Convert.ToBase64String(_masterKey),
                ["LUMENLINK_ADMIN_TOKEN"] = AdminToken,
                ["LUMENLINK_BROKER_URL"] = Mosquitto.Url,
                ["LUMENLINK_BROKER_CA"] = caFile ?? Mosquitto.CaFile,
                ["LUMENLINK_BROKER_KIND"] = kind,
                ["LUMENLINK_REPLICA"] = name,
                ["DATABASE_URL"] = DatabaseUrl ?? "",
            });
        const string Ready = "ready ";
        string line = await process.LineAsync(Ready);
        HttpClient http = new() { BaseAddress = new Uri(line[(line.IndexOf(Ready, StringComparison.Ordinal) + 6)..]) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", AdminToken);
        Replica replica = new(name, process, http);
        _replicas.Add(replica);
        if (connects)
            await ConditionAsync(async () => await replica.MetricAsync("lumenlink_broker_connected") == 1, "connected");
        return replica;
    }

    /// <summary>A beacon made of .NET's cryptography, enrolled.</summary>
    public async Task<TestBeacon> EnrolAsync(string name = "attic")
    {
        TestBeacon beacon = new(name);
        byte[] wrapped = new SecretBox(_masterKey).Seal(
            GrantWriter.EidPurpose(beacon.Id), RandomNumberGenerator.GetBytes(21));
        Assert.Equal(
            EnrolOutcome.Enrolled, await Store.EnrolAsync(beacon.Enrolment(Operator), wrapped, "x", Now, default));
        return beacon;
    }

    /// <summary>A simulated board, enrolled.</summary>
    public Task EnrolAsync(UplinkBoard board) => board.EnrolAsync(Operator, _masterKey, Store, Now);

    /// <summary>What `lumen` does to revoke.</summary>
    public static async Task RevokeAsync(Replica replica, TestBeacon beacon)
    {
        using HttpResponseMessage response = await replica.Http.PostAsync(
            new Uri($"api/v1/admin/beacons/{beacon.IdText}/revocation", UriKind.Relative),
            JsonContent.Create(new { }));
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>What the replica says of a part of itself.</summary>
    public static async Task<string> ReadinessAsync(Replica replica, string part)
    {
        using HttpResponseMessage response =
            await replica.Http.GetAsync(new Uri("health/ready", UriKind.Relative));
        using JsonDocument body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return body.RootElement.GetProperty("parts").GetProperty(part).GetString()!;
    }

    /// <summary>A connection that keeps everybody else from writing until it is disposed.</summary>
    public async Task<SqliteConnection> HoldAsync()
    {
        SqliteConnection connection = await OpenAsync();
        await using SqliteCommand hold = connection.CreateCommand();
        hold.CommandText = "BEGIN IMMEDIATE";
        await hold.ExecuteNonQueryAsync();
        return connection;
    }

    public async Task<long> ScalarAsync(string sql)
    {
        await using DbConnection connection = DatabaseUrl is null ? await OpenAsync() : await OpenPostgresAsync();
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    /// <summary>Looks until something holds that only another process can tell.</summary>
    public static Task ConditionAsync(Func<Task<bool>> holds, string what) => ConditionAsync(holds, () => what, 60);

    /// <summary>The same with words made when it fails.</summary>
    public static async Task ConditionAsync(Func<Task<bool>> holds, Func<string> what, int withinSeconds)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(withinSeconds));
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(50));
        while (!await holds())
        {
            try
            {
                await look.WaitForNextTickAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"not within {withinSeconds} s: {what()}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Replica replica in _replicas)
            await replica.DisposeAsync();
        await Mosquitto.DisposeAsync();
        await Store.DisposeAsync();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        Authority.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>The service as built, in the configuration that these tests were built in.</summary>
    private static string ServiceProgram()
    {
        string configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
        return Path.GetFullPath(
            Path.Combine(
                AppContext.BaseDirectory, "..", "..", "LumenLink.Rendezvous", configuration,
                "LumenLink.Rendezvous.dll"));
    }

    private async Task<DbConnection> OpenPostgresAsync()
    {
        NpgsqlConnection connection = new(
            DatabaseSettings.Parse(DatabaseUrl, "").ForMigration(null) + ";Search Path=lumen");
        await connection.OpenAsync();
        return connection;
    }

    private async Task<SqliteConnection> OpenAsync()
    {
        SqliteConnection connection = new($"Data Source={Path.Combine(Folder, "lumenlink.db")};Pooling=False");
        await connection.OpenAsync();
        return connection;
    }
}
