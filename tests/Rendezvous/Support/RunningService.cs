using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Composition;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Limits;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LumenLink.Tests.Rendezvous.Support;

/// <summary>Ports that a service is to listen on; 0 is a free one.</summary>
internal readonly record struct RunningPorts(int Http, int Mqtt, int Metrics);

/// <summary>
/// The whole service over SQLite (or another), listening on loopback; rows come in the way that beacons send them.
/// </summary>
internal sealed class RunningService : IAsyncDisposable
{
    private readonly TestDatabase database;
    private readonly IRendezvousStore inner;
    private SecretBox box;
    private readonly ServiceEnvironment environment;
    private readonly Action<IServiceCollection>? replace;
    private readonly Func<TrustMaterial, TrustMaterial> trust;
    private readonly string? adminToken;
    private readonly bool hasConfigurationKey;
    private readonly Func<RunningPorts, RendezvousSettings>? settings;
    private readonly bool isReplica;
    private WebApplication app;

    private RunningService(
        TestDatabase database, TimeProvider time, ServiceEnvironment environment,
        Action<IServiceCollection>? replace, string? adminToken, bool hasConfigurationKey,
        Func<TrustMaterial, TrustMaterial>? trust, Func<RunningPorts, RendezvousSettings>? settings,
        RunningService? first = null)
    {
        this.settings = settings;
        this.adminToken = adminToken;
        this.hasConfigurationKey = hasConfigurationKey;
        this.database = database;
        Time = time;
        isReplica = first is not null;
        inner = StoreFactory.Create(database.Settings);
        (Store, Gate) = StoreGate.Around(inner);
        Operator = first?.Operator ?? new TestOperator(time.GetUtcNow());
        MasterKey = first?.MasterKey ?? RandomNumberGenerator.GetBytes(32);
        box = new SecretBox(MasterKey);
        this.environment = environment;
        this.replace = replace;
        this.trust = trust ?? (material => material);
        app = Build(0, 0, 0);
    }

    public byte[] MasterKey { get; private set; }

    /// <summary>Key, exponent and offset, of every beacon the same.</summary>
    public byte[] EidKey { get; } =
        [.. RandomNumberGenerator.GetBytes(16), TrustPolicy.EidExponent, .. RandomNumberGenerator.GetBytes(4)];

    public TimeProvider Time { get; }

    public DateTimeOffset Now => Time.GetUtcNow();

    public TestOperator Operator { get; }

    public IRendezvousStore Store { get; }

    public StoreGate Gate { get; }

    public TestDatabase Database => database;

    public HttpClient Http { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    public Uri MetricsAddress { get; private set; } = null!;

    /// <summary>A service that listens; <paramref name="trust"/> changes what it trusts.</summary>
    public static async Task<RunningService> StartAsync(
        TimeProvider? time = null, ServiceEnvironment environment = ServiceEnvironment.Development,
        bool isMigrated = true, Action<IServiceCollection>? replace = null, string? adminToken = null,
        bool hasConfigurationKey = true, Func<TrustMaterial, TrustMaterial>? trust = null,
        Func<RunningPorts, RendezvousSettings>? settings = null, TestDatabase? over = null)
    {
        TestDatabase database = over ?? await SqliteDatabase.CreateAsync(isMigrated);
        RunningService service = new(
            database, time ?? new ManualTime(), environment, replace, adminToken, hasConfigurationKey, trust,
            settings);
        await service.BeginAsync();
        return service;
    }

    /// <summary>A second replica over the database of this one.</summary>
    public async Task<RunningService> StartReplicaAsync()
    {
        RunningService replica = new(
            database, Time, environment, replace, adminToken, hasConfigurationKey, trust, settings, this);
        await replica.BeginAsync();
        return replica;
    }

    public T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    public void Advance(TimeSpan by) => ((ManualTime)Time).Advance(by);

    /// <summary>A beacon that is enrolled; <paramref name="alter"/> changes what the operator states.</summary>
    public async Task<TestBeacon> EnrolAsync(string name, Func<BeaconEnrolment, BeaconEnrolment>? alter = null)
    {
        TestBeacon beacon = new(name);
        BeaconEnrolment enrolment = beacon.Enrolment(Operator);
        byte[] wrapped = box.Seal(GrantWriter.EidPurpose(beacon.Id), EidKey);
        Assert.Equal(
            EnrolOutcome.Enrolled,
            await Store.EnrolAsync(alter?.Invoke(enrolment) ?? enrolment, wrapped, "x", Now, default));
        return beacon;
    }

    /// <summary>Puts an enrolment into the store that no desk would take.</summary>
    public Task EnrolPastTheDeskAsync(TestBeacon beacon, BeaconEnrolment enrolment) =>
        Store.EnrolAsync(enrolment, box.Seal(GrantWriter.EidPurpose(beacon.Id), EidKey), "x", Now, default);

    /// <summary>A beacon that is enrolled and holds a session.</summary>
    public async Task<TestBeacon> EnrolLiveAsync(string name, Func<BeaconEnrolment, BeaconEnrolment>? alter = null)
    {
        TestBeacon beacon = await EnrolAsync(name, alter);
        Assert.Equal(IngestOutcome.Attested, await AttestAsync(beacon));
        return beacon;
    }

    /// <summary>A beacon whose certificate is of somebody else, after it was refused.</summary>
    public async Task<TestBeacon> EnrolRefusedAsync(string name)
    {
        TestBeacon beacon = new(name);
        byte[] wrapped = box.Seal(GrantWriter.EidPurpose(beacon.Id), EidKey);
        await Store.EnrolAsync(beacon.Enrolment(Operator, Operator.ForeignCa), wrapped, "x", Now, default);
        Assert.Equal(IngestOutcome.AttestationRefused, await AttestAsync(beacon));
        return beacon;
    }

    /// <summary>The whole exchange.</summary>
    public async Task<IngestOutcome> AttestAsync(TestBeacon beacon, Action<EvidenceFrame>? alter = null)
    {
        byte[] hello = beacon.Hello();
        FrameAnswer challenge = await HandleAsync(beacon, hello);
        Assert.Equal(IngestOutcome.Challenged, challenge.Outcome);
        FrameAnswer result = await HandleAsync(beacon, beacon.Evidence(hello, challenge.Reply.ToArray(), alter));
        Assert.Equal(result.Outcome == IngestOutcome.Attested, beacon.Accept(result.Reply.ToArray()));
        return result.Outcome;
    }

    /// <summary>Sends records; they are stored when this returns.</summary>
    public async Task SendAsync(TestBeacon beacon, params byte[][] records) => Assert.Equal(
        IngestOutcome.Accepted, (await HandleAsync(beacon, beacon.Session!.Records(beacon.Boot, 1, records))).Outcome);

    public Task<FrameAnswer> HandleAsync(TestBeacon beacon, byte[] frame) =>
        Get<IFrameHandler>().HandleAsync(beacon.Id, frame, FrameDoor.Mqtt, default);

    /// <summary>The answer to a call that goes well.</summary>
    public async Task<JsonElement> ReadAsync(string path)
    {
        using HttpResponseMessage response = await Http.GetAsync(new Uri(path, UriKind.Relative));
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path}: {(int)response.StatusCode} {body}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return JsonDocument.Parse(body).RootElement;
    }

