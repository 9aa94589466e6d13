using LumenLink.Beacon;
using LumenLink.Protocol;
using LumenLink.Tests.Firmware.Security;

namespace LumenLink.Tests.Firmware.Core;

public class ReceiptTests
{
    private const int Minute = 60_000;

    [Fact]
    public void A_broker_that_acknowledges_everything_and_delivers_nothing_loses_nothing()
    {
        using var rig = new BeaconRig();
        rig.RunFor(2 * Minute);
        rig.Service.SwallowsAll = true;
        rig.RunFor(60 * Minute);
        int stored = rig.Service.Stored.Count;
        Assert.Equal(rig.Counters.RecordsQueued, stored + rig.Counters.QueueDepth);
        Assert.True(rig.Counters.QueueDepth >= 60);
        Assert.True(rig.Counters.Connects > 2, "a connection that goes unanswered is made anew");
        rig.Service.SwallowsAll = false;
        rig.RunFor(20 * Minute);
        Assert.Equal(rig.Counters.RecordsQueued, rig.Service.Stored.Count);
        Assert.Equal(rig.Counters.RecordsQueued, rig.Counters.RecordsSettled);
    }

    [Fact]
    public void Only_a_receipt_empties_the_queue()
    {
        using var rig = new BeaconRig();
        rig.Service.SwallowsReceipts = true;
        rig.RunFor(30 * Minute);
        Assert.Equal(0, rig.Counters.RecordsSettled);
        Assert.Equal(rig.Counters.RecordsQueued, rig.Counters.QueueDepth);
        Assert.Empty(rig.Files.Deleted);
        Assert.True(rig.Service.Duplicates > 0, "what has no receipt is sent again");
    }

    [Fact]
    public void Resends_back_off()
    {
        using var rig = new BeaconRig();
        rig.RunFor(2 * Minute);
        rig.Service.SwallowsAll = true;
        rig.RunFor(3 * Minute);
        long[] sent = [.. rig.Service.Up.Where(u => u.Frame[1] == 3 && u.AtMs > 2 * Minute).Select(u => u.AtMs)];
        long[] gaps = [.. sent.Zip(sent.Skip(1), (a, b) => b - a)];
        Assert.InRange(gaps[0], DeviceLimits.ReceiptFirstMs / 2, DeviceLimits.ReceiptFirstMs + Minute);
        for (int i = 1; i <= 2; i++) // then the silence costs the connection, and waiting starts anew
            Assert.InRange(gaps[i], DeviceLimits.ReceiptFirstMs << i >> 1, DeviceLimits.ReceiptFirstMs << i);
    }

    [Fact]
    public void Receipts_that_come_late_twice_and_in_any_order_settle_each_record_once()
    {
        using var rig = new BeaconRig();
        var random = new Random(11);
        rig.Service.Receipts = (session, id, receipt) =>
        {
            byte[] frame = Sealed(session, id, receipt);
            for (int i = random.Next(3); i > 0; i--) rig.Service.Send(frame, random.Next(8_000));
            return frame;
        };
        rig.RunUntil(() =>
        {
            rig.Service.ReceiptDelayMs = random.Next(9_000);
            return false;
        }, 60 * Minute);
        rig.Loop.RequestFlush();
        rig.RunFor(2 * Minute);
        Assert.Equal(0, rig.Counters.QueueDepth);
        Assert.Equal(rig.Counters.RecordsQueued, rig.Counters.RecordsSettled);
        Assert.Equal(rig.Counters.RecordsQueued, rig.Service.Stored.Count);
    }

    [Fact]
    public void Gaps_stay_until_they_are_settled()
    {
        using var rig = new BeaconRig();
        rig.Service.SwallowsReceipts = true;
        rig.RunFor(10 * Minute);
        var entry = new ReceiptEntry();
        entry.Reset(1, 2);
        Assert.True(entry.TrySettle(4));
        Assert.True(entry.TrySettle(6));
        long queued = rig.Counters.RecordsQueued;
        rig.Service.Send(rig.Service.Receipt(rig.Service.LastSession, entry));
        rig.RunFor(100);
        Assert.Equal(4, rig.Counters.RecordsSettled);
        Assert.Equal(queued - 4, rig.Counters.QueueDepth);
        Assert.Equal(3u, rig.Parts.Queue.FloorOf(1));
        rig.Parts.Queue.ClearFlight(0);
        rig.Parts.Queue.Rewind();
        foreach (uint waiting in (uint[])[3, 5, 7])
        {
            Assert.True(rig.Parts.Queue.Next());
            Assert.Equal(waiting, rig.Parts.Queue.AtSequence);
        }

        rig.Service.SwallowsReceipts = false;
        rig.RunFor(5 * Minute);
        Assert.InRange(rig.Counters.QueueDepth, 0, 1);
    }

