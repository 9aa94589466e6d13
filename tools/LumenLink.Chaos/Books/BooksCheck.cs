using LumenLink.Simulator.Fleet;

namespace LumenLink.Chaos.Books;

/// <summary>Compares what the beacons say with what the database has.</summary>
/// <param name="Receipted">Records that a receipt let go.</param>
/// <param name="Stored">Records that are stored.</param>
/// <param name="Lost">
/// Records that were receipted and are not stored whole; and those that are neither receipted nor in a queue.
/// </param>
/// <param name="Duplicated">Records of which the database has more than one, or more sightings than there were.</param>
/// <param name="StillQueued">Records that wait in the beacons' queues.</param>
/// <param name="Complaints">What is wrong, the first of each kind.</param>
internal sealed record BooksCheck(
    int Receipted, int Stored, int Lost, int Duplicated, int StillQueued, IReadOnlyList<string> Complaints)
{
    private const int ComplaintsOfAKind = 5;

    /// <summary>Whether nothing is wrong.</summary>
    public bool IsGood => Lost == 0 && Duplicated == 0 && Complaints.Count == 0;

    /// <summary>Compares.</summary>
    public static BooksCheck Compare(BeaconSide beacons, StoredSide stored)
    {
        List<string> lost = [];
        List<string> duplicated = [];
        List<string> other = [.. stored.Complaints, .. beacons.Refused.Select(name => $"{name} is refused")];
        Dictionary<RecordId, RecordSums> known = new(beacons.Receipted);
        foreach ((RecordId id, RecordSums sums) in beacons.Queued.Concat(beacons.GaveWay)) known.TryAdd(id, sums);
        foreach ((RecordId id, RecordSums sums) in beacons.Receipted)
        {
            if (!stored.Records.TryGetValue(id, out StoredRecord record) || record.Rows == 0)
                lost.Add($"{id} was receipted and is not stored");
            else if (record.IsRefused)
                lost.Add($"{id} was receipted as refused");
            else if (record.Sums.Count < sums.Count)
                lost.Add($"{id} has {record.Sums.Count} of {sums.Count} sightings");
        }

        foreach ((RecordId id, StoredRecord record) in stored.Records)
        {
            if (!known.TryGetValue(id, out RecordSums sums))
                other.Add($"{id} is stored, and no beacon knows it");
            else if (record.Rows > 1 || record.Sums.Count > sums.Count)
                duplicated.Add($"{id} is there {record.Rows} times with {record.Sums.Count} of {sums.Count} sightings");
            else if (!record.IsRefused && record.Sums.Count == sums.Count && record.Sums != sums)
                other.Add($"{id} says {sums}, its rows {record.Sums}");
        }

        lost.AddRange(Gaps(known.Keys));
        lost.AddRange(beacons.GaveWay.Keys.Where(id => !stored.Records.ContainsKey(id)).Select(id => $"{id} gave way"));
        return new BooksCheck(
            beacons.Receipted.Count, stored.Records.Values.Count(record => record.Rows > 0 && !record.IsRefused),
            lost.Count, duplicated.Count, beacons.Queued.Count,
            [.. First(lost), .. First(duplicated), .. First(other)]);
    }

    /// <summary>A boot numbers its records from 1 without a gap: what misses in between was in a queue once.</summary>
    private static IEnumerable<string> Gaps(IEnumerable<RecordId> known) =>
        from boot in known.GroupBy(id => (id.Beacon, id.Boot), id => id.Sequence)
        let there = boot.ToHashSet()
        from sequence in Enumerable.Range(1, (int)there.Max())
        where !there.Contains(sequence)
        select $"{new RecordId(boot.Key.Beacon, boot.Key.Boot, sequence)} is gone without a receipt";

    private static IEnumerable<string> First(List<string> of) =>
        of.Count <= ComplaintsOfAKind
            ? of
            : [.. of.Take(ComplaintsOfAKind), $"… and {of.Count - ComplaintsOfAKind} more like these"];
}
