using System.Text.Json;
using LumenLink.Bench;

namespace LumenLink.Tests.EndToEnd;

/// <summary>The same main job over PostgreSQL: DATABASE_URL is all that changes.</summary>
public sealed class PostgresTests
{
    [PostgresFact]
    public async Task AReplayWithTheServiceKilledTwiceIsStoredExactly()
    {
        await using PostgresCluster cluster = await PostgresCluster.StartAsync();
        await cluster.ExecuteAsync("CREATE DATABASE lumenlink");
        string folder = UpRun.NewFolder();
        string trace = Traces.Generate(folder);
        Dictionary<string, string> environment = new()
        {
            ["DATABASE_URL"] = cluster.UrlOf("lumenlink", PostgresCluster.Superuser),
        };
        await using UpRun run = UpRun.StartAt(
            UpRun.FreePorts(), folder, environment, "--trace", trace, "--speed", "5", "--privacy", "raw");
        await run.LineAsync("fleet: replaying");
        run.KillService();
        await run.LineAsync("service: died");
        await run.LineAsync("fleet: attested");
        run.KillService();
        await run.LineAsync("service: died");
        using JsonDocument report = await run.ReportAsync();
        ReplayTests.AssertEqualities(report, run);
        ReplayTests.AssertChecked(trace, run.Json);
        Assert.False(File.Exists(Path.Combine(folder, "lumenlink.db")), "it wrote to SQLite after all");
    }
}

/// <summary>Skipped, with the reason, where PostgreSQL is not installed.</summary>
public sealed class PostgresFact : FactAttribute
{
    public PostgresFact() => Skip = PostgresCluster.SkipReason;
}
