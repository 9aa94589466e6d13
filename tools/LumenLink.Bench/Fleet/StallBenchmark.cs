using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Npgsql;

namespace LumenLink.Bench.Fleet;

/// <summary>
/// A database that stands still: <c>lumen up</c> over PostgreSQL, all of whose processes are stopped (SIGSTOP) for a
/// while under beacons that run the firmware. Their connections stay, their frames wait or come again, and at the end
/// what their radios put into records is compared with what is stored.
/// </summary>
internal sealed class StallBenchmark : IDisposable
{
    private const int Port = 19300;
    private const int MetricsPort = Port + 2;
    private const string Database = "stall";
    private const double Megabyte = 1048576;
    private static readonly TimeSpan SteadyBefore = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RecoverWithin = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FirstProgress = TimeSpan.FromMinutes(1);

    private readonly UpProcess _up;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly Process _service;
    private double _peakBytes;

    private StallBenchmark(UpProcess up)
    {
        _up = up;
        _service = up.ProcessOf("service");
    }

    /// <summary>Runs and prints.</summary>
    /// <param name="beacons">Simulated beacons, at the speed of real ones.</param>
    /// <param name="stall">How long the database stands still.</param>
    /// <param name="giveUp">How long attesting may take.</param>
    /// <param name="output">Takes the figures.</param>
    /// <exception cref="BenchException">The run did not go through, or something is lost or doubled.</exception>
    public static async Task RunAsync(int beacons, TimeSpan stall, TimeSpan giveUp, TextWriter output)
    {
        if (PostgresCluster.SkipReason is { } reason)
            throw new BenchException(reason);
        await output.WriteLineAsync(BenchLine.Machine());
        await using PostgresCluster cluster = await PostgresCluster.StartAsync(isDurable: true);
        await cluster.ExecuteAsync($"CREATE DATABASE {Database}");
        using var up = new UpProcess(
            beacons, 1, Port, output, cluster.UrlOf(Database, PostgresCluster.Superuser));
        if (!up.Until(() => up.IsJudged, giveUp) || !up.Until(() => up.Progress is not null, FirstProgress))
            throw new BenchException("The beacons did not attest in time.");
        using var bench = new StallBenchmark(up);
        await bench.MeasureAsync(cluster, stall, output);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _service.Dispose();
        _http.Dispose();
    }

    private async Task MeasureAsync(PostgresCluster cluster, TimeSpan stall, TextWriter output)
    {
        _up.Until(() => false, SteadyBefore);
        ServiceFigures before = await ServiceFigures.ReadAsync(_http, MetricsPort);
        double bytesBefore = Bytes();
        await cluster.FreezeAsync();
        await output.WriteLineAsync("the database stands still");
        _up.Until(() => Bytes() < 0, stall);
        ServiceFigures during = await ServiceFigures.ReadAsync(_http, MetricsPort);
        await cluster.ThawAsync();
        FleetProgress thawed = _up.Latest();
        long wanted = thawed.Receipted + thawed.Queued;
        await output.WriteLineAsync($"it goes on; {during.Connections} beacons are connected, {during.Queued} frames "
            + $"wait, {during.AcknowledgedEarly - before.AcknowledgedEarly} publishes were acknowledged early");
        var recovering = Stopwatch.StartNew();
        if (!_up.Until(() => Bytes() >= 0 && _up.Latest().Receipted >= wanted, RecoverWithin))
            throw new BenchException("What waited was not receipted in time.");
        TimeSpan recovered = recovering.Elapsed;
        _up.Until(() => Bytes() < 0, SteadyBefore);
        ServiceFigures after = await ServiceFigures.ReadAsync(_http, MetricsPort);
        double bytesAfter = Bytes();
        _up.End();
        (double reported, double stored) = await CountAsync();
        double doubled = await DoubledAsync(cluster);
        int attested = _up.Latest().Attested;
        output.WriteLine(BenchLine.Of(
            "stall",
            ("beacons", attested),
            ("stall_s", stall.TotalSeconds),
            ("rss_before_mb", bytesBefore / Megabyte),
            ("rss_peak_mb", _peakBytes / Megabyte),
            ("rss_after_mb", bytesAfter / Megabyte),
            ("connected_during", during.Connections),
            ("connects_per_beacon", (after.Connects - before.Connects) / attested),
            ("turned_away_per_beacon", (after.TurnedAway - before.TurnedAway) / attested),
            ("resends_per_record",
                (after.FramesResent - before.FramesResent) / (after.Stored - before.Stored)),
            ("recovered_s", recovered.TotalSeconds),
            ("stored", stored),
            ("lost", reported - stored),
            ("doubled", doubled)));
        if (reported != stored || doubled > 0)
            throw new BenchException("Something is lost or doubled.");
    }

    /// <summary>Resident memory of the service now; the most so far is kept.</summary>
    private double Bytes()
    {
        _service.Refresh();
        double bytes = _service.WorkingSet64;
        _peakBytes = Math.Max(_peakBytes, bytes);
        return bytes;
    }

    /// <summary>Sightings that the devices put into records, and those stored, each counted by itself.</summary>
    private async Task<(double Reported, double Stored)> CountAsync()
    {
        using JsonDocument report = JsonDocument.Parse(await File.ReadAllBytesAsync(_up.Report));
        JsonElement[] receivers = [.. report.RootElement.GetProperty("receivers").EnumerateArray()];
        return (receivers.Sum(one => one.GetProperty("reported").GetDouble()),
            receivers.Sum(one => one.GetProperty("stored").GetDouble()));
    }

    private static async Task<double> DoubledAsync(PostgresCluster cluster)
    {
        await using NpgsqlConnection connection = new(
            $"Host=127.0.0.1;Port={cluster.Port};Database={Database};Username={PostgresCluster.Superuser};"
            + "Pooling=false;Command Timeout=300");
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(
            """
            SELECT count(*) FROM (SELECT 1 FROM lumen.sightings
                GROUP BY beacon_id, boot, seq, window_open_unix_ms, radio, address, address_type
                HAVING count(*) > 1) AS twice
            """,
            connection);
        return Convert.ToDouble(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }
}
