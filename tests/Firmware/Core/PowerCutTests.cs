using LumenLink.Tests.Firmware.Security;

namespace LumenLink.Tests.Firmware.Core;

/// <summary>The power goes at every single change of the queue's flash: before, in the middle, after.</summary>
public class PowerCutTests
{
    private const int Minute = 60_000;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Nothing_that_was_queued_is_lost_or_stored_twice_and_the_beacon_starts_again(int mode)
    {
        int cuts = 0;
        int changes = ChangesWithoutCuts();
        for (int at = 1; at <= changes; at++)
        {
            using BeaconRig rig = NewRig();
            rig.Files.CutAt = at;
            rig.Files.CutMode = (CutMode)mode;
            Live(rig, ref cuts);
            Assert.True(rig.Files.EverDurable.Count > 40, $"only {rig.Files.EverDurable.Count} records");
            Assert.Equal(0, rig.Counters.DroppedRecords);
            foreach (((uint Boot, uint Sequence) id, byte[] record) in rig.Files.EverDurable)
            {
                Assert.True(rig.Service.Stored.TryGetValue(id, out byte[]? stored), $"cut {at}: {id} is lost");
                Assert.Equal(record, stored);
            }

            Assert.Equal(0, rig.Counters.QueueDepth);
            Assert.True(rig.Files.Content.Count <= 1, "settled segments stay");
        }

        Assert.Equal(changes, cuts);
    }

    private static BeaconRig NewRig() => new("privacy=raw\ncycle_stretch_max=1\nreport_ms=10000");

    private static int ChangesWithoutCuts()
    {
        using BeaconRig rig = NewRig();
        int cuts = 0;
        Live(rig, ref cuts);
        Assert.Equal(0, cuts);
        Assert.NotEmpty(rig.Files.Deleted);
        return rig.Files.Changes;
    }

    /// <summary>Online, without receipts, offline, online again: segments begin and end in it.</summary>
    private static void Live(BeaconRig rig, ref int cuts)
    {
        Run(rig, Minute, ref cuts);
        rig.Service.SwallowsReceipts = true;
        Run(rig, Minute, ref cuts);
        rig.Service.NextConnect = Beacon.Uplink.LinkOutcome.Unreachable;
        rig.Service.Cut();
        Run(rig, 4 * Minute, ref cuts);
        rig.Service.SwallowsReceipts = false;
        rig.Service.NextConnect = Beacon.Uplink.LinkOutcome.Connected;
        Run(rig, 4 * Minute, ref cuts);
        rig.Loop.RequestFlush();
        Run(rig, 4 * Minute, ref cuts);
    }

    private static void Run(BeaconRig rig, int ms, ref int cuts)
    {
        long endMs = rig.Clock.NowMs + ms;
        while (rig.Clock.NowMs < endMs)
        {
            try
            {
                rig.RunFor(endMs - rig.Clock.NowMs);
            }
            catch (PowerCutException)
            {
                cuts++;
                rig.Boot();
            }
        }
    }
}
