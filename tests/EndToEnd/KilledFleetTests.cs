using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using LumenLink.Tests.Shared;
using Microsoft.Data.Sqlite;

namespace LumenLink.Tests.EndToEnd;

/// <summary>
/// kill -9 of a simulated fleet, and a restart in the same folder, are a power cut of all its boards: flash and chips
/// are in files that are whole at every moment.
/// </summary>
public sealed class KilledFleetTests
{
    private const int Kills = 3;
    private static readonly string[] Driven = ["beacon-0001", "beacon-0002", "beacon-0003"];
    private static readonly string[] Options = ["--beacons", "3", "--speed", "20", "--privacy", "raw"];

    [Fact]
    public async Task WhatWasDurableWhenTheFleetWasKilledIsStoredOnceAfterARestart()
    {
        string folder = UpRun.NewFolder();
        int port = UpRun.FreePorts();
        Dictionary<string, HashSet<(long Boot, long Sequence)>> durable =
            Driven.ToDictionary(board => board, _ => new HashSet<(long, long)>());
        int unsent = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            UpRun run = UpRun.StartAt(port, folder, Options);
            await run.LineAsync("boards attested");
            await run.LineAsync("records receipted");

            // Nothing can be stored while another holds the database, and lines of progress are seconds apart.
            await using (SqliteConnection other = await OpenAsync(folder))
            {
                await using SqliteCommand hold = other.CreateCommand();
                hold.CommandText = "BEGIN IMMEDIATE";
                await hold.ExecuteNonQueryAsync();
                await run.LineAsync("records receipted");
                await run.LineAsync("records receipted");
                run.KillService();
                KillFleet(folder);
            }

            Assert.NotEqual(0, await run.ExitAsync());
            foreach (string board in Driven)
            {
                HashSet<(long, long)> stored = await StoredAsync(folder, board);
                foreach (string segment in QueueSegments.Of(FlashOf(folder, board)))
                {
                    foreach ((long boot, long sequence, _) in QueueSegments.Read(segment))
                    {
                        durable[board].Add((boot, sequence));
                        unsent += stored.Contains((boot, sequence)) ? 0 : 1;
                    }
                }

                durable[board].UnionWith(stored);
            }
        }

        await using UpRun last = UpRun.StartAt(port, folder, Options);
        await last.LineAsync("boards attested");
        await last.LineAsync("records receipted");
        last.Interrupt();
        using JsonDocument report = await last.ReportAsync();

        Assert.True(unsent > 0, "no kill found a record that was not stored yet");
        foreach (string board in Driven)
        {
            HashSet<(long Boot, long Sequence)> stored = await StoredAsync(folder, board);
            Assert.Empty(durable[board].Except(stored));
            long[] boots = [.. stored.Select(one => one.Boot).Distinct().Order()];
            Assert.Equal([.. Enumerable.Range(1, Kills + 1).Select(boot => (long)boot)], boots);
            Assert.Equal(0, await TwiceAsync(folder, board));
        }
    }

    private static void KillFleet(string folder)
    {
        int id = int.Parse(File.ReadAllText(Path.Combine(folder, "fleet.pid")), CultureInfo.InvariantCulture);
        using Process fleet = Process.GetProcessById(id);
        fleet.Kill();
        fleet.WaitForExit();
    }

    private static string FlashOf(string folder, string board) => Path.Combine(folder, "boards", board, "flash");

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
