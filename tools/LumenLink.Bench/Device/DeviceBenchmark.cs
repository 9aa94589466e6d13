using System.Globalization;
using LumenLink.Bench.Encoder;

namespace LumenLink.Bench.Device;

/// <summary>What the firmware's own code costs in memory: for each report, and as long as it runs.</summary>
internal static class DeviceBenchmark
{
    private const int Reports = 500;
    private const int TopRows = 10;

    /// <summary>Measures and prints.</summary>
    public static void Run(TextWriter output)
    {
        DeviceFigures figures = DeviceRun.Measure(Reports);
        output.WriteLine(Line(
            $"{figures.Reports} reports, {figures.Sightings} sightings; bytes on nanoFramework's heap by the model"));
        output.WriteLine();
        output.WriteLine("listed allocations            times a report   bytes a report");
        foreach (Listed kind in Enum.GetValues<Listed>())
        {
            (long count, long bytes) = figures.Listed[kind];
            output.WriteLine(Line(
                $"{kind,-28} {PerReport(count, figures),15:F2} {PerReport(bytes, figures),16:F1}"));
        }

        output.WriteLine();
        output.WriteLine("live objects                                              count    bytes");
        foreach ((string what, int count, int bytes) in figures.Heap.Rows.Take(TopRows))
            output.WriteLine(Line($"{what,-56} {count,6} {bytes,8}"));
        output.WriteLine(Line($"{"all",-56} {figures.Heap.Rows.Sum(row => row.Count),6} {figures.Heap.Bytes,8}"));
        output.WriteLine();
        (string Key, double Value)[] memory =
        [
            ("alloc_bytes_per_report", PerReport(figures.UnlistedBytes, figures)),
            ("listed_bytes_per_report", PerReport(figures.Listed.Bytes, figures)),
            ("heap_bytes", figures.Heap.Bytes),
            ("sightings_per_report", PerReport(figures.Sightings, figures)),
        ];
        output.WriteLine(BenchLine.Of("device", [.. memory, .. Encoder(output)]));
    }

    /// <summary>Figures of the virtual device; none where it is not installed.</summary>
    private static (string Key, double Value)[] Encoder(TextWriter output)
    {
        if (EncoderCost.Measure(out string missing) is not { } cost)
        {
            output.WriteLine($"encoder on the virtual device: not measured. {missing}");
            return [];
        }

        output.WriteLine(Line(
            $"encoder on the virtual device: {cost.ReportNs:F0} ns for a report of {cost.Sightings} sightings;"));
        output.WriteLine(Line(
            $"SHA-256 in managed code: {cost.BlockNs:F0} ns a block; a sighting is 1/{cost.SightingsPerBlock:F1}"));
        return
        [
            ("encode_report_ns", cost.ReportNs), ("encode_sighting_ns", cost.SightingNs),
            ("sha_block_ns", cost.BlockNs), ("sightings_per_sha_block", cost.SightingsPerBlock),
        ];
    }

    private static double PerReport(long sum, DeviceFigures figures) => (double)sum / figures.Reports;

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
