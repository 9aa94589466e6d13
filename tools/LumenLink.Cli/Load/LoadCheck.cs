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
    /// Asks the service for its counts of each beacon, which are new here: fewer sightings than were receipted are
    /// missing, more are there twice unless a record was stored whose receipt did not come.
    /// </summary>
    public static async Task<LoadFinding> AskApiAsync(ServiceClient client, IEnumerable<LoadLane> lanes)
    {
        long missing = 0;
        long twice = 0;
        foreach (LoadLane lane in lanes)
        {
            JsonElement beacon = await client.GetPublicAsync("beacons/" + lane.Connection.Beacon.IdText);
            long records = beacon.GetProperty("record_count").GetInt64();
            long sightings = beacon.GetProperty("sighting_count").GetInt64();
            long wanted = lane.Receipted.Sum(frame => (long)frame.Sightings);
            missing += Math.Max(lane.Receipted.Count - records, sightings < wanted ? 1 : 0);
            twice += records <= lane.Receipted.Count && sightings > wanted ? 1 : 0;
        }

        return new LoadFinding(LoadOptions.CheckApi, missing, twice);
    }
}
