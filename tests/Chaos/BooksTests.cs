using System.Buffers.Binary;
using LumenLink.Chaos.Books;
using LumenLink.Simulator;
using LumenLink.Simulator.Fleet;

namespace LumenLink.Tests.Chaos;

/// <summary>What is lost, doubled and queued, told from the beacons' books and the database's rows.</summary>
public sealed class BooksTests : IDisposable
{
    private static readonly RecordSums Three = new(3, 30, -210);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lumenlink-books-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_is_receipted_and_stored_once_is_right_and_so_is_what_waits()
    {
        BooksCheck check = Compare(
            receipted: [Id(1), Id(2)], queued: [Id(3), Id(4)], stored: [(Id(1), One), (Id(2), One), (Id(3), One)]);
        Assert.True(check.IsGood);
        Assert.Equal((2, 3, 2), (check.Receipted, check.Stored, check.StillQueued));
    }

    [Fact]
    public void Receipted_and_not_stored_is_lost()
    {
        AssertLost(1, Compare([Id(1), Id(2)], [], [(Id(1), One)]));
        AssertLost(1, Compare([Id(1)], [], [(Id(1), One with { Sums = new RecordSums(2, 20, -140) })]));
        AssertLost(1, Compare([Id(1)], [], [(Id(1), One with { Rows = 0 })]));
        AssertLost(1, Compare([Id(1)], [], [(Id(1), new StoredRecord(1, true, default))]));
    }

    [Fact]
    public void What_no_book_has_between_others_is_lost() =>
        AssertLost(2, Compare([Id(1), Id(4)], [], [(Id(1), One), (Id(4), One)]));

    [Fact]
    public void What_gave_way_unstored_is_lost()
    {
        BeaconSide beacons = Beacons([Id(1)], []) with { GaveWay = Sums([Id(2)]) };
        AssertLost(1, BooksCheck.Compare(beacons, Stored([(Id(1), One)])));
        Assert.True(BooksCheck.Compare(beacons, Stored([(Id(1), One), (Id(2), One)])).IsGood);
    }

    [Fact]
    public void More_rows_than_there_were_are_duplicates_of_waiting_records_too()
    {
        AssertDuplicated(1, Compare([Id(1)], [], [(Id(1), One with { Rows = 2 })]));
        AssertDuplicated(1, Compare([Id(1)], [], [(Id(1), One with { Sums = new RecordSums(6, 60, -420) })]));
        AssertDuplicated(1, Compare([], [Id(1)], [(Id(1), One with { Rows = 2 })]));
    }

    [Fact]
    public void Other_contents_unknown_records_and_refused_beacons_are_wrong()
    {
        Assert.False(Compare([Id(1)], [], [(Id(1), One with { Sums = Three with { RssiDbm = -211 } })]).IsGood);
        Assert.False(Compare([Id(1)], [], [(Id(1), One), (Id(2), One)]).IsGood);
        BeaconSide refused = Beacons([Id(1)], []) with { Refused = ["beacon-0001"] };
        Assert.False(BooksCheck.Compare(refused, Stored([(Id(1), One)])).IsGood);
        StoredSide counters = Stored([(Id(1), One)]) with { Complaints = ["a counter"] };
        Assert.False(BooksCheck.Compare(Beacons([Id(1)], []), counters).IsGood);
    }

    [Fact]
    public void Each_record_of_a_segment_is_written_down_before_the_segment_goes()
    {
        string flash = MakeSegment("00000005-00000007.seg", 7, 8);
        string file = Path.Combine(_folder.FullName, "books");
        QueueBooks books = new(flash, file, maxSegments: 2);
        Assert.Equal(FlashFault.None, books.Before(FlashOperation.Delete, @"I:\queue\00000005-00000007.seg", 0));
        Assert.Equal(
            [(QueueExit.Receipted, 5L, 7L), (QueueExit.Receipted, 5L, 8L)],
            QueueBooks.Read(file).Select(entry => (entry.Exit, entry.Boot, entry.Sequence)));

        // At the bound the oldest gives way; and a line that a kill broke off does not count.
        File.AppendAllText(file, "Receipted 5 9 1");
        MakeSegment("00000005-0000000a.seg", 10);
        books.Before(FlashOperation.Delete, @"I:\queue\00000005-0000000a.seg", 0);
        Assert.Equal(
            [QueueExit.Receipted, QueueExit.Receipted, QueueExit.GaveWay],
            QueueBooks.Read(file).Select(entry => entry.Exit));
    }

    [Fact]
    public void Nothing_else_that_goes_from_the_flash_is_in_the_books()
    {
        string flash = MakeSegment("00000005-00000007.seg", 7);
        string file = Path.Combine(_folder.FullName, "books");
        QueueBooks books = new(flash, file, maxSegments: 2);
        books.Before(FlashOperation.Close, @"I:\queue\00000005-00000007.seg", 1);
        books.Before(FlashOperation.Delete, @"I:\queue\other.tmp", 0);
        Assert.Empty(QueueBooks.Read(file));
    }

    private static StoredRecord One => new(1, false, Three);

    private static RecordId Id(long sequence) => new(Beacon: -5, Boot: 1, sequence);

    private static Dictionary<RecordId, RecordSums> Sums(IEnumerable<RecordId> ids) =>
        ids.ToDictionary(id => id, _ => Three);

    private static BeaconSide Beacons(IEnumerable<RecordId> receipted, IEnumerable<RecordId> queued) =>
        new(Sums(receipted), Sums([]), Sums(queued), []);

    private static StoredSide Stored(IEnumerable<(RecordId Id, StoredRecord Record)> records) =>
        new(records.ToDictionary(one => one.Id, one => one.Record), []);

    private static BooksCheck Compare(
        IEnumerable<RecordId> receipted, IEnumerable<RecordId> queued,
        IEnumerable<(RecordId Id, StoredRecord Record)> stored) =>
        BooksCheck.Compare(Beacons(receipted, queued), Stored(stored));

    private static void AssertLost(int lost, BooksCheck check) =>
        Assert.Equal((lost, 0, false), (check.Lost, check.Duplicated, check.IsGood));

    private static void AssertDuplicated(int duplicated, BooksCheck check) =>
        Assert.Equal((0, duplicated, false), (check.Lost, check.Duplicated, check.IsGood));

    /// <summary>A segment of records that are their number and nothing else.</summary>
    private string MakeSegment(string name, params int[] sequences)
    {
        string flash = Path.Combine(_folder.FullName, "flash");
        Directory.CreateDirectory(Path.Combine(flash, "queue"));
        using FileStream segment = File.Create(Path.Combine(flash, "queue", name));
        foreach (int sequence in sequences)
        {
            byte[] entry = new byte[9];
            BinaryPrimitives.WriteUInt16LittleEndian(entry, 3);
            entry[6] = (byte)sequence;
            segment.Write(entry);
        }

        return flash;
    }
}
