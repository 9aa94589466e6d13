using System.Text.Json;
using LumenLink.Cli.Beacon;
using LumenLink.Cli.Provisioning;
using LumenLink.Cli.Up;
using LumenLink.Load;

namespace LumenLink.Cli.Load;

/// <summary>What became of receipted records.</summary>
/// <param name="AskedOf">Who was asked.</param>
/// <param name="Missing">Records that are not there, or not all of their sightings.</param>
/// <param name="Twice">Records with more sightings than they told of.</param>
internal readonly record struct LoadFinding(string AskedOf, long Missing, long Twice);

/// <summary>Asks whether every receipted record is there exactly once.</summary>
internal static class LoadCheck
{
    /// <summary>Sightings of a page, the most that the service gives.</summary>
    private const int PageSize = 1000;

    /// <summary>Asks the store itself, record by record.</summary>
    public static async Task<LoadFinding> AskStoreAsync(RunFolder folder, IEnumerable<LoadLane> lanes)
    {
        long missing = 0;
        long twice = 0;
        await using StoredRows store = await StoredRows.OpenAsync(folder);
        foreach (LoadLane lane in lanes)
        {
            Dictionary<long, long> stored = await store.CountByRecordAsync(
                lane.Connection.Beacon.IdText, LoadBeacon.Boot);
            foreach (LoadFrame frame in lane.Receipted)
            {
                bool isThere = stored.TryGetValue(frame.Sequence, out long sightings);
                missing += !isThere || sightings < frame.Sightings ? 1 : 0;
                twice += isThere && sightings > frame.Sightings ? 1 : 0;
            }
        }

        return new LoadFinding(LoadOptions.CheckStore, missing, twice);
    }

    /// <summary>
    /// Asks the service, beacon by beacon: how many records it counts, and all sightings, page by page. The beacons are
    /// new, so there is nothing else of theirs.
    /// </summary>
    public static async Task<LoadFinding> AskApiAsync(ServiceClient client, IEnumerable<LoadLane> lanes)
    {
        long missing = 0;
        long twice = 0;
        foreach (LoadLane lane in lanes)
        {
            string id = lane.Connection.Beacon.IdText;
            JsonElement detail = await client.GetPublicAsync("beacons/" + id);
            JsonElement beacon = detail.GetProperty("beacon");
            long records = beacon.GetProperty("record_count").GetInt64();
            long sightings = await CountSightingsAsync(client, id);
            long wanted = lane.Receipted.Sum(frame => (long)frame.Sightings);
            missing += Math.Max(lane.Receipted.Count - records, sightings < wanted ? 1 : 0);

            // A record whose receipt did not come may be there besides.
            twice += records <= lane.Receipted.Count && sightings > wanted ? 1 : 0;
        }

        return new LoadFinding(LoadOptions.CheckApi, missing, twice);
    }

    private static async Task<long> CountSightingsAsync(ServiceClient client, string beacon)
    {
        long count = 0;
        string call = $"sightings?beacon={beacon}&limit={PageSize}";
        string? cursor = null;
        do
        {
            JsonElement page = await client.GetPublicAsync(cursor is null ? call : $"{call}&cursor={cursor}");
            count += page.GetProperty("items").GetArrayLength();
            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);
        return count;
    }
}
