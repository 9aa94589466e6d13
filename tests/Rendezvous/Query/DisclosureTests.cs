using System.Net;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Query;

/// <summary>What no answer may carry.</summary>
public sealed class DisclosureTests : IAsyncLifetime
{
    private RunningService service = null!;

    public async Task InitializeAsync() => service = await RunningService.StartAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task No_answer_carries_a_secret_or_the_inside_of_the_service()
    {
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        using StreamReading stream = await StreamReading.ConnectAsync(service);
        await service.SendAsync(beacon, TestRecords.Report(1, [1, 2]), TestRecords.Status(2));
        await service.EnrolRefusedAsync("cellar");
        List<byte[]> secrets = [service.MasterKey, service.EidKey, service.EidKey[..16]];
        secrets.AddRange(beacon.Session!.Secrets.Select(secret => secret.Plain));
        secrets.AddRange(beacon.Session.Secrets.Select(secret => secret.Plain[2..]));
        secrets.AddRange(beacon.Session.Keys.Chunk(16));
        secrets.AddRange((await SealedAsync("SELECT keys_wrapped FROM sessions")).Concat(
            await SealedAsync("SELECT wrapped FROM shared_keys")));
        Assert.True(secrets.Count > 12);
        string[] forbidden =
        [
            .. secrets.SelectMany(Writings), service.Operator.ServiceKeyPem.Split('\n')[1], "PRIVATE KEY", "   at ",
            "Exception", "Sqlite", "SELECT ", service.Database.Settings.SqlitePath, "BEGIN CERTIFICATE",
        ];
        string answers = string.Join('\n', await stream.EventAsync(), await stream.EventAsync());
        string[] paths =
        [
            "/health", "/health/ready", "/metrics", "/openapi/v1.json", "/api/v1/gateways?status=all",
            $"/api/v1/beacons/{beacon.IdText}", "/api/v1/sightings", "/api/v1/presence", "/api/v1/alarms",
            "/", "/presence",
            $"/beacons/{beacon.IdText}", "/nothing", "/api/v1/beacons/x", "/api/v1/gateways?limit=x",
        ];
        Exception?[] failures = [null, new IOException("SELECT "), new InvalidOperationException("   at ")];
        foreach (Exception? failure in failures)
        {
            service.Gate.Failure = failure;
            foreach (string path in paths)
            {
                using HttpResponseMessage response = await service.Http.GetAsync(new Uri(path, UriKind.Relative));
                answers += $"\n{path}\n{response.Headers}\n{await response.Content.ReadAsStringAsync()}";
            }
        }

        service.Gate.Failure = null;
        Assert.Contains(beacon.IdText, answers, StringComparison.Ordinal);
        Assert.Contains("internal_error", answers, StringComparison.Ordinal);
        Assert.All(forbidden, text => Assert.DoesNotContain(text, answers, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_fault_of_the_service_is_500_without_its_cause()
    {
        service.Gate.Failure = new InvalidOperationException("the cause");
        await service.RefusedAsync("/api/v1/sightings", HttpStatusCode.InternalServerError, "internal_error");
    }

    private static IEnumerable<string> Writings(byte[] secret)
    {
        yield return Convert.ToHexString(secret);
        yield return Convert.ToHexStringLower(secret);
        yield return Convert.ToBase64String(secret)[..^3];
        yield return System.Buffers.Text.Base64Url.EncodeToString(secret)[..^3];
    }

    private async Task<List<byte[]>> SealedAsync(string sql)
    {
        await using System.Data.Common.DbConnection connection = service.Database.Connect();
        await connection.OpenAsync();
        await using System.Data.Common.DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await using System.Data.Common.DbDataReader reader = await command.ExecuteReaderAsync();
        List<byte[]> found = [];
        while (await reader.ReadAsync())
            found.Add((byte[])reader[0]);
        Assert.NotEmpty(found);
        return found;
    }
}
