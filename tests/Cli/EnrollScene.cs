using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using CsvHelper;
using LumenLink.Cli.Authority;
using LumenLink.Cli.Enroll;
using LumenLink.Cli.Provisioning;
using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Composition;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Limits;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Store.Migrations;
using LumenLink.Rendezvous.Trust;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LumenLink.Tests.Cli;

/// <summary>A desk: a CA's folder, and a service that listens and has that CA pinned.</summary>
internal sealed class EnrollScene : IAsyncDisposable
{
    private readonly IRendezvousStore store;
    private readonly WebApplication app;

    private EnrollScene(AuthorityRun ca, RunFolder run, IRendezvousStore store, WebApplication app)
    {
        Ca = ca;
        Run = run;
        this.store = store;
        this.app = app;
    }

    public AuthorityRun Ca { get; }

    /// <summary>The service's folder, whose CA it trusts too.</summary>
    public RunFolder Run { get; }

    public string ServiceUrl => $"http://127.0.0.1:{ServiceHost.Ports(app).First()}";

    public string BrokerUrl => $"mqtt://127.0.0.1:{app.Services.GetRequiredService<EmbeddedBroker>().Port}";

    public IRendezvousStore Store => store;

    /// <summary>Calls that get through before the service is away; null: all do.</summary>
    public int? CallsLeft { get; set; }

    /// <summary>The CA's index as it lies there.</summary>
    public string IndexText => File.ReadAllText(Ca.In("ca.json"));

    public static async Task<EnrollScene> StartAsync()
    {
        AuthorityRun ca = new();
        ca.Run("init", "--development").IsDone();
        RunFolder run = new(ca.Aside("run"));
        OperatorPki.OpenOrCreate(run);
        File.Copy(ca.DeviceCaCertificate, Path.Combine(Path.GetDirectoryName(run.DeviceCaCertificate)!, "desk.crt"));
        RendezvousSettings settings = new() { DataFolder = run.Path, HttpPort = 0, MqttPort = 0, MetricsPort = 0 };
        List<string> problems = [];
        TrustMaterial material = TrustMaterial.Load(settings, problems) ?? throw new InvalidOperationException(
            string.Join(' ', problems));
        DatabaseSettings database = DatabaseSettings.ForSqlite(run.Database);
        await StoreMigrator.MigrateAsync(database, null, CancellationToken.None);
        IRendezvousStore store = StoreFactory.Create(database);
        WebApplication app = ServiceHost.Build(
            settings, store, new SecretBox(RandomNumberGenerator.GetBytes(32)), material,
            services =>
            {
                services.AddLogging(logging => logging.ClearProviders());
                services.AddSingleton(new LimitPolicy { PerMinute = 60_000, Burst = 1000 });
            });
        await app.StartAsync();
        return new EnrollScene(ca, run, store, app);
    }

    /// <summary>Public keys, hex.</summary>
    public static string[] NewKeys(int count) => [.. Enumerable.Range(0, count).Select(_ => AuthorityRun.NewKey())];

    public static BeaconId IdOf(string key) => BeaconId.FromBytes(SHA256.HashData(Convert.FromHexString(key)));

    /// <summary>What is enrolled for a key, hex.</summary>
    public async Task<BeaconEnrolment?> FindAsync(string key) =>
        (await store.FindBeaconAsync(IdOf(key), default))?.Enrolment;

    public async Task<int> CountAsync() => (await store.ListBeaconsAsync(1, default)).Count;

    /// <summary>Writes a file beside the CA's folder.</summary>
    public string Write(string name, params string[] lines)
    {
        string file = Ca.Aside(name);
        File.WriteAllText(file, string.Join("\r\n", lines) + "\r\n");
        return file;
    }

    public Task<AuthorityResult> RunAsync(params string[] arguments) => RunAsync(hasPassphrase: true, arguments);

    public async Task<AuthorityResult> RunAsync(bool hasPassphrase, string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        KeyOptions keys = new(
            () => Stream.Null, name => hasPassphrase ? Ca.Environment.GetValueOrDefault(name) : null, _ => null);
        var root = new RootCommand
        {
            EnrollCommands.Create(() => new Counted(this), Environment, keys, TimeProvider.System),
        };
        int status = await root.Parse(["enroll", .. arguments])
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        Assert.DoesNotContain(AuthorityRun.Passphrase, output.ToString() + error, StringComparison.Ordinal);
        return new AuthorityResult(status, output.ToString(), error.ToString());
    }

    /// <summary>Results of a batch: fields by column, a line each.</summary>
    public static IReadOnlyList<IDictionary<string, string>> Results(string file)
    {
        using CsvReader reader = new(new StreamReader(file), CultureInfo.InvariantCulture);
        return
        [
            .. reader.GetRecords<dynamic>().Select(record => ((IDictionary<string, object>)record)
                .ToDictionary(field => field.Key, field => (string)field.Value)),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        await store.DisposeAsync();
        Ca.Dispose();
    }

    private string? Environment(string name) => name == "LUMENLINK_URL"
        ? ServiceUrl
        : null;

    /// <summary>Lets so many calls through.</summary>
    private sealed class Counted(EnrollScene scene) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (scene.CallsLeft is { } left)
            {
                if (left == 0)
                    throw new HttpRequestException("nobody is there");
                scene.CallsLeft = left - 1;
            }

            return base.SendAsync(request, cancellationToken);
        }
    }
}
