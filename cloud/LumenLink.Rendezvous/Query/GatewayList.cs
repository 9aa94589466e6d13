using System.Globalization;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Query;

/// <summary>What comes first in a list of beacons.</summary>
internal enum GatewayOrder
{
    /// <summary>By name, then id.</summary>
    Name,

    /// <summary>Nearest first; those that nobody knows the location of last.</summary>
    Distance,

    /// <summary>The one with the fewest records waiting first; those that told no status last.</summary>
    Load,
}

/// <summary>Which beacons a caller wants to see; nulls do not filter.</summary>
/// <param name="Status">Where it stands.</param>
/// <param name="Region">Region label, compared exactly.</param>
/// <param name="Level">Security level.</param>
/// <param name="Near">Where distances are counted from.</param>
/// <param name="WithinM">Metres from there at most.</param>
/// <param name="Load">Records that wait on it at most.</param>
/// <param name="Order">What comes first.</param>
/// <param name="Limit">Items of a page at most.</param>
internal sealed record GatewayFilter(
    FleetStatus? Status, string? Region, SecurityLevel? Level, GeoPoint? Near, int? WithinM, int? Load,
    GatewayOrder Order, int Limit);

/// <summary>
/// Pages of a list of beacons. By name a page goes on behind the last beacon of the one before, wherever that is now.
/// By distance and load it goes on behind the last one's number and id, which the cursor holds: whatever comes and goes
/// in between, a beacon whose number stays is seen exactly once. Distances stay unless somebody moves a beacon; loads
/// change with each status, and a beacon whose load passes the cursor is seen twice or not at all.
/// </summary>
internal static class GatewayList
{
    /// <summary>Between number and id of a cursor.</summary>
    private const char Separator = '.';

    /// <summary>A page; null when the cursor is of no page of such a list.</summary>
    public static Page<Gateway>? Read(
        IReadOnlyList<BeaconView> byName, GatewayFilter filter, string? cursor, DateTimeOffset now)
    {
        IEnumerable<BeaconView> all = byName;
        if (filter.Order == GatewayOrder.Name && cursor is not null)
        {
            if (!TryFindStart(byName, cursor, out int start))
                return null;
            all = byName.Skip(start);
        }

        IEnumerable<Gateway> found = all.Select(beacon => Gateway.Of(beacon, now, filter.Near))
            .Where(gateway => filter.Status is null || gateway.Status == filter.Status)
            .Where(gateway => filter.Region is null || gateway.Region == filter.Region)
            .Where(gateway => filter.Level is null || gateway.SecurityLevel == filter.Level)
            .Where(gateway => filter.WithinM is null || gateway.DistanceM <= filter.WithinM)
            .Where(gateway => filter.Load is null || gateway.QueueRecords <= filter.Load);
        if (filter.Order != GatewayOrder.Name)
        {
            (long Number, string Id) last = (-1, "");
            if (cursor is not null && !TryRead(cursor, out last))
                return null;
            found = found.Where(gateway => IsBehind(gateway, filter.Order, last))
                .OrderBy(gateway => NumberOf(gateway, filter.Order))
                .ThenBy(gateway => gateway.Id, StringComparer.Ordinal);
        }

        Gateway[] page = [.. found.Take(filter.Limit + 1)];
        return page.Length <= filter.Limit
            ? new Page<Gateway>(page, null)
            : new Page<Gateway>(page[..filter.Limit], CursorOf(page[filter.Limit - 1], filter.Order));
    }

    private static bool IsBehind(Gateway gateway, GatewayOrder order, (long Number, string Id) last)
    {
        long number = NumberOf(gateway, order);
        return number > last.Number
            || (number == last.Number && string.CompareOrdinal(gateway.Id, last.Id) > 0);
    }

    private static long NumberOf(Gateway gateway, GatewayOrder order) =>
        (order == GatewayOrder.Load ? gateway.QueueRecords : gateway.DistanceM) ?? long.MaxValue;

    private static string CursorOf(Gateway last, GatewayOrder order) => order == GatewayOrder.Name
        ? last.Id
        : string.Create(CultureInfo.InvariantCulture, $"{NumberOf(last, order)}{Separator}{last.Id}");

    private static bool TryRead(string cursor, out (long Number, string Id) last)
    {
        last = default;
        string[] parts = cursor.Split(Separator);
        if (parts.Length != 2 || !parts[0].All(char.IsAsciiDigit) || !BeaconId.TryParse(parts[1], out _)
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            return false;
        last = (number, parts[1]);
        return true;
    }

    /// <summary>
    /// The order by name does not depend on filters or time, so a page goes on behind the last id of the one before.
    /// </summary>
    private static bool TryFindStart(IReadOnlyList<BeaconView> fleet, string cursor, out int start)
    {
        start = 0;
        if (!BeaconId.TryParse(cursor, out BeaconId last))
            return false;
        for (int i = 0; i < fleet.Count; i++)
        {
            if (fleet[i].Id != last)
                continue;
            start = i + 1;
            return true;
        }

        return false;
    }
}
