using LumenLink.Beacon;
using LumenLink.Beacon.Queue;
using LumenLink.Protocol;

namespace LumenLink.Tests.Firmware.Core;

public class QueueTests
{
    private const int EntrySize = 6 + 30;

    private readonly SimFiles files = new();
    private readonly BeaconCounters counters = new();

    [Fact]
    public void Sequences_start_at_one_in_each_boot_and_order_is_by_boot_and_sequence()
    {
        RecordQueue queue = Booted(7);
        Add(queue, 3);
        queue = Booted(8);
        Add(queue, 2);
        Assert.Equal([(7u, 1u), (7u, 2u), (7u, 3u), (8u, 1u), (8u, 2u)], Held(queue));
        Assert.Equal(["00000007-00000001.seg", "00000008-00000001.seg"], files.Content.Keys);
        Assert.Equal(3u, queue.NextSequence);
    }

    [Fact]
    public void A_restart_takes_up_every_record_whole()
    {
        Add(Booted(7), 100);
        RecordQueue queue = Booted(8);
        Assert.Equal((100, 100), (queue.Count, counters.QueueDepth));
        Assert.Equal(4, files.Content.Count); // 32 records a segment
        queue.Rewind();
        for (uint i = 1; i <= 100; i++)
        {
            Assert.True(queue.Next());
            Assert.Equal(Record(i), queue.Entry[SegmentFormat.PrefixSize..][..queue.AtLength]);
        }

        Assert.False(queue.Next());
    }

    [Fact]
    public void A_segment_ends_at_its_bytes_and_the_flash_that_it_takes_is_known()
    {
        RecordQueue queue = Booted(7);
        for (int i = 0; i < 11; i++)
        {
            byte[] record = Record(queue.NextSequence, 1_500);
            Assert.True(queue.Add(record, record.Length));
        }

        Assert.Equal([5 * 1_506, 5 * 1_506, 1_506], files.Content.Values.Select(f => f.Length));
        Assert.Equal(5 * 4_096, queue.FlashBytes);
        Assert.Equal(5 * 4_096, Booted(8).FlashBytes);
        Assert.All(files.Content.Values, f => Assert.True(f.Length <= DeviceLimits.SegmentMaxBytes));
    }

    [Fact]
    public void The_oldest_segment_gives_way_first_and_its_records_are_counted()
    {
        RecordQueue queue = Booted(7, maxSegments: 3);
        Add(queue, 96);
        Assert.Equal(0, counters.DroppedRecords);
        Add(queue, 1);
        Assert.Equal((65, 32L), (queue.Count, counters.DroppedRecords));
        Assert.Equal((7u, 33u), Held(queue)[0]);
        Assert.Equal(["00000007-00000001.seg"], files.Deleted);
        Assert.Equal(3, files.Content.Count);
    }

    [Fact]
    public void More_segments_than_the_bound_at_a_restart_lose_the_oldest()
    {
        Add(Booted(7), 96);
        Add(Booted(9), 3);
        RecordQueue queue = Booted(10, maxSegments: 2);
        Assert.Equal([.. Enumerable.Range(65, 32).Select(s => (7u, (uint)s)), (9u, 1u), (9u, 2u), (9u, 3u)],
            Held(queue));
        Assert.Equal(64, counters.DroppedRecords);
        Assert.Equal(2, files.Content.Count);
    }

    [Fact]
    public void A_full_flash_makes_the_oldest_give_way()
    {
        RecordQueue queue = Booted(7);
        Add(queue, 64);
        files.Capacity = 64 * EntrySize;
        Add(queue, 1);
        Assert.Equal((33, 32L), (queue.Count, counters.DroppedRecords));
    }

    [Fact]
    public void A_flash_that_takes_nothing_loses_the_record_and_keeps_going()
    {
        files.Capacity = 0;
        RecordQueue queue = Booted(7);
        Assert.False(queue.Add(Record(1), Record(1).Length));
        Assert.Equal((0, 1L, 0L), (queue.Count, counters.DroppedRecords, counters.RecordsQueued));
        files.Capacity = int.MaxValue;
        Assert.True(queue.Add(Record(2), Record(2).Length));
        Assert.Equal([(7u, 2u)], Held(queue));
    }

