using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;
using Microsoft.Extensions.Logging;

namespace LumenLink.Tests.Rendezvous.Registry;

public sealed class EnrolmentImporterTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("lumen-test").FullName;
    private readonly MemoryStore store = new();
    private readonly ManualTime time = new();
    private readonly SecretBox box = new(new byte[32]);
    private readonly Lines lines = new();
    private readonly TestOperator op;

    public EnrolmentImporterTests() => op = new TestOperator(time.Now);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Good_files_are_enrolled_once_with_an_EID_secret_of_their_own()
    {
        TestBeacon[] beacons = [new("attic"), new("cellar")];
        foreach (TestBeacon beacon in beacons)
            Write(beacon.Name, Document(beacon));
        Assert.Equal(new EnrolmentCounts(2, 0, 0), await ImportAsync());
        Assert.Equal(new EnrolmentCounts(0, 2, 0), await ImportAsync());
        List<byte[]> secrets = [];
        foreach (TestBeacon beacon in beacons)
        {
            RegisteredBeacon registered = (await store.FindBeaconAsync(beacon.Id, default))!;
            Assert.Equal((1, beacon.Name, "loft", SecurityLevel.EmulatedChip, 65535),
                (registered.Enrolment.TenantId, registered.Enrolment.Name, registered.Enrolment.Region,
                    registered.Enrolment.Level, registered.Enrolment.HardwareModel));
            Assert.Equal(beacon.PublicKey, registered.Enrolment.PublicKey);
            byte[] secret = box.Open($"eid/{beacon.Id}", registered.EidKeyWrapped);
            Assert.Equal((21, TrustPolicy.EidExponent), (secret.Length, secret[16]));
            Assert.InRange(
                BinaryPrimitives.ReadUInt32LittleEndian(secret.AsSpan(17)), 0u, (uint)TrustPolicy.EidOffsetBound - 1);
            secrets.Add(secret);
        }

        Assert.NotEqual(secrets[0][..16], secrets[1][..16]);
    }

    [Theory]
    [InlineData("name", "\"\"", "name")]
    [InlineData("region", "\"0123456789012345678901234567890123\"", "region")]
    [InlineData("public_key", "\"AAAA\"", "public_key")]
    [InlineData("public_key", "\"other\"", "public_key")]
    [InlineData("certificate", "\"rubbish\"", "certificate")]
    [InlineData("level", "\"platinum\"", "level")]
    [InlineData("level", "2", "level")]
    [InlineData("hardware_model", "0", "hardware_model")]
    [InlineData("hardware_model", "70000", "hardware_model")]
    [InlineData("colour", "\"red\"", "colour")]
    public async Task A_wrong_file_is_named_with_the_reason_and_the_next_one_taken(
        string key, string value, string reason)
    {
        JsonObject document = Document(new TestBeacon("attic"));
        document[key] = JsonNode.Parse(value);
        Write("a-bad", document);
        Write("b-good", Document(new TestBeacon("cellar")));
        Assert.Equal(new EnrolmentCounts(1, 0, 1), await ImportAsync());
        string line = Assert.Single(lines.Written, text => text.Contains("a-bad.json", StringComparison.Ordinal));
        Assert.Contains(reason, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_for_another_key_and_a_file_that_is_no_JSON_are_refused()
    {
        JsonObject document = Document(new TestBeacon("attic"));
        document["certificate"] = Pem(new TestBeacon("other"));
        Write("a", document);
        File.WriteAllText(Path.Combine(folder, "b.json"), "{");
        File.WriteAllText(Path.Combine(folder, "c.txt"), "not looked at");
        Assert.Equal(new EnrolmentCounts(0, 0, 2), await ImportAsync());
        Assert.Contains(lines.Written, text => text.Contains("another key than public_key", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_an_attestation_would_refuse_is_refused_at_the_desk_already()
    {
        TestBeacon beacon = new("attic");
        JsonObject document = Document(beacon);
        document["certificate"] = PemEncoding.WriteString(
            "CERTIFICATE", beacon.Enrolment(op, op.ForeignCa).Certificate);
        Write("a", document);
        document["certificate"] = PemEncoding.WriteString("CERTIFICATE", beacon.ExpiredCertificate(op));
        Write("b", document);
        Assert.Equal(new EnrolmentCounts(0, 0, 2), await ImportAsync());
        Assert.Contains(lines.Written, text => text.Contains("a pinned device CA", StringComparison.Ordinal));
        Assert.Contains(lines.Written, text => text.Contains("out of its time", StringComparison.Ordinal));
        Assert.Null(await store.FindBeaconAsync(beacon.Id, default));
    }

    private Task<EnrolmentCounts> ImportAsync() =>
        new EnrolmentImporter(
            new Enroller(store, store, box, op.Trust(ServiceEnvironment.Development), time), lines)
            .ImportAsync(folder, default);

    private void Write(string name, JsonObject document) =>
        File.WriteAllText(Path.Combine(folder, name + ".json"), document.ToJsonString());

    private string Pem(TestBeacon beacon) =>
        PemEncoding.WriteString("CERTIFICATE", beacon.Enrolment(op).Certificate);

    private JsonObject Document(TestBeacon beacon) => new()
    {
        ["name"] = beacon.Name,
        ["region"] = "loft",
        ["public_key"] = Convert.ToBase64String(beacon.PublicKey),
        ["certificate"] = Pem(beacon),
        ["level"] = "emulated_chip",
        ["hardware_model"] = 65535,
    };

    private sealed class Lines : ILogger<EnrolmentImporter>
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Written.Add(formatter(state, exception));
    }
}
