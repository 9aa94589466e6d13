using LumenLink.Bench.Ingest;

namespace LumenLink.Bench.Scale;

/// <summary>The identity of a stored record, as a row.</summary>
internal readonly record struct RecordRow(long Beacon, long Sequence, DateTime ReceivedAt);

/// <summary>
/// Sightings as a service has them that ran for a week: in the order in which they came, the same number in each day's
/// partition, by beacons that take turns, of people who stay a while. All of it follows from their number.
/// </summary>
/// <param name="rows">Sightings in all.</param>
/// <param name="beacons">Ids of the beacons as the store has them.</param>
/// <param name="now">The end of the week.</param>
internal sealed class StoredCrowd(long rows, IReadOnlyList<long> beacons, DateTime now)
{
    /// <summary>Days that they are spread over, today's the last: as long as sightings are kept.</summary>
    public const int Days = 7;

    /// <summary>A boot before the one that the beacons are in.</summary>
    private const long Boot = 0;

    private const int RowsPerRecord = 40;
    private const long RowsPerAddress = 50;
    private const int WindowMs = 10_000;
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private const long AddressMask = 0xFFFF_FFFF_FFFF;

    /// <summary>Sightings.</summary>
    public long Rows => rows;

    /// <summary>Records that they are of.</summary>
    public long Records => (rows + RowsPerRecord - 1) / RowsPerRecord;

    /// <summary>All sightings, in order.</summary>
    public IEnumerable<SightingRow> Sightings()
    {
        for (long i = 0; i < rows; i++)
        {
            RecordRow record = RecordAt(i / RowsPerRecord);
            long opened = new DateTimeOffset(record.ReceivedAt).ToUnixTimeMilliseconds() - (6 * WindowMs);
            yield return new SightingRow(
                1, record.Beacon, Boot, record.Sequence, record.ReceivedAt, opened + (WindowMs * (i % 6)), WindowMs, 0,
                1, AddressOf(i), 0, 0, (short)(-40 - (i % 50)));
        }
    }

    /// <summary>Identities of all records, in order.</summary>
    public IEnumerable<RecordRow> AllRecords()
    {
        for (long record = 0; record < Records; record++)
            yield return RecordAt(record);
    }

    /// <summary>The address of a sighting.</summary>
    public long AddressOf(long row) =>
        (long)(unchecked((ulong)(row / (RowsPerAddress * beacons.Count) * beacons.Count + (row % beacons.Count) + 1)
            * Golden) >> 16) & AddressMask;

    private RecordRow RecordAt(long record)
    {
        DateTime today = now.Date;
        double place = (double)record / Records * Days;
        int day = (int)place;
        DateTime begin = today.AddDays(day - Days + 1);
        TimeSpan length = day == Days - 1 ? now - today : TimeSpan.FromDays(1);
        return new RecordRow(
            beacons[(int)(record % beacons.Count)], (record / beacons.Count) + 1, begin + (length * (place - day)));
    }
}
