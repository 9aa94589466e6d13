using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Composition;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Broker;
using LumenLink.Tests.Rendezvous.Frames;
using LumenLink.Tests.Rendezvous.Support;
using Microsoft.Extensions.Logging;

namespace LumenLink.Tests.Rendezvous.Composition;

/// <summary>
/// Every path of the service with secrets that are known here; then every log line of every level, every answer,
/// problem, metric and error output is searched for each of them, however it is written.
/// </summary>
public sealed class MarkedSecretTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("lumen-test").FullName;
    private readonly MarkedSecrets secrets = new();
    private readonly LogCapture log = new();
    private readonly List<(string What, string Text)> told = [];
    private readonly string adminToken;
    private readonly string metricsToken;

    public MarkedSecretTests()
    {
        adminToken = secrets.Add("admin token", $"admin-{Guid.NewGuid():N}");
        metricsToken = secrets.Add("metrics token", $"metrics-{Guid.NewGuid():N}");
    }

    public void Dispose()
    {
        log.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task No_path_tells_a_secret()
    {
        await using (RunningService service = await StartAsync())
        {
            using SpanList spans = new(service);
            SecretBox box = new(secrets.Add("master key", service.MasterKey));
            secrets.Add("EID key", service.EidKey);
            AddPrivateKey("service key", service.Operator.Attestation.Pem);
            AddPrivateKey("configuration key", service.Operator.Configuration.Pem);
            AddPrivateKey("pack key", service.Operator.Packs.Pem);
            await EnrolFolderAsync(service, box);
            Exception?[] failures = [null, new IOException("gone"), new InvalidOperationException("a bug")];
            foreach (Exception? failure in failures)
            {
                await HealAsync(service);
                TestBeacon mqtt = await service.EnrolAsync("attic");
                TestBeacon http = await service.EnrolAsync("cellar");
                await OverMqttAsync(service, mqtt, failure);
                await HealAsync(service);
                await OverHttpAsync(service, http, failure);
                await HealAsync(service);
                await WithoutTokenAsync(service, await service.EnrolAsync("garage"), failure);
                service.Gate.Failure = failure;
                await AskAsync(service, mqtt);
            }

            await HealAsync(service);
            await AddStoredAsync(service, box);
            Assert.Contains(spans.All, span => span.OperationName == LumenTraces.Commit);
            Assert.Contains(spans.All, span => span.OperationName == LumenTraces.Post);
            told.AddRange(spans.All.Select(span => ("a span", SpanList.Text(span))));
        }

        await StartBadlyAsync();
        Assert.True(secrets.Count >= 20, $"only {secrets.Count} kinds of secrets");
        Assert.Contains(log.Lines, line => line.Text.Contains("Attestation of", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Level == LogLevel.Trace);
        Assert.Contains(log.Lines, line => line.Text.Contains("a bug", StringComparison.Ordinal));
        Assert.Empty(told.Concat(log.Lines.Select(line => ("a log line", line.Text)))
            .SelectMany(place => secrets.FindIn(place.Item2).Select(name => $"{name} in {place.Item1}")).Distinct());
    }

    [Fact]
    public void What_is_logged_on_purpose_is_found_however_it_is_written()
    {
        byte[] key = secrets.Add("key", RandomNumberGenerator.GetBytes(32));
        ILogger logger = log.LoggerOf<MarkedSecretTests>();
#pragma warning disable CA2254 // the text is what is tried
        foreach (int before in (int[])[0, 1, 2])
        {
            byte[] surrounded = [.. new byte[before], .. key, 7, 7];
            logger.LogTrace(Convert.ToBase64String(surrounded));
            logger.LogTrace("{Value}", System.Buffers.Text.Base64Url.EncodeToString(surrounded));
        }

        logger.LogDebug("{Key}", key);
        logger.LogError(new InvalidOperationException(Convert.ToHexStringLower(key)), "it failed");
        using (logger.BeginScope(Convert.ToHexString(key)))
            logger.LogCritical("nothing");
        logger.LogInformation(Encoding.Latin1.GetString(key));
        logger.LogInformation($"token={adminToken}");
#pragma warning restore CA2254
        Assert.Equal(11, log.Lines.Count);
        Assert.All(log.Lines, line => Assert.Single(secrets.FindIn(line.Text)));
        Assert.Empty(secrets.FindIn(Convert.ToBase64String(RandomNumberGenerator.GetBytes(64))));
    }

    private Task<RunningService> StartAsync() => RunningService.StartAsync(
        TimeProvider.System, // failed commits are tried again after a while
        replace: log.Install,
        settings: ports => new RendezvousSettings
        {
            HttpPort = ports.Http,
            MqttPort = ports.Mqtt,
            MetricsPort = ports.Metrics,
            AdminToken = adminToken,
            MetricsToken = metricsToken,
        });

    /// <summary>
    /// The store answers again, and the replica has looked who was revoked: after more than five seconds without it
    /// judges nobody until then.
    /// </summary>
    private static Task HealAsync(RunningService service)
    {
        service.Gate.Failure = null;
        return service.Get<Revocations>().LookAsync(default);
    }

    /// <summary>An enrolment that is good, and ones into which somebody wrote what does not belong there.</summary>
    private async Task EnrolFolderAsync(RunningService service, SecretBox box)
    {
        TestBeacon beacon = new("loft");
        string pem = PemEncoding.WriteString("CERTIFICATE", beacon.Enrolment(service.Operator).Certificate);
        string Document(string extra) => $$"""
            {"name":"loft","region":"a","public_key":"{{Convert.ToBase64String(beacon.PublicKey)}}",
            "certificate":{{System.Text.Json.JsonSerializer.Serialize(pem)}},"level":"emulated_chip",
            "hardware_model":65535{{extra}}}
            """;
        File.WriteAllText(Path.Combine(folder, "a.json"), Document(""));
        string stray = secrets.Add("key in an enrolment", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        File.WriteAllText(Path.Combine(folder, "b.json"), Document($",\"private_key\":\"{stray}\""));
        File.WriteAllText(Path.Combine(folder, "c.json"), $"{{\"level\":\"{stray}\"}}");
        File.WriteAllText(Path.Combine(folder, "d.json"), service.Operator.ServiceKeyPem);
        EnrolmentImporter importer =
            new(
                new Enroller(
                    service.Store, service.Store, box, service.Operator.Trust(ServiceEnvironment.Development),
                    service.Time),
                log.LoggerOf<EnrolmentImporter>());
        Assert.Equal(new EnrolmentCounts(1, 0, 3), await importer.ImportAsync(folder, default));
        RegisteredBeacon enrolled = (await service.Store.FindBeaconAsync(beacon.Id, default))!;
        secrets.Add("EID key made here", box.Open(GrantWriter.EidPurpose(beacon.Id), enrolled.EidKeyWrapped));
    }

    private async Task OverMqttAsync(RunningService service, TestBeacon beacon, Exception? failure)
    {
        int port = service.Get<EmbeddedBroker>().Port;
        string token = secrets.Add("token", beacon.Token());
        await using TestClient refused = new(beacon);
        await refused.TryConnectAsync(port, token[..^2] + "AA", MQTTnet.Formatter.MqttProtocolVersion.V500);
        await using TestClient client = await TestClient.ConnectAsync(port, beacon);
        await client.AttestAsync();
        AddSession(beacon);
        await client.AssertServedAsync(1);
        byte[] hello = beacon.Hello();
        await client.PublishAsync(hello);
        byte[] challenge = await client.NextAsync();
        service.Gate.Failure = failure;
        await client.PublishAsync(beacon.Hello());
        await client.PublishAsync([1, 2, 3]);
        await client.PublishAsync(beacon.Session!.Records(beacon.Boot, 1, TestRecords.Report(9, [1]))[..^1]);
        await client.PublishAsync(beacon.Evidence(hello, challenge));
        await using TestClient late = new(beacon);
        await late.TryConnectAsync(
            port, secrets.Add("late token", beacon.Token()), MQTTnet.Formatter.MqttProtocolVersion.V500);
    }

    private async Task OverHttpAsync(RunningService service, TestBeacon beacon, Exception? failure)
    {
        PostClient posts = new(service, beacon);
        await posts.AttestAsync();
        AddSession(beacon);
        await posts.AssertServedAsync(1);
        string session = secrets.Add("post session", posts.Session!);
        string token = secrets.Add("token of a post", beacon.Token());
        service.Gate.Failure = failure;
        byte[] records = beacon.Session!.Records(beacon.Boot, 1, TestRecords.Report(8, [1]));
        string[] authorizations = [posts.TokenOf(token), posts.TokenOf(token)[..^3], $"LumenLink {session}",
            $"LumenLink {session[1..]}", token, $"Basic {token}"];
        foreach (string authorization in authorizations)
        {
            byte[] first = authorization.EndsWith(session, StringComparison.Ordinal) ? records : [7];
            using ByteArrayContent body = new(PostClient.Body(first, beacon.Hello(), [9, 9], records[..^2]));
            body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            await SendAsync(service, HttpMethod.Post, "/api/v1/frames", authorization, body);
        }
    }

    private async Task WithoutTokenAsync(RunningService service, TestBeacon beacon, Exception? failure)
    {
        foreach (bool isFailing in (bool[])[false, true])
        {
            byte[] hello = beacon.Hello();
            using HttpResponseMessage response = await service.Http.SendAsync(Frame("attest/challenge", hello));
            byte[] evidence = beacon.Evidence(hello, await response.Content.ReadAsByteArrayAsync());
            service.Gate.Failure = isFailing ? failure : null;
            foreach (byte[] body in (byte[][])[evidence[..^1], [.. evidence[..^1], 0], evidence, evidence])
                await SendAsync(service, HttpMethod.Post, "/api/v1/attest", "", Frame("", body).Content);
            using HttpResponseMessage last = await service.Http.SendAsync(Frame("attest", evidence));
            told.Add(("attest", Encoding.Latin1.GetString(await last.Content.ReadAsByteArrayAsync())));
        }
    }

    private static HttpRequestMessage Frame(string call, byte[] frame)
    {
        HttpRequestMessage request = new(HttpMethod.Post, new Uri($"/api/v1/{call}", UriKind.Relative))
        {
            Content = new ByteArrayContent(frame),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return request;
    }

    private async Task AskAsync(RunningService service, TestBeacon beacon)
    {
        string admin = $"/api/v1/admin/beacons/{beacon.IdText}";
        string[] bearers =
            ["", $"Bearer {adminToken}", $"Bearer {adminToken}x", $"Bearer {metricsToken}", $"Basic {adminToken}"];
        string[] paths =
        [
            "/health", "/health/ready", "/metrics", "/openapi/v1.json", "/api/v1/gateways?status=all",
            $"/api/v1/beacons/{beacon.IdText}", "/api/v1/sightings", "/api/v1/presence", "/api/v1/alarms",
            "/", "/presence", $"/beacons/{beacon.IdText}", "/nothing", "/api/v1/beacons/x", "/api/v1/gateways?limit=x",
            $"{admin}/commands", $"{admin}/configuration", $"{admin}/diagnostics",
            "/api/v1/admin/audit/entries", "/api/v1/admin/audit/heads",
        ];
        foreach (string bearer in bearers)
        {
            foreach (string path in paths)
                await SendAsync(service, HttpMethod.Get, path, bearer, null);
            foreach (string body in (string[])["""{"command":"rescan"}""", $"{{\"command\":\"{adminToken}\"}}", "{"])
            {
                using StringContent content = new(body, Encoding.UTF8, "application/json");
                await SendAsync(service, HttpMethod.Post, $"{admin}/commands", bearer, content);
            }

            using StringContent settings =
                new("""{"settings":{"report_ms":"30000"}}""", Encoding.UTF8, "application/json");
            await SendAsync(service, HttpMethod.Put, $"{admin}/configuration", bearer, settings);
        }
    }

    private async Task SendAsync(
        RunningService service, HttpMethod method, string path, string authorization, HttpContent? content)
    {
        using HttpRequestMessage request = new(method, new Uri(path, UriKind.Relative)) { Content = content };
        if (authorization.Length > 0)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using HttpResponseMessage response = await service.Http.SendAsync(request);
        response.Headers.Remove("LumenLink-Session"); // the one answer whose purpose is to carry one
        string body = Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync());
        told.Add(($"{method} {path}", $"{response.Headers}{response.Content.Headers}{body}"));
    }

    private void AddSession(TestBeacon beacon)
    {
        secrets.Add("up key", beacon.Session!.Keys[..32]);
        secrets.Add("down key", beacon.Session.Keys[32..64]);
        secrets.Add("wrapping key", beacon.Session.Keys[64..]);
        foreach ((LumenLink.Protocol.SecretId id, byte[] plain) in beacon.Session.Secrets)
            secrets.Add($"secret {id} of the beacon", plain[^16..]);
    }

    /// <summary>Everything that the store has sealed.</summary>
    private async Task AddStoredAsync(RunningService service, SecretBox box)
    {
        await using var connection = service.Database.Connect();
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT purpose, number, wrapped FROM shared_keys";
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            string name = $"shared/{reader.GetString(0)}/{reader.GetInt64(1)}";
            byte[] key = box.Open(name, (byte[])reader.GetValue(2));
            secrets.Add(name, key.Length > 64 ? key[..32] : key); // an epoch's pair: private half first
        }
    }

    private void AddPrivateKey(string name, string pem)
    {
        using ECDsa key = ECDsa.Create();
        key.ImportFromPem(pem);
        secrets.Add(name, key.ExportParameters(true).D!);
    }

    /// <summary>Starts that fail: the process says why on its outputs.</summary>
    private async Task StartBadlyAsync()
    {
        string password = secrets.Add("database password", $"pw-{Guid.NewGuid():N}");
        string redis = secrets.Add("Redis password", $"rd-{Guid.NewGuid():N}");
        string master = Convert.ToBase64String(secrets.Add("other master key", RandomNumberGenerator.GetBytes(32)));
        string[] databases =
        [
            $"postgres://lumen:{password}@127.0.0.1:1/none", $"postgres://lumen:{password}@/", $"mysql://{password}",
            $"postgres://lumen:{password}@db/x?{password}={password}", $"Host=127.0.0.1;Port=1;Database=x;{password}",
            $"Host=127.0.0.1;Port=1;Database=x;Password={password};Timeout={password}", password,
        ];
        foreach (string environment in (string[])["development", "production", password])
        {
            foreach (string database in databases)
            {
                foreach (string[] command in (string[][])[["migrate"], ["enrol", folder], ["serve"], ["fly"]])
                {
                    await StartBadlyAsync(command, new Dictionary<string, string>
                    {
                        ["LUMENLINK_ENV"] = environment,
                        ["LUMENLINK_DATA"] = folder,
                        ["DATABASE_URL"] = database,
                        ["REDIS_URL"] = $"redis://u:{redis}@h:{redis}",
                        ["LUMENLINK_MASTER_KEY"] = command[0] == "fly" ? master[1..] : master,
                        ["LUMENLINK_ADMIN_TOKEN"] = $"{adminToken} {command[0]}",
                        ["LUMENLINK_METRICS_TOKEN"] = metricsToken,
                        ["LUMENLINK_SIGNING_KEY"] = master,
                        ["LUMENLINK_HTTP_PORT"] = password,
                        ["LUMENLINK_CORS_ORIGINS"] = $"https://u:{password}@x",
                        ["LUMENLINK_METRICS_ADDRESS"] = redis,
                        ["LUMENLINK_MQTT_CERTIFICATE"] = Path.Combine(folder, "d.json"),
                        ["LUMENLINK_MQTT_KEY"] = Path.Combine(folder, "d.json"),
                    });
                }
            }
        }
    }

    private async Task StartBadlyAsync(string[] command, Dictionary<string, string> variables)
    {
        StringWriter output = new();
        Assert.NotEqual(
            RendezvousProgram.Done, await RendezvousProgram.RunAsync(command, variables, output, output));
        told.Add((command[0], output.ToString()));
        // Only the database is wrong: the command begins, and fails with what the driver says.
        if (command[0] != "migrate" || !variables["DATABASE_URL"].Contains(":1/", StringComparison.Ordinal))
            return;
        Dictionary<string, string> sound = new()
        {
            ["LUMENLINK_DATA"] = folder,
            ["DATABASE_URL"] = variables["DATABASE_URL"],
            ["LUMENLINK_MASTER_KEY"] = variables["LUMENLINK_MASTER_KEY"],
        };
        StringWriter errors = new();
        Assert.Equal(RendezvousProgram.Failed, await RendezvousProgram.RunAsync(command, sound, errors, errors));
        told.Add(("migrate", errors.ToString()));
    }
}
