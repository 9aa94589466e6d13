using System.Globalization;
using System.Text.RegularExpressions;
using LumenLink.Bench;
using LumenLink.Bench.Ingest;

namespace LumenLink.Tests.Bench;

/// <summary>tools/bench.sh ingest, small: that it measures what it says, not how fast it is.</summary>
public sealed partial class IngestTests
{
    private static readonly string[] Figures =
    [
        "sightings_per_s", "copy_per_s", "copy_bare_per_s", "json_per_s", "cpu_s_per_million", "copy_cpu_s_per_million",
        "storage_bytes_per_sighting", "sightings_per_record",
    ];

    [PostgresFact]
    public async Task A_small_run_ends_with_the_line_of_all_figures()
    {
        var shape = new ReportShape(10_000, 6);
        using var output = new StringWriter();
        await IngestBenchmark.RunAsync(ReportInput.FromCrowd(shape), shape, 8, 4000, output);
        string last = output.ToString().TrimEnd().Split('\n')[^1];
        Assert.StartsWith("BENCH ingest ", last, StringComparison.Ordinal);
        Dictionary<string, double> figures = Pair().Matches(last).ToDictionary(
            pair => pair.Groups[1].Value, pair => double.Parse(pair.Groups[2].Value, CultureInfo.InvariantCulture));
        Assert.Equal(Figures, figures.Keys);
        Assert.All(figures.Where(figure => !figure.Key.Contains("cpu")), figure => Assert.True(figure.Value > 0, last));
        Assert.InRange(figures["sightings_per_record"], 20, 80);
        Assert.Contains("fsync on, synchronous_commit on", output.ToString(), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"(\w+)=([0-9.]+)")]
    private static partial Regex Pair();
}

/// <summary>A test that needs PostgreSQL.</summary>
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresCluster.SkipReason;
}
