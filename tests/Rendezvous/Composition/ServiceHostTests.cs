using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Composition;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Store.Migrations;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Broker;
using LumenLink.Tests.Rendezvous.Support;
using Microsoft.Data.Sqlite;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace LumenLink.Tests.Rendezvous.Composition;

/// <summary>The commands of the process on a folder, and the whole service over SQLite.</summary>
public sealed class ServiceHostTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("lumen-test").FullName;
    private readonly StringWriter output = new();
    private readonly StringWriter errors = new();
    private readonly TestOperator op = new(DateTimeOffset.UtcNow);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Migrate_enrol_and_serve_take_a_beacon_from_its_file_to_stored_sightings()
    {
        TestBeacon beacon = new("attic");
        WriteOperator();
        WriteEnrolment(beacon);
        Assert.Equal((RendezvousProgram.Done, ""), (await RunAsync("migrate"), errors.ToString()));
        Assert.Equal(RendezvousProgram.Done, await RunAsync("enrol", Path.Combine(folder, "enrolments")));
        Assert.Contains("1 enrolled, 0 already enrolled, 0 refused", output.ToString(), StringComparison.Ordinal);

        RendezvousSettings settings = new() { DataFolder = folder, HttpPort = 0, MqttPort = 0, MetricsPort = 0 };
        List<string> problems = [];
        TrustMaterial material = TrustMaterial.Load(settings, problems)!;
        Assert.Empty(problems);
        await using IRendezvousStore store =
            StoreFactory.Create(DatabaseSettings.ForSqlite(Path.Combine(folder, "lumenlink.db")));
        await using WebApplication app =
            ServiceHost.Build(settings, store, MasterKey.LoadBox(settings), material);
        await app.StartAsync();
        ReadinessReport readiness = await app.Services.GetRequiredService<IReadiness>().CheckAsync(default);
        Assert.Equal(
            new ReadinessReport(StoreHealth.Ok, BrokerHealth.Ok, true), readiness with { Audit = AuditHealth.Ok });

        int brokerPort = app.Services.GetRequiredService<EmbeddedBroker>().Port;
        await using (TestClient client = await TestClient.ConnectAsync(brokerPort, beacon))
        {
            await client.AttestAsync();
            await client.AssertServedAsync(1);
            await client.AssertServedAsync(2);
        }

        BeaconView view = Assert.Single(await store.ListBeaconsAsync(1, default));
        Assert.Equal((beacon.Id, AttestationOutcome.Accepted, 2L), (view.Id, view.LastOutcome, view.SightingCount));
        using HttpClient http = new();
        foreach (int port in ServiceHost.Ports(app))
        {
            string metrics = await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"));
            Assert.Contains("lumenlink_frames_total{outcome=\"Accepted\"} 2", metrics, StringComparison.Ordinal);
            Assert.Contains("lumenlink_sessions_cached 1", metrics, StringComparison.Ordinal);
        }

        await app.StopAsync();
    }

    [Fact]
    public async Task Rekey_says_what_it_did_and_whether_the_previous_key_may_go()
    {
        TestBeacon beacon = new("attic");
        WriteOperator();
        WriteEnrolment(beacon);
        await RunAsync("migrate");
        await RunAsync("enrol", Path.Combine(folder, "enrolments"));
        string old = Convert.ToBase64String(await File.ReadAllBytesAsync(Path.Combine(folder, "master.key")));
        Dictionary<string, string> variables =
            new() { ["LUMENLINK_MASTER_KEY"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) };
        Assert.Equal(RendezvousProgram.Failed, await RunAsync(variables, "rekey"));
        Assert.Contains("beacon_identity: 0 sealed anew, 1 do not open", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("give the key that is missing", output.ToString(), StringComparison.Ordinal);
        variables["LUMENLINK_MASTER_KEY_PREVIOUS"] = old;
        Assert.Equal(RendezvousProgram.Done, await RunAsync(variables, "rekey"));
        Assert.Contains("beacon_identity: 1 sealed anew, 0 do not open", output.ToString(), StringComparison.Ordinal);
        variables.Remove("LUMENLINK_MASTER_KEY_PREVIOUS");
        Assert.Equal(RendezvousProgram.Done, await RunAsync(variables, "rekey"));
        Assert.Equal("", errors.ToString());
    }

    [Fact]
    public async Task Everything_that_is_missing_is_named_at_once()
    {
        Assert.Equal(RendezvousProgram.Misconfigured, await RunAsync("serve"));
        string text = errors.ToString();
        Assert.Contains("operator/keys has no key for attestation", text, StringComparison.Ordinal);
        Assert.Contains("device-cas holds no CA", text, StringComparison.Ordinal);
        Assert.Equal(RendezvousProgram.Misconfigured, await RunAsync("enrol", Path.Combine(folder, "nowhere")));
    }

    [Fact]
    public async Task The_service_does_not_start_on_a_schema_that_was_not_migrated()
    {
        WriteOperator();
        Assert.Equal(RendezvousProgram.Misconfigured, await RunAsync("serve"));
        Assert.Contains("run the migrate command", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_goes_to_a_version_that_is_named_and_down_to_no_other()
    {
        long newest = SchemaVersion.Current;
        Assert.Equal(RendezvousProgram.Done, await RunAsync("migrate"));
        Assert.Equal(RendezvousProgram.Done, await RunAsync("migrate", "3"));
        Assert.EndsWith($"schema version {newest} -> 3\n", output.ToString(), StringComparison.Ordinal);
        foreach (string word in (string[])[$"{newest + 1}", "-1", "newest"])
            Assert.Equal(RendezvousProgram.Misconfigured, await RunAsync("migrate", word));
        Assert.Equal(RendezvousProgram.Done, await RunAsync("migrate"));
        Assert.EndsWith($"schema version 3 -> {newest}\n", output.ToString(), StringComparison.Ordinal);

        await using (SqliteConnection connection = new($"Data Source={Path.Combine(folder, "lumenlink.db")}"))
        {
            await connection.OpenAsync();
            await using SqliteCommand later = connection.CreateCommand();
            later.CommandText = "INSERT INTO schema_versions (version, description) VALUES (999, 'expands: later')";
            await later.ExecuteNonQueryAsync();
        }

        Assert.Equal(RendezvousProgram.Done, await RunAsync("migrate"));
        Assert.EndsWith("schema version 999 -> 999\n", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Production_refuses_development_CAs_and_a_broken_policy()
    {
        WriteOperator();
        File.WriteAllText(Path.Combine(folder, "operator", "policy.json"), """{"versoin":1}""");
        List<string> problems = [];
        RendezvousSettings settings = new() { DataFolder = folder, Environment = ServiceEnvironment.Production };
        Assert.Null(TrustMaterial.Load(settings, problems));
        Assert.Collection(
            problems,
            problem => Assert.Contains("device-cas/development", problem, StringComparison.Ordinal),
            problem => Assert.Contains("versoin", problem, StringComparison.Ordinal));
    }

    private Task<int> RunAsync(params string[] words) => RunAsync([], words);

    private Task<int> RunAsync(Dictionary<string, string> variables, params string[] words) =>
        RendezvousProgram.RunAsync(
            [.. words, "--data", folder, "--http-port", "0", "--mqtt-port", "0", "--metrics-port", "0"],
            variables, output, errors);

    private void WriteOperator()
    {
        string cas = Path.Combine(folder, "operator", "device-cas", "development");
        Directory.CreateDirectory(cas);
        File.WriteAllText(Path.Combine(cas, "ca.crt"), op.DevelopmentCa.ExportCertificatePem());
        op.WriteKeys(Path.Combine(folder, "operator"), op.Attestation);
    }

    private void WriteEnrolment(TestBeacon beacon)
    {
        Directory.CreateDirectory(Path.Combine(folder, "enrolments"));
        var document = new
        {
            name = beacon.Name,
            region = "loft",
            public_key = Convert.ToBase64String(beacon.PublicKey),
            certificate = PemEncoding.WriteString("CERTIFICATE", beacon.Enrolment(op).Certificate),
            level = "emulated_chip",
            hardware_model = 65535,
        };
        File.WriteAllText(
            Path.Combine(folder, "enrolments", "attic.json"), JsonSerializer.Serialize(document));
    }
}
