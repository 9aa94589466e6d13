using LumenLink.Beacon;
using LumenLink.Beacon.Queue;
using LumenLink.Protocol;

namespace LumenLink.Tests.Firmware.Core;

public class QueueTests
{
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
        Assert.Equal("00000007-00000001.rec", files.Content.Keys.First());
        Assert.Equal(3u, queue.NextSequence);
    }

    [Fact]
    public void A_restart_takes_up_every_record_whole()
    {
        RecordQueue queue = Booted(7);
        Add(queue, 40);
        queue = Booted(8);
        Assert.Equal(40, queue.Count);
        Assert.Equal(40, counters.QueueDepth);
        for (int i = 0; i < 40; i++)
        {
            byte[] read = queue.Read(i, out int count)!;
            Assert.Equal(Record((uint)i + 1), read[..count]);
        }
    }

    [Fact]
    public void The_oldest_gives_way_first_and_is_counted()
    {
        RecordQueue queue = Booted(7, maxRecords: 5);
        Add(queue, 8);
        Assert.Equal([(7u, 4u), (7u, 5u), (7u, 6u), (7u, 7u), (7u, 8u)], Held(queue));
        Assert.Equal(3, counters.DroppedRecords);
        Assert.Equal(["00000007-00000001.rec", "00000007-00000002.rec", "00000007-00000003.rec"], files.Deleted);
        Assert.Equal(5, files.Content.Count);
    }

    [Fact]
    public void More_files_than_the_bound_at_a_restart_lose_the_oldest()
    {
        Add(Booted(7), 8);
        RecordQueue queue = Booted(8, maxRecords: 3);
        Assert.Equal([(7u, 6u), (7u, 7u), (7u, 8u)], Held(queue));
        Assert.Equal(5, counters.DroppedRecords);
        Assert.Equal(3, files.Content.Count);
    }

    [Fact]
    public void A_full_flash_makes_the_oldest_give_way()
    {
        files.Capacity = 4;
        RecordQueue queue = Booted(7);
        Add(queue, 6);
        Assert.Equal([(7u, 3u), (7u, 4u), (7u, 5u), (7u, 6u)], Held(queue));
        Assert.Equal(2, counters.DroppedRecords);
    }

    [Fact]
    public void A_flash_that_takes_nothing_loses_the_record_and_keeps_going()
    {
        files.Capacity = 0;
        RecordQueue queue = Booted(7);
        Assert.False(queue.Add(Record(1), Record(1).Length));
        Assert.Equal((0, 1L, 0L), (queue.Count, counters.DroppedRecords, counters.RecordsQueued));
        files.Capacity = 10;
        Assert.True(queue.Add(Record(2), Record(2).Length));
        Assert.Equal([(7u, 2u)], Held(queue));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(27)]
    [InlineData(33)]
    public void A_torn_file_is_dropped_and_counted(int length)
    {
        Add(Booted(7), 3);
        files.Content["00000007-00000002.rec"] = files.Content["00000007-00000002.rec"][..length];
        RecordQueue queue = Booted(8);
        Assert.Null(queue.Read(1, out _));
        Assert.Equal([(7u, 1u), (7u, 3u)], Held(queue));
        Assert.Equal(1, counters.TornRecords);
        Assert.DoesNotContain("00000007-00000002.rec", files.Content.Keys);
    }

    [Fact]
    public void A_flipped_bit_anywhere_is_noticed()
    {
        Add(Booted(7), 1);
        byte[] whole = files.Content.Values.Single();
        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] harmed = [.. whole];
            harmed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(-1, RecordFile.RecordLength(harmed, 1));
        }

        Assert.Equal(whole.Length - 4, RecordFile.RecordLength(whole, 1));
        Assert.Equal(-1, RecordFile.RecordLength(whole, 2));
    }

    [Theory]
    [InlineData("00000007-00000001.rec.new")]
    [InlineData("00000007-00000001.REC")]
    [InlineData("00000007_00000001.rec")]
    [InlineData("00000007-0000000g.rec")]
    [InlineData("00000000-00000001.rec")]
    [InlineData("FFFFFFFF-00000001.rec")]
    [InlineData("00000007-00000000.rec")]
    [InlineData("x")]
    public void What_is_no_record_is_removed_at_a_restart(string name)
    {
        files.Content[name] = [1, 2, 3];
        Assert.Equal(0, Booted(8).Count);
        Assert.Empty(files.Content);
    }

    [Fact]
    public void A_receipt_forgets_what_it_names_and_nothing_else()
    {
        RecordQueue queue = Booted(7);
        Add(queue, 10);
        queue = Booted(8);
        Add(queue, 3);
        var entry = new ReceiptEntry();
        entry.Reset(7, 3);
        Assert.True(entry.TrySettle(5));
        Assert.True(entry.TrySettle(9));
        Assert.True(entry.TryRefuse(7, RefusalReason.BodyMalformed));
        queue.Settle(entry);

        Assert.Equal([(7u, 4u), (7u, 6u), (7u, 8u), (7u, 10u), (8u, 1u), (8u, 2u), (8u, 3u)], Held(queue));
        Assert.Equal((5L, 1L), (counters.RecordsSettled, counters.RecordsRefused));
        Assert.Equal(7, files.Content.Count);
        queue.Settle(entry);
        Assert.Equal((5L, 1L), (counters.RecordsSettled, counters.RecordsRefused));
        Assert.Equal(4u, queue.FloorAt(2));
        Assert.Equal(1u, queue.FloorAt(6));
    }

    [Fact]
    public void A_number_is_never_used_twice_even_if_the_chip_counts_wrongly()
    {
        Add(Booted(7), 3);
        Assert.Equal(4u, Booted(7).NextSequence);
    }

    private static byte[] Record(uint sequence)
    {
        byte[] record = new byte[RecordHeader.Size + 20];
        var header = new RecordHeader { Sequence = sequence, Kind = RecordKind.Status, BodyLength = 20 };
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

    private static List<(uint Boot, uint Sequence)> Held(RecordQueue queue) =>
        [.. Enumerable.Range(0, queue.Count).Select(i => (queue.BootAt(i), queue.SequenceAt(i)))];

    private RecordQueue Booted(uint boot, int maxRecords = 100)
    {
        var queue = new RecordQueue(files, counters, maxRecords);
        queue.Load();
        queue.StartBoot(boot);
        return queue;
    }
}
