using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using LumenLink.Simulator.Fleet;
using Microsoft.Data.Sqlite;

namespace LumenLink.Tests.EndToEnd;

/// <summary>
/// kill -9 of a simulated fleet is a power cut of all its boards: `lumen up` starts it again in the same folder, where
/// flash and chips are in files that are whole at every moment.
/// </summary>
public sealed class KilledFleetTests
{
    private const int Kills = 3;
    private static readonly string[] Driven = ["beacon-0001", "beacon-0002", "beacon-0003"];

    [Fact]
    public async Task WhatWasDurableWhenTheFleetWasKilledIsStoredOnceAfterItsRestart()
    {
        await using UpRun run = UpRun.Start("--beacons", "3", "--speed", "20", "--privacy", "raw");
        Dictionary<string, HashSet<(long Boot, long Sequence)>> durable =
            Driven.ToDictionary(board => board, _ => new HashSet<(long, long)>());
        int unsent = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            await run.LineAsync("boards attested");
            await run.LineAsync("records receipted");

            // Nothing can be stored while another holds the database, so that no segment of before goes; and lines of
            // progress are seconds apart.
            await using SqliteConnection holding = await HoldAsync(run.Folder);
            await run.LineAsync("records receipted");
            await run.LineAsync("records receipted");
            run.KillService();
            run.KillFleet();
            await run.LineAsync("fleet: died");
            foreach (string board in Driven)
            {
                HashSet<(long, long)> stored = await StoredAsync(run.Folder, board);
                durable[board].UnionWith(stored);
                foreach ((long boot, long sequence) in InFlash(run.Folder, board, kill + 1))
                {
                    durable[board].Add((boot, sequence));
                    unsent += stored.Contains((boot, sequence)) ? 0 : 1;
                }
            }
        }

        await run.LineAsync("boards attested");
        await run.LineAsync("records receipted");
        run.Interrupt();
        using JsonDocument report = await run.ReportAsync();

        ReplayTests.AssertEqualities(report, run);
        Assert.Equal(Kills, report.RootElement.GetProperty("fleet_restarts").GetInt32());
        Assert.Contains($"restarts of the fleet: {Kills}; counted is", run.Output, StringComparison.Ordinal);
        Assert.True(unsent > 0, "no kill found a record that was not stored yet");
        foreach (string board in Driven)
        {
            HashSet<(long Boot, long Sequence)> stored = await StoredAsync(run.Folder, board);
            Assert.Empty(durable[board].Except(stored));
            long[] boots = [.. stored.Select(one => one.Boot).Distinct().Order()];
            Assert.Equal([.. Enumerable.Range(1, Kills + 1).Select(boot => (long)boot)], boots);
            Assert.Equal(0, await TwiceAsync(run.Folder, board));
        }
    }

    [Fact]
    public async Task AReplayBeginsAgainAndItsReportIsOfTheWholeTrace()
    {
        string folder = UpRun.NewFolder();
        string trace = Traces.Generate(folder);
        await using UpRun run = UpRun.StartAt(
            UpRun.FreePorts(), folder, "--trace", trace, "--speed", "5", "--privacy", "raw");
        await run.LineAsync("fleet: replaying");
        await run.LineAsync("records receipted");
        run.KillFleet();
        await run.LineAsync("fleet: died");
        await run.LineAsync("fleet: replaying");
        using JsonDocument report = await run.ReportAsync();
        ReplayTests.AssertEqualities(report, run);
        ReplayTests.AssertChecked(trace, run.Json);
    }

    [Fact]
    public async Task AFleetKilledWhileItEndsIsNotStartedAgainAndTheUserIsToldWhatToDo()
    {
        await using UpRun run = UpRun.Start("--beacons", "3", "--speed", "5");
        await run.LineAsync("boards attested");
        await run.LineAsync("records receipted");

        // Without its commits the fleet waits for receipts.
        await using SqliteConnection holding = await HoldAsync(run.Folder);
        await run.LineAsync("records receipted");
        run.Interrupt();
        await run.LineAsync("fleet: asked to stop");
        run.KillFleet();
        Assert.NotEqual(0, await run.ExitAsync());
        Assert.Contains("the next run with this --data sends", run.Output, StringComparison.Ordinal);
    }

    /// <summary>Records of boots that are over; the next one may be writing its own.</summary>
    private static IEnumerable<(long Boot, long Sequence)> InFlash(string folder, string board, int boots) =>
        from segment in QueueSegments.Of(Path.Combine(folder, "boards", board, "flash"))
        where long.Parse(
            Path.GetFileName(segment)[..8], NumberStyles.HexNumber, CultureInfo.InvariantCulture) <= boots
        from record in QueueSegments.Read(segment)
        select (record.Boot, record.Sequence);

    private static async Task<HashSet<(long Boot, long Sequence)>> StoredAsync(string folder, string board)
    {
        HashSet<(long, long)> stored = [];
        await ReadAsync(
            folder, board, "SELECT boot, seq FROM frames WHERE refused = 0 AND beacon_id = @beacon",
            row => Assert.True(stored.Add((row.GetInt64(0), row.GetInt64(1)))));
        return stored;
    }

    /// <summary>Sightings that are stored more than once.</summary>
    private static async Task<int> TwiceAsync(string folder, string board)
    {
        int twice = 0;
        await ReadAsync(
            folder, board,
            """
            SELECT 1 FROM sightings WHERE beacon_id = @beacon
            GROUP BY boot, seq, window_open_unix_ms, radio, address HAVING count(*) > 1
            """,
            _ => twice++);
        return twice;
    }

    private static async Task ReadAsync(string folder, string board, string sql, Action<SqliteDataReader> take)
    {
        await using SqliteConnection connection = await OpenAsync(folder);
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("@beacon", IdOf(folder, board));
        await using SqliteDataReader rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
            take(rows);
    }

    /// <summary>A connection that keeps everybody else from writing until it is disposed.</summary>
    private static async Task<SqliteConnection> HoldAsync(string folder)
    {
        SqliteConnection connection = await OpenAsync(folder);
        await using SqliteCommand hold = connection.CreateCommand();
        hold.CommandText = "BEGIN IMMEDIATE";
        await hold.ExecuteNonQueryAsync();
        return connection;
    }

    private static async Task<SqliteConnection> OpenAsync(string folder)
    {
        SqliteConnection connection = new($"Data Source={Path.Combine(folder, "lumenlink.db")};Pooling=False");
        await connection.OpenAsync();
        return connection;
    }

    private static long IdOf(string folder, string board)
    {
        using JsonDocument enrolment = JsonDocument.Parse(
            File.ReadAllBytes(Path.Combine(folder, "enrolments", board + ".json")));
        byte[] key = enrolment.RootElement.GetProperty("public_key").GetBytesFromBase64();
        return BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(key));
    }
}
