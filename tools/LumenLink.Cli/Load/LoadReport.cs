using System.Text.Json;
using HdrHistogram;
using LumenLink.Load;

namespace LumenLink.Cli.Load;

/// <summary>Milliseconds from when a frame was due to its receipt.</summary>
internal sealed record LoadLatency(double P50, double P90, double P99, double P999, double Max)
{
    private const double MicrosecondsPerMs = 1000;

    /// <summary>Of a histogram in microseconds; null when nothing was recorded.</summary>
    public static LoadLatency? Of(HistogramBase histogram) => histogram.TotalCount == 0
        ? null
        : new LoadLatency(
            At(histogram, 50), At(histogram, 90), At(histogram, 99), At(histogram, 99.9), At(histogram, 100));

    private static double At(HistogramBase histogram, double percentile) =>
        histogram.GetValueAtPercentile(percentile) / MicrosecondsPerMs;
}

/// <summary>What lumen load tells at the end.</summary>
/// <param name="Beacons">Beacons attested.</param>
/// <param name="Seconds">How long frames were sent.</param>
/// <param name="Interrupted">True if it was ended before all was sent.</param>
/// <param name="RecordsPlanned">Records to send.</param>
/// <param name="RecordsReceipted">Records with a receipt.</param>
/// <param name="SightingsReceipted">Their sightings.</param>
/// <param name="RecordsPerSecond">Records with a receipt a second.</param>
/// <param name="SightingsPerSecond">Their sightings a second.</param>
/// <param name="PublishesRefused">PUBACKs with another reason than success; each was tried again.</param>
/// <param name="ReceiptsMissed">Attempts without a receipt in time; each was tried again.</param>
/// <param name="RecordsRefused">Records that a receipt refused for good.</param>
/// <param name="Disconnected">Beacons whose connection ended.</param>
/// <param name="LatencyMs">Due to receipt; null without a receipt.</param>
/// <param name="CheckedBy">Who was asked at the end: store or api.</param>
/// <param name="RecordsMissing">Records with a receipt that are not there, or not whole.</param>
/// <param name="RecordsTwice">Records that are there more than once.</param>
internal sealed record LoadReport(
    int Beacons, double Seconds, bool Interrupted, long RecordsPlanned, long RecordsReceipted, long SightingsReceipted,
    double RecordsPerSecond, double SightingsPerSecond, long PublishesRefused, long ReceiptsMissed,
    long RecordsRefused, long Disconnected, LoadLatency? LatencyMs, string CheckedBy, long RecordsMissing,
    long RecordsTwice)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    /// <summary>True when nothing is lost or there twice, and everything that was to be sent is receipted.</summary>
    public bool IsGood => RecordsMissing == 0 && RecordsTwice == 0 && RecordsRefused == 0 && Disconnected == 0
        && RecordsReceipted > 0 && (Interrupted || RecordsReceipted == RecordsPlanned);

    /// <summary>Of a run and what was found of it.</summary>
    public static LoadReport Of(IReadOnlyList<LoadLane> lanes, LoadRun run, bool isInterrupted, LoadFinding finding)
    {
        double seconds = run.Elapsed.TotalSeconds;
        return new LoadReport(
            lanes.Count, seconds, isInterrupted, lanes.Sum(lane => (long)lane.Frames.Count), run.Receipted,
            run.Sightings, run.Receipted / seconds, run.Sightings / seconds, run.Count(SendOutcome.PublishRefused),
            run.Count(SendOutcome.NoReceipt), run.Count(SendOutcome.RecordRefused),
            run.Count(SendOutcome.Disconnected), LoadLatency.Of(run.Latency), finding.AskedOf, finding.Missing,
            finding.Twice);
    }

    /// <summary>For programs.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Options);

    /// <summary>For people.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"{Beacons} beacons, {Seconds:F1} s{(Interrupted ? ", interrupted" : "")}: {RecordsReceipted} of "
            + $"{RecordsPlanned} records receipted, {SightingsReceipted} sightings";
        yield return $"{RecordsPerSecond:F1} records a second, {SightingsPerSecond:F0} sightings a second";
        if (LatencyMs is { } ms)
        {
            yield return $"publish to receipt, ms: p50 {ms.P50:F1}, p90 {ms.P90:F1}, p99 {ms.P99:F1}, "
                + $"p99.9 {ms.P999:F1}, max {ms.Max:F1}";
        }

        if (PublishesRefused + ReceiptsMissed + RecordsRefused + Disconnected > 0)
        {
            yield return $"{PublishesRefused} publishes refused, {ReceiptsMissed} receipts missed, {RecordsRefused} "
                + $"records refused, {Disconnected} beacons disconnected";
        }

        yield return RecordsMissing + RecordsTwice == 0
            ? $"the {CheckedBy} has every receipted record exactly once"
            : $"the {CheckedBy} lacks {RecordsMissing} receipted records, or parts of them, and has {RecordsTwice} "
                + "more than once";
    }
}
