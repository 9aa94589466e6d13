using LumenLink.Bench.Input;
using LumenLink.Simulator;

namespace LumenLink.Tests.Bench;

/// <summary>Reports are made of a trace as a beacon makes them.</summary>
public sealed class BatchTests
{
    private static readonly ReportShape Shape = new(10_000, 6);

    [Fact]
    public void AnAddressCountsOncePerWindowWithTheStrengthFirstHeard()
    {
        ScanReport report = Assert.Single(Batch(
            "100,north,0000000000aa,-70", "101,north,0000000000aa,-60", "102,north,0000000000bb,-50",
            "111,north,0000000000aa,-65"));
        Assert.Equal([0, 0, 1], report.Sightings.Select(sighting => (int)sighting.Window));
        Assert.Equal([-70, -50, -65], report.Sightings.Select(sighting => (int)sighting.RssiDbm));
        Assert.Equal(report.Sightings[0].Address, report.Sightings[2].Address);
    }

    [Fact]
    public void SilentReportsAreLeftOut()
    {
        ScanReport[] reports = [.. Batch("100,north,0000000000aa,-70", "461,north,0000000000aa,-71")];
        Assert.Equal(2, reports.Length);
        Assert.Equal([1u, 2u], reports.Select(report => report.Sequence));
        Assert.Equal(360_000, reports[1].OpenUnixMs - reports[0].OpenUnixMs);
    }

    [Fact]
    public void AnAddressBecomesOnePseudonymForAllReceivers()
    {
        using var batcher = new ReportBatcher();
        TraceFile trace = Trace("100,north,0000000000aa,-70", "100,south,0000000000aa,-71");
        ulong[] heard = [.. trace.Receivers.SelectMany(receiver => batcher
            .Batch(receiver, new TraceRadio(trace, receiver, 100_000), double.PositiveInfinity, 100_000, Shape))
            .Select(report => report.Sightings.Single().Address)];
        Assert.Equal(2, heard.Length);
        Assert.Single(heard.Distinct());
        Assert.NotEqual(0xAAul, heard[0]);
    }

    private static List<ScanReport> Batch(params string[] lines)
    {
        using var batcher = new ReportBatcher();
        TraceFile trace = Trace(lines);
        return [.. batcher.Batch(
            "north", new TraceRadio(trace, "north", 100_000), double.PositiveInfinity, 100_000, Shape)];
    }

    private static TraceFile Trace(params string[] lines) =>
        TraceFile.Read(new StringReader(string.Join('\n', lines)), "trace");
}