    [Fact]
    public void Boots_below_those_on_flash_lose_one_record_and_go_on()
    {
        Add(Booted(7), 64);
        RecordQueue queue = Booted(3, maxSegments: 2);
        Add(queue, 1);
        Assert.Equal((3u, 1u), Held(queue)[0]);
        Assert.Equal(2, files.Content.Count);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 0)]
    [InlineData(EntrySize, 1)]
    [InlineData(EntrySize + 15, 1)]
    [InlineData((2 * EntrySize) + 20, 2)]
    public void A_torn_segment_keeps_what_is_whole(int length, int whole)
    {
        Add(Booted(7), 3);
        files.Content["00000007-00000001.seg"] = files.Content["00000007-00000001.seg"][..length];
        Add(Booted(8), 1);
        RecordQueue queue = Booted(9);
        Assert.Equal([.. Enumerable.Range(1, whole).Select(s => (7u, (uint)s)), (8u, 1u)], Held(queue));
        Assert.Equal(whole + 1, queue.Count);
    }

    [Fact]
    public void A_flipped_bit_anywhere_is_noticed_and_costs_nothing_before_it()
    {
        Add(Booted(7), 3);
        byte[] whole = files.Content.Values.Single();
        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] harmed = [.. whole];
            harmed[bit / 8] ^= (byte)(1 << (bit % 8));
            files.Content["00000007-00000001.seg"] = harmed;
            RecordQueue queue = Booted(8);
            int at = bit / 8 / EntrySize;
            List<(uint Boot, uint Sequence)> held = Held(queue);
            Assert.DoesNotContain((7u, (uint)at + 1), held);
            Assert.Equal(Enumerable.Range(1, at).Select(s => (7u, (uint)s)), held.Take(at));
            queue.Rewind();
            while (queue.Next())
                Assert.Equal(Record(queue.AtSequence), queue.Entry[SegmentFormat.PrefixSize..][..queue.AtLength]);
            files.Content["00000007-00000001.seg"] = whole;
        }

        Assert.True(counters.TornRecords >= whole.Length * 8);
    }

    /// <summary>The check value of CRC-32 (IEEE 802.3) for "123456789", as the catalogues of CRCs give it.</summary>
    [Fact]
    public void The_checksum_is_the_crc_of_ieee_802_3()
    {
        byte[] record = Record(1);
        byte[] entry = new byte[SegmentFormat.MaxEntrySize];
        int size = SegmentFormat.Write(record, record.Length, entry);
        byte[] covered = [.. entry[..2], .. record];
        Assert.Equal(System.IO.Hashing.Crc32.HashToUInt32(covered), BitConverter.ToUInt32(entry, 2));
        Assert.True(SegmentFormat.IsWhole(entry, size));
        Assert.Equal(0xCBF43926, System.IO.Hashing.Crc32.HashToUInt32("123456789"u8));
    }

    [Theory]
    [InlineData("00000007-00000001.seg.new")]
    [InlineData("00000007-00000001.SEG")]
    [InlineData("00000007_00000001.seg")]
    [InlineData("00000007-0000000g.seg")]
    [InlineData("00000000-00000001.seg")]
    [InlineData("FFFFFFFF-00000001.seg")]
    [InlineData("00000007-00000000.seg")]
    [InlineData("00000007-FFFFFFFF.seg")]
    [InlineData("x")]
    public void What_is_no_segment_is_removed_at_a_restart(string name)
    {
        files.Content[name] = [1, 2, 3];
        Assert.Equal(0, Booted(8).Count);
        Assert.Empty(files.Content);
    }

    [Fact]
    public void A_receipt_forgets_what_it_names_and_nothing_else()
    {
        Add(Booted(7), 10);
        RecordQueue queue = Booted(8);
        Add(queue, 3);
        var entry = new ReceiptEntry();
        entry.Reset(7, 3);
        Assert.True(entry.TrySettle(5));
        Assert.True(entry.TrySettle(9));
        Assert.True(entry.TryRefuse(7, RefusalReason.BodyMalformed));
        queue.Settle(entry);

        Assert.Equal([(7u, 4u), (7u, 6u), (7u, 8u), (7u, 10u), (8u, 1u), (8u, 2u), (8u, 3u)], Held(queue));
        Assert.Equal((5L, 1L), (counters.RecordsSettled, counters.RecordsRefused));
        queue.Settle(entry);
        Assert.Equal((5L, 1L), (counters.RecordsSettled, counters.RecordsRefused));
        Assert.Equal((4u, 1u, 0u), (queue.FloorOf(7), queue.FloorOf(8), queue.FloorOf(6)));
        Assert.Equal(2, files.Content.Count);
        entry.Reset(7, 10);
        queue.Settle(entry);
        Assert.Equal(["00000008-00000001.seg"], files.Content.Keys);
    }

    [Fact]
    public void The_segment_that_is_written_to_outlives_its_receipts_and_goes_when_it_is_full()
    {
        RecordQueue queue = Booted(7);
        var entry = new ReceiptEntry();
        for (uint i = 1; i <= 320; i++)
        {
            Add(queue, 1);
            entry.Reset(7, i);
            queue.Settle(entry);
            Assert.Equal((0, 1), (queue.Count, files.Content.Count));
        }

        Assert.Equal(9, files.Deleted.Count);
        Assert.Equal(320 + 9, files.Changes);
    }

    /// <summary>Wear: docs/decisions/0017 says what follows from it.</summary>
    [Fact]
    public void A_day_at_the_default_settings_costs_few_changes_of_flash()
    {
        using var rig = new BeaconRig();
        rig.Radio.Hear(Enumerable.Range(0, 86_400).Select(
            s => new Heard(s * 1000L, 0xC00000000000 + (ulong)((s / 7) % 40), 1, -60)));
        rig.RunFor(86_400_000);
        Assert.InRange(rig.Files.Changes - rig.Files.Deleted.Count, 1_500, 1_800);
        Assert.InRange(rig.Files.Deleted.Count, 40, 60);
    }

    [Fact]
    public void A_number_is_never_used_twice_even_if_the_chip_counts_wrongly()
    {
        Add(Booted(7), 3);
        Assert.Equal(4u, Booted(7).NextSequence);
    }

    [Fact]
    public void Records_in_flight_are_passed_over_until_they_come_back()
    {
        RecordQueue queue = Booted(7);
        Add(queue, 6);
        queue.Rewind();
        for (int i = 0; i < 2 && queue.Next(); i++) queue.Carry(1);
        Assert.Equal([(7u, 3u), (7u, 4u), (7u, 5u), (7u, 6u)], Held(queue));
        queue.Rewind();
        for (int i = 0; i < 2 && queue.Next(); i++) queue.Carry(2);
        Assert.Equal([(7u, 5u), (7u, 6u)], Held(queue));
        Assert.True(queue.HasFlight(1));

        var entry = new ReceiptEntry();
        entry.Reset(7, 2);
        queue.Settle(entry);
        Assert.False(queue.HasFlight(1));
        Assert.True(queue.HasFlight(2));
        Assert.Equal([(7u, 5u), (7u, 6u)], Held(queue));
        queue.ClearFlight(2);
        Assert.Equal([(7u, 3u), (7u, 4u), (7u, 5u), (7u, 6u)], Held(queue));
    }

    private static byte[] Record(uint sequence, int length = 30)
    {
        byte[] record = new byte[length];
        int body = length - RecordHeader.Size;
        var header = new RecordHeader { Sequence = sequence, Kind = RecordKind.Status, BodyLength = body };
        header.Write(record, 0);
        record.AsSpan(RecordHeader.Size).Fill((byte)sequence);
        return record;
    }

    private static void Add(RecordQueue queue, int count)
    {
        for (int i = 0; i < count; i++)
        {
            byte[] record = Record(queue.NextSequence);
            Assert.True(queue.Add(record, record.Length));
        }
    }

    /// <summary>What waits and is in no frame, as a sender would find it.</summary>
    private static List<(uint Boot, uint Sequence)> Held(RecordQueue queue)
    {
        List<(uint Boot, uint Sequence)> held = [];
        queue.Rewind();
        while (queue.Next()) held.Add((queue.AtBoot, queue.AtSequence));
        return held;
    }

    private RecordQueue Booted(uint boot, int maxSegments = 100)
    {
        var queue = new RecordQueue(files, counters, maxSegments);
        queue.Load();
        queue.StartBoot(boot);
        return queue;
    }
}
