using LumenLink.Bench.Input;

namespace LumenLink.Tests.Bench;

/// <summary>Reports made by hand.</summary>
internal static class Samples
{
    private const int WindowMs = 10_000;
    private const long TickZeroUnixMs = 1_767_225_600_000;

    internal static ScanReport Report(uint sequence, int windows, params HeardSighting[] sightings)
    {
        var shape = new ReportShape(WindowMs, windows);
        return new ScanReport(
            new Receiver("north", TickZeroUnixMs), sequence, TickZeroUnixMs + (sequence * shape.ReportMs), shape,
            sightings);
    }
}
