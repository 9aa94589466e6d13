using System.Net.Http.Json;
using System.Text.Json;

namespace LumenLink.Tests.EndToEnd;

/// <summary>
/// What a newcomer sees: beacons discover, attest, report, and are visible; a foreign one is refused, with the reason.
/// </summary>
public sealed class FirstLightTests
{
    [Fact]
    public async Task AFleetAttestsReportsAndIsVisible()
    {
        await using UpRun run = UpRun.Start("--for", "60");
        await run.LineAsync("boards attested");
        using var client = new HttpClient { BaseAddress = run.Address };
        await run.LineAsync("records receipted");

        JsonElement[] live = await BeaconsAsync(client, "api/v1/gateways?limit=100");
        Assert.True(live.Length >= 10, run.Details());
        Assert.All(live, beacon =>
        {
            Assert.Equal("live", beacon.GetProperty("status").GetString());
            bool hasChip = beacon.GetProperty("name").GetString() != "no-chip";
            Assert.Equal(
                hasChip ? "emulated_chip" : "software", beacon.GetProperty("security_level").GetString());
            Assert.Equal(
                hasChip ? "emulated chip" : "key in flash: can be copied",
                beacon.GetProperty("security_level_label").GetString());
        });

        Assert.Contains(live, beacon => beacon.GetProperty("name").GetString() == "no-chip");
        JsonElement refused = Assert.Single(await BeaconsAsync(client, "api/v1/gateways?status=refused"));
        Assert.Equal("foreign-ca", refused.GetProperty("name").GetString());
        Assert.Contains(
            "CA", refused.GetProperty("refusal").GetProperty("detail").GetString()!, StringComparison.Ordinal);

        using JsonDocument report = await run.ReportAsync();
        ReplayTests.AssertEqualities(report, run);
        Assert.True(report.RootElement.GetProperty("attested").GetInt32() >= 10);
        Assert.Matches("^[0-9a-f]{64}$", report.RootElement.GetProperty("rows_sha256").GetString());
    }

    [Fact]
    public async Task CtrlCLosesNothing()
    {
        await using UpRun run = UpRun.Start("--speed", "5", "--beacons", "3");
        await run.LineAsync("boards attested");
        await run.LineAsync("records receipted");
        run.Interrupt();
        await run.LineAsync("stopping");
        using JsonDocument report = await run.ReportAsync();
        ReplayTests.AssertEqualities(report, run);
        Assert.False(File.Exists(Path.Combine(run.Folder, "service.pid")));
        Assert.False(File.Exists(Path.Combine(run.Folder, "fleet.pid")));
    }

    [Fact]
    public async Task ASecondRunInTheSameFolderGoesOn()
    {
        string folder = UpRun.NewFolder();
        int port = UpRun.FreePorts();
        string trace = Traces.Generate(folder);
        UpRun first = UpRun.StartAt(port, folder, "--trace", trace, "--speed", "40");
        (await first.ReportAsync()).Dispose();
        await using UpRun second = UpRun.StartAt(port, folder, "--trace", trace, "--speed", "40");
        using JsonDocument report = await second.ReportAsync();
        ReplayTests.AssertEqualities(report, second);
    }

    private static async Task<JsonElement[]> BeaconsAsync(HttpClient client, string path)
    {
        JsonElement page = await client.GetFromJsonAsync<JsonElement>(path);
        return [.. page.GetProperty("items").EnumerateArray()];
    }
}
