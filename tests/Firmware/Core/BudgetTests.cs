using LumenLink.Bench.Device;
using LumenLink.Beacon.Queue;
using LumenLink.Beacon.Uplink;
using LumenLink.Tests.Firmware.Security;

namespace LumenLink.Tests.Firmware.Core;

/// <summary>The memory budget of docs/firmware-budget.md: what our own code allocates and holds.</summary>
public class BudgetTests
{
    private const int Reports = 100;

    /// <summary>Bytes of live objects by the model of nanoFramework's heap, as the document states.</summary>
    private const int HeapBound = 40 * 1024;
    private const int SoftwareKeyBound = 12 * 1024;

    [Theory]
    [InlineData("")]
    [InlineData("privacy=raw")]
    [InlineData("report_extras=advertisement_type,tx_power,recognised,eid,fingerprint")]
    [InlineData("filter_change_db=6")]
    [InlineData("queue_max_bytes=65536")]
    public void A_report_allocates_nothing_beside_the_list(string policy)
    {
        DeviceFigures figures = DeviceRun.Measure(Reports, policy);
        Assert.Equal(Reports, figures.Reports);
        Assert.Equal(0, figures.UnlistedBytes);
    }

    [Fact]
    public void Names_are_made_for_a_segment_and_not_for_a_record()
    {
        DeviceFigures figures = DeviceRun.Measure(Reports);
        Assert.InRange(figures.Listed[Listed.SegmentName].Count, 1, Reports / 10);
        Assert.True(figures.Listed[Listed.FilePath].Count > Reports);
    }

    [Fact]
    public void Live_objects_fit_the_bound()
    {
        HeapCensus heap = DeviceRun.Measure(1).Heap;
        Assert.InRange(heap.Bytes, 1, HeapBound);
        Assert.Single(heap.Rows, row => row is { What: nameof(RecordSender), Count: 1 });
        Assert.Single(heap.Rows, row => row is { What: nameof(RecordQueue), Count: 1 });
    }

    /// <summary>What a board without a chip holds in the driver's place, tables of the curve first.</summary>
    [Fact]
    public void The_key_in_flash_and_its_curve_fit_the_bound()
    {
        HeapCensus heap = HeapCensus.From(new SoftwareKeyRig().Boot());
        Assert.InRange(heap.Bytes, 1, SoftwareKeyBound);
        Assert.Equal(
            NanoModel.Array(480, sizeof(int)) + NanoModel.Array(320, sizeof(int)),
            heap.Rows.Where(row => row.What.StartsWith("P256PointTable._table", StringComparison.Ordinal))
                .Sum(row => row.Bytes));
    }

    [Fact]
    public void Only_one_buffer_of_a_frame_is_held() => Assert.Equal(
        1,
        DeviceRun.Measure(1).Heap.Rows
            .Where(row => row.Bytes / row.Count >= NanoModel.Bytes(LumenLink.Protocol.WireLimits.MaxFrameBytes)
                && row.What.EndsWith("(Byte[])", StringComparison.Ordinal)
                && !row.What.StartsWith("SightingRing", StringComparison.Ordinal))
            .Sum(row => row.Count));

    [Theory]
    [InlineData(24, 0)]
    [InlineData(36, 16)]
    public void The_model_agrees_with_arrays_measured_on_the_CLR(int bytes, int length) =>
        Assert.Equal(bytes, NanoModel.Bytes(length));

    [Fact]
    public void The_model_agrees_with_objects_measured_on_the_CLR()
    {
        Assert.Equal(36, NanoModel.Object(2));
        Assert.Equal(48, NanoModel.Object(3));
        Assert.Equal(36, NanoModel.Array(4, sizeof(int)));
        Assert.Equal(144, NanoModel.References(10));
    }
}
