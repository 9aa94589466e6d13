using System.Diagnostics;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace LumenLink.Tests.EndToEnd;

/// <summary>Replays at twenty times real time: what the radio delivered is what is stored, exactly.</summary>
public sealed class ReplayTests
{
    [RecordedTraceTheory]
    [MemberData(nameof(Traces.Available), MemberType = typeof(Traces))]
    public Task WhatTheRadioDeliveredOfARecordingIsStored(string trace) => ReplayAsync(UpRun.NewFolder(), trace);

    [Fact]
    public Task WhatTheRadioDeliveredOfABusyPlaceIsStored()
    {
        string folder = UpRun.NewFolder();
        return ReplayAsync(folder, Traces.Generate(folder));
    }

    private static async Task ReplayAsync(string folder, string trace)
    {
        await using UpRun run = UpRun.StartAt(
            UpRun.FreePorts(), folder, "--trace", trace, "--speed", "20", "--privacy", "raw");
        using JsonDocument report = await run.ReportAsync();
        AssertEqualities(report, run);
        AssertChecked(trace, run.Json);
    }

    [Fact]
    public async Task KillingTheServiceTwiceLosesNothing()
    {
        string folder = UpRun.NewFolder();
        string trace = Traces.Generate(folder);
        await using UpRun run = UpRun.StartAt(
            UpRun.FreePorts(), folder, "--trace", trace, "--speed", "5", "--privacy", "raw");
        await run.LineAsync("fleet: replaying");
        run.KillService();
        await run.LineAsync("service: died");
        await run.LineAsync("fleet: attested");
        run.KillService();
        await run.LineAsync("service: died");
        using JsonDocument report = await run.ReportAsync();
        AssertEqualities(report, run);
        AssertChecked(trace, run.Json);
    }

    [Fact]
    public async Task PseudonymsLeaveTheBoardsUnlessRawIsAskedFor()
    {
        string folder = UpRun.NewFolder();
        string trace = Traces.Generate(folder);
        await using UpRun run = UpRun.StartAt(UpRun.FreePorts(), folder, "--trace", trace, "--speed", "20");
        using JsonDocument report = await run.ReportAsync();
        AssertEqualities(report, run);
        Assert.Equal(0L, Query(folder, "SELECT count(*) FROM sightings WHERE key_day = 0"));
        long rawAddresses =
            Query(folder, "SELECT count(*) FROM sightings WHERE printf('%012x', address) LIKE 'c0ffee%'");
        Assert.Equal(0L, rawAddresses);
        Assert.InRange(Query(folder, "SELECT count(DISTINCT address) FROM sightings"), 30, 40);
    }

    [Theory]
    [InlineData("DELETE FROM sightings WHERE row_id = (SELECT max(row_id) FROM sightings)")]
    [InlineData("UPDATE sightings SET rssi_dbm = rssi_dbm + 1 WHERE row_id = (SELECT min(row_id) FROM sightings)")]
    public async Task TheCheckerNoticesOneRowDeletedOrAltered(string harm)
    {
        string folder = UpRun.NewFolder();
        string trace = Traces.Generate(folder);
        await using UpRun run = UpRun.StartAt(
            UpRun.FreePorts(), folder, "--trace", trace, "--speed", "20", "--privacy", "raw");
        using JsonDocument good = await run.ReportAsync();
        AssertChecked(trace, run.Json);
        Execute(folder, harm);
        Cli.Up.RunReport harmed = await Cli.Up.RunReport.ComposeAsync(new Cli.Provisioning.RunFolder(folder));
        await File.WriteAllTextAsync(run.Json, harmed.ToJson());
        Assert.NotEqual(0, Check(trace, run.Json).Status);
    }

    internal static void AssertChecked(string trace, string json)
    {
        (int status, string output) = Check(trace, json);
        Assert.True(status == 0, output);
    }

    internal static void AssertEqualities(JsonDocument report, UpRun run) => AssertEqualities(report, run.Details);

    /// <summary>Delivered, reported and stored are the same for each receiver, and not zero.</summary>
    internal static void AssertEqualities(JsonDocument report, Func<string> details)
    {
        JsonElement[] receivers = [.. report.RootElement.GetProperty("receivers").EnumerateArray()];
        Assert.NotEmpty(receivers);
        Assert.All(receivers, receiver =>
        {
            long delivered = receiver.GetProperty("delivered").GetInt64();
            Assert.True(delivered > 0, details());
            Assert.True(delivered == receiver.GetProperty("reported").GetInt64(), receiver + "\n" + details());
            Assert.True(delivered == receiver.GetProperty("stored").GetInt64(), receiver + "\n" + details());
        });
        Assert.Equal(receivers.Length, report.RootElement.GetProperty("attested").GetInt32());
    }

    private static (int Status, string Output) Check(string trace, string json)
    {
        var start = new ProcessStartInfo("python3")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "check_replay.py"));
        start.ArgumentList.Add(trace);
        start.ArgumentList.Add(json);
        using Process checker = Process.Start(start)!;
        string output = checker.StandardOutput.ReadToEnd() + checker.StandardError.ReadToEnd();
        checker.WaitForExit();
        return (checker.ExitCode, output);
    }

    private static long Query(string folder, string sql)
    {
        using SqliteConnection connection = Open(folder);
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(string folder, string sql)
    {
        using SqliteConnection connection = Open(folder);
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    private static SqliteConnection Open(string folder)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = Path.Combine(folder, "lumenlink.db"),
                Pooling = false,
            }.ToString());
        connection.Open();
        return connection;
    }
}
