namespace LumenLink.Rendezvous.Resolve;

/// <summary>
/// Whose an identifier is now. The table answers for clocks that are by the time; beside it a small one has beacons
/// that were enrolled since it was made, and those whose clock is elsewhere. One thread changes it, any number ask.
/// </summary>
internal sealed class EidBook(UnknownEids unknown, TimeProvider time)
{
    private readonly List<FleetBeacon> added = [];
    private readonly HashSet<FleetBeacon> anchored = [];
    private volatile EidTable table = EidTable.Empty;
    private volatile Dictionary<ulong, (FleetBeacon Beacon, uint Period)> beside = [];

    /// <summary>The table that answers now.</summary>
    public EidTable Table => table;

    /// <summary>Beacons whose identifier clock is not by the time.</summary>
    public int Anchored => anchored.Count;

    /// <summary>True when a new table is due.</summary>
    public bool IsTableDue =>
        added.Count > Math.Max(ResolvePolicy.MaxEnrolled, table.Beacons / ResolvePolicy.AddedShare)
        || (time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(table.MadeForS)).Duration()
            >= ResolvePolicy.TableEvery;

    /// <summary>The beacons that advertise these identifiers now.</summary>
    /// <param name="asked">
    /// Identifiers, the first byte of each highest; <see cref="ResolvePolicy.MaxEids"/> at most.
    /// </param>
    /// <param name="found">Takes the beacon of each; null where there is none for this tenant.</param>
    /// <param name="tenantId">Who asks.</param>
    /// <param name="unixS">Now.</param>
    /// <param name="round">The round of the search.</param>
    public void Resolve(ReadOnlySpan<ulong> asked, Span<FleetBeacon?> found, int tenantId, long unixS, long round)
    {
        Span<ulong> nobodys = stackalloc ulong[ResolvePolicy.MaxEids];
        int count = 0;
        for (int i = 0; i < asked.Length; i++)
        {
            FleetBeacon? beacon = table.Find(asked[i], out uint period);
            if (beacon is null && beside.TryGetValue(asked[i], out (FleetBeacon Beacon, uint Period) entry))
                (beacon, period) = entry;
            bool isSeen = beacon is { IsRevoked: false } && beacon.TenantId == tenantId && IsNow(beacon, period, unixS);
            found[i] = isSeen ? beacon : null;
            if (beacon is null || (!isSeen && !beacon.IsRevoked && beacon.TenantId == tenantId))
                nobodys[count++] = asked[i];
        }

        unknown.Add(nobodys[..count], round);
    }

    /// <summary>Makes a new table; who asks meanwhile asks the one before.</summary>
    public void MakeTable(FleetBeacon[] beacons, int count, int threads)
    {
        table = EidTable.Make(beacons, count, time.GetUtcNow().ToUnixTimeSeconds(), threads);
        added.Clear();
        MakeBeside();
    }

    /// <summary>Takes beacons that the table does not have.</summary>
    public void Add(IReadOnlyList<FleetBeacon> fresh)
    {
        if (fresh.Count == 0)
            return;
        added.AddRange(fresh);
        MakeBeside();
    }

    /// <summary>Takes beacons whose clock was found elsewhere.</summary>
    public void Anchor(IReadOnlyList<FleetBeacon> found)
    {
        if (found.Count == 0)
            return;
        anchored.UnionWith(found);
        MakeBeside();
    }

    /// <summary>Looks at what beacons told of their clocks, and takes those that are elsewhere.</summary>
    public void Follow(IReadOnlyList<FleetBeacon> changed)
    {
        DateTimeOffset now = time.GetUtcNow();
        long nowS = now.ToUnixTimeSeconds();
        List<FleetBeacon> ahead = [];
        foreach (FleetBeacon beacon in changed)
        {
            uint byTime = beacon.Clock.PeriodAt(nowS);
            if (beacon.Now.EidPeriod is { } told && EidAnchor.Ahead(told, byTime) > ResolvePolicy.Tolerance)
            {
                beacon.SetAnchor(new EidAnchor(told, nowS));
                ahead.Add(beacon);
            }
            else if (now - Query.FleetPolicy.LastSign(beacon.Now.Standing) <= ResolvePolicy.SearchedAfter)
            {
                beacon.SetAnchor(null); // it reaches the service, so it has the time
            }
        }

        Anchor(ahead);
    }

    private static bool IsNow(FleetBeacon beacon, uint period, long unixS) =>
        IsNear(period, beacon.Clock.PeriodAt(unixS))
        || (beacon.Anchor is { } anchor && IsNear(period, anchor.PeriodAt(beacon.Clock, unixS)));

    private static bool IsNear(uint period, uint other) =>
        Math.Abs((long)EidAnchor.Ahead(period, other)) <= ResolvePolicy.Tolerance;

    /// <summary>As a table's, its identifiers serve for a whole period; it is made anew with each table.</summary>
    private void MakeBeside()
    {
        long nowS = time.GetUtcNow().ToUnixTimeSeconds();
        anchored.RemoveWhere(beacon => beacon.IsRevoked || beacon.Anchor is not { } anchor
            || anchor.PeriodAt(beacon.Clock, nowS) == beacon.Clock.PeriodAt(nowS));
        Dictionary<ulong, (FleetBeacon, uint)> made = new((added.Count + anchored.Count) * ResolvePolicy.Periods);
        using EidMaker maker = new();
        foreach (FleetBeacon beacon in added)
            Put(beacon, EidTable.FirstPeriod(beacon.Clock, nowS));
        foreach (FleetBeacon beacon in anchored)
            Put(beacon, beacon.Anchor!.PeriodAt(beacon.Clock, nowS) - ResolvePolicy.Tolerance);
        beside = made;

        void Put(FleetBeacon beacon, uint first)
        {
            Span<ulong> eids = stackalloc ulong[ResolvePolicy.Periods];
            maker.Make(beacon.Clock, first, eids);
            for (int i = 0; i < eids.Length; i++)
                made[eids[i]] = (beacon, first + (uint)i);
        }
    }
}
