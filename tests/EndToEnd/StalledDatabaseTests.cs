using System.Text.Json;
using System.Text.RegularExpressions;
using LumenLink.Bench;
using Npgsql;

namespace LumenLink.Tests.EndToEnd;

/// <summary>
/// A database that stands still for as long as several lines of progress take, under beacons that run the firmware: the
/// short form of <c>tools/bench.sh stall</c>.
/// </summary>
public sealed partial class StalledDatabaseTests
{
    private const int Beacons = 8;
    private const int LinesOfStall = 4;

    [PostgresFact]
    public async Task AStalledDatabaseCostsNoConnectionAndNoRecord()
    {
        await using PostgresCluster cluster = await PostgresCluster.StartAsync();
        await cluster.ExecuteAsync("CREATE DATABASE lumenlink");
        Dictionary<string, string> environment = new()
        {
            ["DATABASE_URL"] = cluster.UrlOf("lumenlink", PostgresCluster.Superuser),
        };
        await using UpRun run = UpRun.StartAt(
            UpRun.FreePorts(), UpRun.NewFolder(), environment, "--beacons", $"{Beacons}", "--privacy", "raw");
        await run.LineAsync("boards attested");
        await run.LineAsync("records receipted");
        using HttpClient http = new();
        double connects = await ConnectsAsync(http, run);

        await cluster.FreezeAsync();
        long queued = 0;
        for (int line = 0; line < LinesOfStall; line++)
            queued = QueuedOf(await run.LineAsync("records receipted"));
        Assert.Equal(connects, await ConnectsAsync(http, run));
        Assert.True(queued > 0, "nothing was to be sent meanwhile");
        await cluster.ThawAsync();

        await run.LineAsync("records receipted");
        run.Interrupt();
        using JsonDocument report = await run.ReportAsync();
        ReplayTests.AssertEqualities(report, run);
        Assert.DoesNotContain("still in the beacons' queues", run.Output, StringComparison.Ordinal);
        await using NpgsqlConnection connection = new(
            $"Host=127.0.0.1;Port={cluster.Port};Database=lumenlink;Username={PostgresCluster.Superuser}");
        await connection.OpenAsync();
        await using NpgsqlCommand twice = new(
            """
            SELECT count(*) FROM (SELECT 1 FROM lumen.sightings
                GROUP BY beacon_id, boot, seq, window_open_unix_ms, radio, address HAVING count(*) > 1) AS twice
            """,
            connection);
        Assert.Equal(0L, await twice.ExecuteScalarAsync());
    }

    /// <summary>Tokens that the broker took or could not check: connections that were tried.</summary>
    private static async Task<double> ConnectsAsync(HttpClient http, UpRun run)
    {
        string text = await http.GetStringAsync(new Uri($"http://127.0.0.1:{run.Port + 2}/metrics"));
        return Tokens().Matches(text).Sum(match => double.Parse(match.Groups[1].Value, null));
    }

    private static long QueuedOf(string line) => long.Parse(Queued().Match(line).Groups[1].Value, null);

    [GeneratedRegex(@"^lumenlink_connection_tokens_total\{.*\} (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Tokens();

    [GeneratedRegex(@"queued (\d+)$")]
    private static partial Regex Queued();
}
