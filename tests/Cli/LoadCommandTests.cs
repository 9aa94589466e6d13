using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using LumenLink.Cli.Authority;
using LumenLink.Cli.Load;
using Microsoft.Data.Sqlite;

namespace LumenLink.Tests.Cli;

/// <summary>lumen load against the whole service: its own enrolment, attestation, broker and store.</summary>
public sealed class LoadCommandTests
{
    [Theory]
    [InlineData("store")]
    [InlineData("api")]
    public async Task Every_receipted_record_is_stored_once_and_the_report_says_so(string asked)
    {
        await using EnrollScene scene = await EnrollScene.StartAsync();
        AuthorityResult run = await RunAsync(scene, "--check", asked, "--json");
        Assert.True(run.Status == 0, run.Error + run.Output);
        JsonElement report = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal((40, 40), (Number(report, "records_planned"), Number(report, "records_receipted")));
        Assert.Equal((0, 0), (Number(report, "records_missing"), Number(report, "records_twice")));
        Assert.Equal((3, asked), (Number(report, "beacons"), report.GetProperty("checked_by").GetString()!));
        Assert.True(Number(report, "sightings_receipted") > 40 * 10);
        JsonElement ms = report.GetProperty("latency_ms");
        Assert.InRange(ms.GetProperty("p50").GetDouble(), double.Epsilon, ms.GetProperty("max").GetDouble());
        Assert.Equal(3, await scene.CountAsync());
    }

    [Theory]
    [InlineData("store", "DELETE FROM sightings WHERE rowid = new.rowid", 3, 0)]
    [InlineData("store", "DELETE FROM frames WHERE beacon_id = new.beacon_id AND seq = 1", 3, 0)]
    [InlineData("store", Again, 0, 3)]
    [InlineData("api", "DELETE FROM sightings WHERE rowid = new.rowid", 3, 0)]
    [InlineData("api", Again, 0, 3)]
    public async Task A_row_that_is_lost_or_there_twice_fails_the_run(
        string asked, string fault, int missing, int twice)
    {
        await using EnrollScene scene = await EnrollScene.StartAsync();
        await AddTriggerAsync(scene, $"AFTER INSERT ON sightings WHEN new.seq = 2 BEGIN {fault}; END");
        AuthorityResult run = await RunAsync(scene, "--check", asked, "--json");
        Assert.True(run.Status == 1 && run.Output.Length > 0, run.Error);
        JsonElement report = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(40, Number(report, "records_receipted"));
        Assert.Equal((missing, twice), (Number(report, "records_missing"), Number(report, "records_twice")));
    }

    [Fact]
    public async Task Beacons_of_another_CA_are_enrolled_by_its_folder()
    {
        await using EnrollScene scene = await EnrollScene.StartAsync();
        AuthorityResult run = await RunAsync(scene, "--ca", scene.Ca.Folder);
        Assert.True(run.Status == 0, run.Error + run.Output);
        Assert.Contains("the store has every receipted record exactly once", run.Output, StringComparison.Ordinal);
        Assert.Equal(3, scene.Ca.Index.Issued.Count);
    }

    [Fact]
    public async Task Ctrl_C_ends_the_sending_and_what_was_sent_is_checked()
    {
        await using EnrollScene scene = await EnrollScene.StartAsync();
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string word in (string[])
            [Path.Combine(AppContext.BaseDirectory, "lumen.dll"), .. Arguments(scene), "--for", "600", "--json"])
            start.ArgumentList.Add(word);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string? line;
        do
            line = await process.StandardError.ReadLineAsync();
        while (line is not null && !line.EndsWith("records receipted", StringComparison.Ordinal));
        Assert.NotNull(line);
        using Process kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        await process.WaitForExitAsync();
        JsonElement report = JsonDocument.Parse(await output).RootElement;
        Assert.Equal(0, process.ExitCode);
        Assert.True(report.GetProperty("interrupted").GetBoolean());
        Assert.InRange(Number(report, "records_receipted"), 1, Number(report, "records_planned") - 1);
        Assert.Equal(0, Number(report, "records_missing"));
    }

    [Theory]
    [InlineData("--beacons", "0")]
    [InlineData("--rate", "0")]
    [InlineData("--rate", "1e9")]
    [InlineData("--for", "0")]
    [InlineData("--broker", "https://here")]
    [InlineData("--data", "nowhere")]
    public async Task What_cannot_be_done_is_bad_input(string option, string value)
    {
        await using EnrollScene scene = await EnrollScene.StartAsync();
        (await RunAsync(scene, option, value)).IsRefusedWith(2);
        Assert.Equal(0, await scene.CountAsync());
    }

    private const string Again = """
        INSERT INTO sightings (tenant_id, beacon_id, boot, seq, received_at, window_open_unix_ms, duration_ms, quality,
            radio, address, address_type, key_day, rssi_dbm)
        VALUES (new.tenant_id, new.beacon_id, new.boot, new.seq, new.received_at, new.window_open_unix_ms,
            new.duration_ms, new.quality, new.radio, new.address, new.address_type, new.key_day, new.rssi_dbm)
        """;

    private static string[] Arguments(EnrollScene scene) =>
    [
        "load", "--beacons", "3", "--rate", "20", "--broker", scene.BrokerUrl, "--service", scene.ServiceUrl,
        "--data", scene.Run.Path,
    ];

    /// <summary>For two seconds; an option that is given again takes the place of the one before.</summary>
    private static async Task<AuthorityResult> RunAsync(EnrollScene scene, params string[] more)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        KeyOptions keys = new(() => Stream.Null, scene.Ca.Environment.GetValueOrDefault, _ => null);
        var root = new RootCommand
        {
            LoadCommand.Create(() => new SocketsHttpHandler(), _ => null, keys, TimeProvider.System),
        };
        List<string> arguments = [.. Arguments(scene), "--for", "2"];
        int given = more.Length > 0 ? arguments.IndexOf(more[0]) : -1;
        if (given >= 0)
            arguments.RemoveRange(given, 2);
        int status = await root.Parse([.. arguments, .. more])
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        return new AuthorityResult(status, output.ToString(), error.ToString());
    }

    private static async Task AddTriggerAsync(EnrollScene scene, string trigger)
    {
        await using SqliteConnection connection = new($"Data Source={scene.Run.Database};Pooling=false");
        await connection.OpenAsync();
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "CREATE TRIGGER fault " + trigger;
        await command.ExecuteNonQueryAsync();
    }

    private static long Number(JsonElement report, string member) => report.GetProperty(member).GetInt64();
}
