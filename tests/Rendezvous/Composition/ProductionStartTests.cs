using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Bench;
using LumenLink.Rendezvous.Composition;
using LumenLink.Tests.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;
using Npgsql;

namespace LumenLink.Tests.Rendezvous.Composition;

/// <summary>The process in production: what it reads of folder, environment and database reaches the guard.</summary>
public sealed class ProductionStartTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("lumen-test").FullName;
    private readonly StringWriter output = new();
    private readonly TestOperator op = new(DateTimeOffset.UtcNow);
    private readonly Dictionary<string, string> variables;

    public ProductionStartTests()
    {
        variables = new Dictionary<string, string>
        {
            ["LUMENLINK_ENV"] = "production",
            ["LUMENLINK_DATA"] = folder,
            ["REDIS_URL"] = "redis://redis",
            ["LUMENLINK_MASTER_KEY"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["LUMENLINK_AUDIENCE"] = "lumenlink.org",
            ["LUMENLINK_MQTT_CERTIFICATE"] = Path.Combine(folder, "mqtt.crt"),
            ["LUMENLINK_MQTT_KEY"] = Path.Combine(folder, "mqtt.key"),
        };
        WriteSoundFolder();
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [PostgresFact]
    public async Task A_sound_deployment_migrates_and_durability_that_is_off_stops_every_command()
    {
        await using PostgresCluster cluster = await PostgresCluster.StartAsync(isDurable: true);
        await cluster.ExecuteAsync("CREATE ROLE careless LOGIN SUPERUSER; "
            + "ALTER ROLE careless SET synchronous_commit = off; CREATE DATABASE guarded");
        variables["DATABASE_URL"] = cluster.UrlOf("guarded", "careless");
        foreach (string[] command in (string[][])[["migrate"], ["enrol", folder], ["serve"]])
        {
            string problem = Assert.Single(await RefusedAsync(command));
            Assert.Contains("synchronous_commit off", problem, StringComparison.Ordinal);
        }

        await using (NpgsqlConnection connection = new(
            $"{new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = cluster.Port }};Database=guarded;"
            + $"Username={PostgresCluster.Superuser};Pooling=false"))
        {
            await connection.OpenAsync();
            await using NpgsqlCommand count =
                new("SELECT count(*) FROM pg_namespace WHERE nspname = 'lumen'", connection);
            Assert.Equal(0L, await count.ExecuteScalarAsync()); // nothing ran before the guard
        }

        variables["DATABASE_URL"] = cluster.UrlOf("guarded", PostgresCluster.Superuser);
        (int code, string errors) = await RunAsync("migrate");
        Assert.Equal((RendezvousProgram.Done, ""), (code, errors));
    }

    [Fact]
    public async Task Whatever_is_wrong_with_files_and_database_is_named_with_the_rest()
    {
        File.Delete(KeyManifest.PathIn(Path.Combine(folder, "operator")));
        File.Delete(Path.Combine(folder, "operator", "root.pub"));
        File.WriteAllText(Path.Combine(folder, "mqtt.key"), "rubbish");
        string development = Path.Combine(folder, "operator", "device-cas", "development");
        Directory.CreateDirectory(development);
        File.WriteAllText(Path.Combine(development, "ca.crt"), op.DevelopmentCa.ExportCertificatePem());
        File.WriteAllText(
            Path.Combine(folder, "operator", "policy.json"),
            """{"version":1,"levels":{"production":["secure_element","software","emulated_chip"]}}""");
        variables["DATABASE_URL"] = "postgres://u:hunter2@127.0.0.1:1/none";
        variables["LUMENLINK_ATTESTATION"] = "off";
        variables.Remove("REDIS_URL");
        foreach (string[] command in (string[][])[["migrate"], ["enrol", folder], ["serve"]])
        {
            IReadOnlyList<string> problems = await RefusedAsync(command);
            string[] words =
            [
                "no key for attestation", "root.pub", "LUMENLINK_MQTT_KEY", "device-cas/development", "level software",
                "level emulated_chip", "does not say whether", "LUMENLINK_ATTESTATION ", "REDIS_URL",
            ];
            Assert.All(
                words,
                word => Assert.Single(problems, problem => problem.Contains(word, StringComparison.Ordinal)));
            Assert.Equal(words.Length, problems.Count);
            Assert.DoesNotContain(problems, problem => problem.Contains("hunter2", StringComparison.Ordinal));
        }
    }

    private async Task<IReadOnlyList<string>> RefusedAsync(params string[] command)
    {
        (int code, string errors) = await RunAsync(command);
        Assert.Equal(RendezvousProgram.Misconfigured, code);
        Assert.Equal("", output.ToString());
        Assert.False(File.Exists(Path.Combine(folder, "lumenlink.db")));
        return [.. errors.Split('\n').Where(line => line.StartsWith("  - ", StringComparison.Ordinal))];
    }

    private async Task<(int Code, string Errors)> RunAsync(params string[] command)
    {
        StringWriter errors = new();
        return (await RendezvousProgram.RunAsync(command, variables, output, errors), errors.ToString());
    }

    private void WriteSoundFolder()
    {
        string operatorFolder = Path.Combine(folder, "operator");
        string cas = Path.Combine(operatorFolder, "device-cas", "production");
        Directory.CreateDirectory(cas);
        File.WriteAllText(Path.Combine(cas, "ca.crt"), op.ProductionCa.ExportCertificatePem());
        File.WriteAllBytes(Path.Combine(cas, "ca.crl"), op.Crl(op.ProductionCa));
        op.WriteKeys(operatorFolder, op.Attestation);
        BrokerCertificate.Write(folder, "mqtt");
    }
}