    [Fact]
    public void Refused_records_are_dropped_and_counted()
    {
        using var rig = new BeaconRig();
        rig.Service.Judges = kind => kind == RecordKind.Status ? RefusalReason.KindUnknown : RefusalReason.None;
        rig.Service.Receipts = (session, id, _) =>
        {
            // The true receipts count refused ones as stored, too; here the bitmap leaves them out.
            var entry = new ReceiptEntry();
            entry.Reset(1, 0);
            foreach (((uint _, uint sequence), byte[] record) in rig.Service.Stored)
            {
                if (BeaconRig.KindOf(record) == RecordKind.Status)
                    Assert.True(entry.TryRefuse(sequence, RefusalReason.KindUnknown));
                else Assert.True(entry.TrySettle(sequence));
            }

            return rig.Service.Receipt(id, entry);
        };
        rig.RunFor(20 * Minute);
        int statuses = rig.Service.Stored.Values.Count(r => BeaconRig.KindOf(r) == RecordKind.Status);
        Assert.True(statuses >= 4);
        Assert.Equal(statuses, rig.Counters.RecordsRefused);
        Assert.InRange(rig.Counters.QueueDepth, 0, 1);
    }

    [Fact]
    public void At_most_so_many_frames_wait_for_receipts()
    {
        using var rig = new BeaconRig();
        rig.Service.NextConnect = Beacon.Uplink.LinkOutcome.Unreachable;
        rig.Radio.Hear(Enumerable.Range(0, 60_000).Select(i => new Heard(i * 60L, 1ul + (ulong)(i % 150), 1, -60)));
        rig.RunFor(60 * Minute);
        Assert.True(rig.Counters.QueueDepth > 100);
        rig.Service.NextConnect = Beacon.Uplink.LinkOutcome.Connected;
        rig.Service.ReceiptDelayMs = 1_000;
        int most = 0;
        rig.RunUntil(() =>
        {
            most = Math.Max(most, rig.Service.CountUp(FrameType.Records) - (int)Settled());
            return false;
        }, 10 * Minute);
        Assert.Equal(DeviceLimits.FramesInFlight, most);
        Assert.InRange(rig.Counters.QueueDepth, 0, 1);

        long Settled() => rig.Service.Up.Count(u => u.Frame[1] == 3 && u.AtMs + 1_000 <= rig.Clock.NowMs);
    }

    [Fact]
    public void Hostile_frames_are_counted_change_nothing_and_never_throw()
    {
        using var rig = new BeaconRig();
        rig.Service.SwallowsReceipts = true;
        rig.RunFor(5 * Minute);
        int depth = rig.Counters.QueueDepth;
        long counted = rig.Counters.DownlinkRefused;
        long attestations = rig.Counters.Attestations;
        var random = new Random(17);
        var entry = new ReceiptEntry();
        entry.Reset(1, 1_000);
        byte[] genuine = rig.Service.Receipt(rig.Service.LastSession, entry);
        byte[] types = [0x01, 0x03, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0xFF];
        const int frames = 4_000;
        for (int i = 0; i < frames; i++)
        {
            byte[] frame;
            if (i % 3 == 0)
            {
                frame = [.. genuine];
                frame[random.Next(frame.Length)] ^= (byte)(1 << random.Next(8));
            }
            else
            {
                frame = new byte[random.Next(i % 50 == 1 ? 3_000 : 400)];
                random.NextBytes(frame);
                if (frame.Length > 6 && i % 3 == 1)
                {
                    frame[0] = 1;
                    frame[1] = types[random.Next(types.Length)];
                    if (frame[1] is 0x81 or 0x83) Array.Clear(frame, 2, 4);
                }
            }

            rig.Service.Send(frame);
            if (i % 4 == 3) rig.RunFor(1);
        }

        rig.RunFor(1);
        Assert.Equal(depth, rig.Counters.QueueDepth);
        Assert.Equal(counted + frames, rig.Counters.DownlinkRefused);
        Assert.Equal((0L, attestations), (rig.Counters.Faults, rig.Counters.Attestations));
        rig.Service.SwallowsReceipts = false;
        rig.RunFor(5 * Minute);
        Assert.InRange(rig.Counters.QueueDepth, 0, 1);
    }

    [Fact]
    public void A_flood_of_frames_is_bounded_and_what_does_not_fit_is_counted()
    {
        using var rig = new BeaconRig();
        rig.RunFor(Minute);
        long counted = rig.Counters.DownlinkRefused;
        for (int i = 0; i < 100; i++) rig.Service.Send([9, 9, 9]);
        rig.RunFor(1_000);
        Assert.Equal(counted + 100, rig.Counters.DownlinkRefused);
    }

    private static byte[] Sealed(TestSession session, uint id, ReceiptFrame receipt)
    {
        var entries = new List<ReceiptEntry>();
        while (receipt.NextEntry())
        {
            var copy = new ReceiptEntry();
            copy.Reset(receipt.Entry.Boot, receipt.Entry.SettledThrough);
            for (uint s = copy.SettledThrough + 1; s < copy.SettledThrough + 257; s++)
                if (receipt.Entry.IsSettled(s)) copy.TrySettle(s);
            entries.Add(copy);
        }

        return TestSession.Seal(session.DownKey, SimService.Body(id, [.. entries]));
    }
}
