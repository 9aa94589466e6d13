using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Dashboard;

/// <summary>What the fleet's table is ordered by.</summary>
public enum FleetOrder
{
    /// <summary>Name.</summary>
    Name,

    /// <summary>Region.</summary>
    Region,

    /// <summary>State.</summary>
    Status,

    /// <summary>Time of the last frame.</summary>
    LastSeen,

    /// <summary>Number of sightings.</summary>
    Sightings,
}

/// <summary>A beacon as a row.</summary>
/// <param name="Beacon">The beacon.</param>
/// <param name="Status">Where it stands now.</param>
/// <param name="IsTrusted">True while it holds a session and nothing says that it runs twice.</param>
public sealed record FleetRow(BeaconView Beacon, FleetStatus Status, bool IsTrusted)
{
    /// <summary>The row of a beacon.</summary>
    public static FleetRow Of(BeaconView beacon, DateTimeOffset now) =>
        new(beacon, FleetPolicy.StatusOf(beacon, now), FleetPolicy.IsTrusted(beacon, now));

    /// <summary>Why it was refused, in plain words; null when it was not.</summary>
    public string? Reason => Status == FleetStatus.Refused ? FleetWords.Meaning(Beacon.LastOutcome!.Value) : null;

    /// <summary>True when the text is in its name, region, id or firmware version.</summary>
    public bool Matches(string text) => text.Length == 0
        || Beacon.Name.Contains(text, StringComparison.OrdinalIgnoreCase)
        || Beacon.Region.Contains(text, StringComparison.OrdinalIgnoreCase)
        || Beacon.FirmwareVersion.Contains(text, StringComparison.OrdinalIgnoreCase)
        || Beacon.Id.ToString().Contains(text, StringComparison.Ordinal);

    /// <summary>Rows in order; equal ones keep theirs.</summary>
    public static IEnumerable<FleetRow> Sort(
        IEnumerable<FleetRow> rows, FleetOrder order, bool isDescending) => order switch
        {
            FleetOrder.Region => By(rows, row => row.Beacon.Region, StringComparer.OrdinalIgnoreCase, isDescending),
            FleetOrder.Status => By(rows, row => row.Status, null, isDescending),
            FleetOrder.LastSeen =>
                By(rows, row => row.Beacon.LastSeenAt ?? DateTimeOffset.MinValue, null, !isDescending),
            FleetOrder.Sightings => By(rows, row => row.Beacon.SightingCount, null, !isDescending),
            _ => By(rows, row => row.Beacon.Name, StringComparer.OrdinalIgnoreCase, isDescending),
        };

    private static IEnumerable<FleetRow> By<TKey>(
        IEnumerable<FleetRow> rows, Func<FleetRow, TKey> key, IComparer<TKey>? comparer, bool isDescending) =>
        isDescending ? rows.OrderByDescending(key, comparer) : rows.OrderBy(key, comparer);
}