    /// <summary>The problem that a call is answered with.</summary>
    public async Task<JsonElement> RefusedAsync(string path, HttpStatusCode status, string code)
    {
        using HttpResponseMessage response = await Http.GetAsync(new Uri(path, UriKind.Relative));
        return await ProblemAsync(response, status, code);
    }

    /// <summary>Checks that an answer is a problem and reads it.</summary>
    public static async Task<JsonElement> ProblemAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        string body = await response.Content.ReadAsStringAsync();
        string about = $"{response.RequestMessage?.RequestUri}: {(int)response.StatusCode} {body}";
        Assert.True(response.StatusCode == status, about);
        Assert.True(response.Content.Headers.ContentType?.MediaType == "application/problem+json", about);
        JsonElement problem = JsonDocument.Parse(body).RootElement;
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal($"urn:lumenlink:problem:{code}", problem.GetProperty("type").GetString());
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.NotEqual("", problem.GetProperty("title").GetString());
        Assert.EndsWith(".", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        return problem;
    }

    /// <summary>A new API key; the text that its owner sends.</summary>
    public async Task<(string Text, string Id)> AddKeyAsync(ApiRole role, int tenant = 1, string name = "ci")
    {
        string text = ApiKeyText.Create(out string id, out byte[] hash);
        ApiKeyView key = new(id, tenant, name, role, "x", Now, Now.AddDays(30));
        Assert.True(await Store.AddApiKeyAsync(key, hash, default));
        return (text, id);
    }

    /// <summary>What a call with an API key is answered.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        string? key, HttpMethod method, string path, HttpContent? content = null)
    {
        using HttpRequestMessage request = new(method, path) { Content = content };
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return await Http.SendAsync(request);
    }

    /// <summary>Stops as the process does, and waits for it.</summary>
    public Task StopAsync() => app.StopAsync();

    /// <summary>
    /// Starts again as a new process does, after a stop: on the same ports, with nothing but what the store has.
    /// </summary>
    public async Task StartAgainAsync()
    {
        int mqttPort = Get<EmbeddedBroker>().Port;
        await app.DisposeAsync();
        app = Build(Http.BaseAddress!.Port, mqttPort, MetricsAddress.Port);
        await app.StartAsync();
    }

    /// <summary>What a new start takes: this key seals, the one before opens if it stays.</summary>
    public void ChangeMasterKey(byte[] key, bool keepsPrevious)
    {
        box = new SecretBox(key, keepsPrevious ? MasterKey : null);
        MasterKey = key;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        await inner.DisposeAsync();
        if (!isReplica)
            await database.DisposeAsync();
    }

    private async Task BeginAsync()
    {
        await app.StartAsync();
        int[] ports = [.. ServiceHost.Ports(app)];
        Http.BaseAddress = new Uri($"http://127.0.0.1:{ports[0]}/");
        MetricsAddress = new Uri($"http://127.0.0.1:{ports[1]}/");
    }

    private WebApplication Build(int httpPort, int mqttPort, int metricsPort) => ServiceHost.Build(
        settings?.Invoke(new RunningPorts(httpPort, mqttPort, metricsPort)) ?? new RendezvousSettings
        {
            HttpPort = httpPort,
            MqttPort = mqttPort,
            MetricsPort = metricsPort,
            Environment = environment,
            AdminToken = adminToken,
            PublicUrls = ["https://lumen.example", "mqtts://lumen.example:8883"],
        },
        Store, box,
        trust(new TrustMaterial(
            hasConfigurationKey ? Operator.Rings : Operator.Rings with { Configuration = null },
            Operator.DeviceCaFolder, ReferencePolicy.Default, 0, ServiceEnvironment.Development)),
        services =>
        {
            services.AddLogging(logging => logging.ClearProviders());
            services.AddSingleton(Time);
            services.AddSingleton(new LimitPolicy { PerMinute = 60_000_000, Burst = 1_000_000 }); // no test of it
            replace?.Invoke(services);
        });
}
