using System.Globalization;
using System.Text.RegularExpressions;
using LumenLink.Bench;
using LumenLink.Bench.Scale;

namespace LumenLink.Tests.Bench;

/// <summary>tools/bench.sh size, tiny: that it measures what it says, not how fast it is.</summary>
public sealed partial class ScaleTests
{
    private static readonly string[] Figures =
    [
        "beacons", "beacons_sightings_per_s", "beacons_cpu_s_per_million", "beacons_cpu_percent", "beacons_p99_ms",
        "beacons_resident_mb", "rows", "rows_sightings_per_s", "rows_cpu_s_per_million", "rows_cpu_percent",
        "rows_p99_ms", "rows_resident_mb", "rows_resident_percent", "rows_query_percent",
    ];

    [PostgresFact]
    public Task A_tiny_run_on_PostgreSQL_ends_with_the_line_of_all_figures() => RunAsync(isSqlite: false);

    [Fact]
    public Task A_tiny_run_on_SQLite_ends_with_the_line_of_all_figures() => RunAsync(isSqlite: true);

    [Fact]
    public async Task More_rows_than_the_disk_has_room_for_are_refused_before_anything_is_made()
    {
        var shape = new ReportShape(10_000, 6);
        ScaleOptions options = new([1], [ScaleOptions.MaxRows * 100], true, 1000, 1);
        using var output = new StringWriter();
        BenchException refusal = await Assert.ThrowsAsync<BenchException>(
            () => ScaleBenchmark.RunAsync(options, ReportInput.FromCrowd(shape), shape, output));
        Assert.Contains("MB free", refusal.Message, StringComparison.Ordinal);
        Assert.Single(output.ToString().TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("10,5")]
    [InlineData("0")]
    [InlineData("1,,x")]
    [InlineData("101")]
    public void Sizes_that_do_not_rise_or_are_none_are_refused(string text) =>
        Assert.Throws<BenchException>(() => ScaleOptions.Numbers("--rows", text, 100));

    [Fact]
    public void The_stored_crowd_fills_every_day_alike_in_the_order_of_its_coming()
    {
        DateTime now = new(2030, 5, 17, 12, 0, 0, DateTimeKind.Utc);
        StoredCrowd crowd = new(28_000, [7, 8, 9, 10], now);
        var rows = crowd.Sightings().ToList();
        Assert.Equal(28_000, rows.Count);
        Assert.Equal(rows.Select(row => row.ReceivedAt).Order(), rows.Select(row => row.ReceivedAt));
        Assert.InRange(rows[^1].ReceivedAt, now.AddMinutes(-30), now);
        Assert.All(rows.GroupBy(row => row.ReceivedAt.Date), day => Assert.Equal(4000, day.Count()));
        Assert.Equal(StoredCrowd.Days, rows.Select(row => row.ReceivedAt.Date).Distinct().Count());
        Assert.Equal(
            crowd.AllRecords().Select(record => (record.Beacon, record.Sequence)),
            rows.Select(row => (row.Beacon, row.Sequence)).Distinct());
        Assert.Equal(crowd.Records, rows.Select(row => (row.Beacon, row.Sequence)).Distinct().Count());
        Assert.All(rows.Index(), row => Assert.Equal(row.Item.Address, crowd.AddressOf(row.Index)));
        Assert.Equal(560, rows.Select(row => row.Address).Distinct().Count());
    }

    private static async Task RunAsync(bool isSqlite)
    {
        var shape = new ReportShape(10_000, 6);
        ScaleOptions options = new([2, 8], [2_000, 20_000], isSqlite, 4000, 1);
        using var output = new StringWriter();
        await ScaleBenchmark.RunAsync(options, ReportInput.FromCrowd(shape), shape, output);
        string[] lines = output.ToString().TrimEnd().Split('\n');
        Assert.Equal(6, lines.Length);
        Assert.Contains("by_address", lines[4], StringComparison.Ordinal);
        Assert.StartsWith("BENCH size ", lines[^1], StringComparison.Ordinal);
        Dictionary<string, double> figures = Pair().Matches(lines[^1]).ToDictionary(
            pair => pair.Groups[1].Value, pair => double.Parse(pair.Groups[2].Value, CultureInfo.InvariantCulture));
        Assert.Equal(Figures, figures.Keys);
        Assert.Equal((8, 20_000), (figures["beacons"], figures["rows"]));
        Assert.InRange(figures["beacons_resident_mb"], 10, 4000);
        Assert.True(figures["rows_p99_ms"] > 0);
    }

    [GeneratedRegex(@"(\w+)=(-?[0-9.]+)")]
    private static partial Regex Pair();
}
