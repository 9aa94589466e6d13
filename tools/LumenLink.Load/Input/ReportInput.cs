using LumenLink.Simulator;

namespace LumenLink.Load.Input;

/// <summary>The reports of all receivers, from a recorded trace or from the seeded crowd.</summary>
/// <param name="Name">What it is, for people.</param>
/// <param name="Reports">By receiver, in order of time.</param>
internal sealed record ReportInput(string Name, IReadOnlyList<ScanReport> Reports)
{
    private const int CrowdReceivers = 12;
    private const double CrowdMs = 3_600_000;
    private const long CrowdZeroUnixMs = 1_767_225_600_000;
    private const ulong CrowdSeed = 1;

    /// <summary>Sightings of all reports.</summary>
    public int SightingCount => Reports.Sum(report => report.Sightings.Count);

    /// <summary>Receivers that reported.</summary>
    public int ReceiverCount => Reports.Select(report => report.Receiver.Name).Distinct().Count();

    /// <summary>Sightings whose address is heard for the first time in this input, by any receiver.</summary>
    public int NewAddresses =>
        Reports.SelectMany(report => report.Sightings).Select(sighting => sighting.Address).Distinct().Count();

    /// <summary>Reads a recorded trace.</summary>
    /// <exception cref="TraceException">It cannot be read.</exception>
    public static ReportInput FromTrace(string path, ReportShape shape)
    {
        TraceFile trace = TraceFile.Read(path);
        long zeroUnixMs = trace.FirstUnixTicks / TimeSpan.TicksPerMillisecond;
        using var batcher = new ReportBatcher();
        var reports = new List<ScanReport>();
        foreach (string receiver in trace.Receivers)
        {
            var radio = new TraceRadio(trace, receiver, zeroUnixMs);
            reports.AddRange(batcher.Batch(receiver, radio, double.PositiveInfinity, zeroUnixMs, shape));
        }

        return new ReportInput(Path.GetFileName(path), reports);
    }

    /// <summary>Makes the synthetic crowd: an hour of twelve places that know nothing of each other.</summary>
    public static ReportInput FromCrowd(ReportShape shape)
    {
        using var batcher = new ReportBatcher();
        var reports = new List<ScanReport>();
        for (int i = 0; i < CrowdReceivers; i++)
        {
            var crowd = new SyntheticCrowd(CrowdSeed + (ulong)i);
            reports.AddRange(batcher.Batch($"crowd-{i + 1}", crowd, CrowdMs, CrowdZeroUnixMs, shape));
        }

        return new ReportInput($"synthetic crowd, seeds {CrowdSeed} to {CrowdSeed + CrowdReceivers - 1}", reports);
    }
}
