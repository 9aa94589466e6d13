using LumenLink.Rendezvous.Query;

namespace LumenLink.Rendezvous.Resolve;

/// <summary>
/// Looks for beacons whose identifier clock is not by the time: they lost their power, and nobody who hears them can
/// bring them the time of day. Only among beacons that were not heard of, never before a period that one told itself,
/// and a bounded part of the fleet a step.
/// </summary>
internal sealed class EidSearch(UnknownEids unknown) : IDisposable
{
    private readonly EidMaker maker = new();
    private readonly ulong[] eids = new ulong[ResolvePolicy.SearchBehind + ResolvePolicy.SearchAhead + 1];
    private int next;
    private long round;

    /// <summary>Number of the round through the fleet that is under way.</summary>
    public long Round => Volatile.Read(ref round);

    /// <summary>Looks on; returns beacons that were found, with their clocks set.</summary>
    public IReadOnlyList<FleetBeacon> Step(FleetBeacon[] beacons, int count, DateTimeOffset now)
    {
        if (unknown.Count == 0)
            return [];
        HashSet<ulong> wanted = unknown.Snapshot();
        List<FleetBeacon> found = [];
        int end = Math.Min(count, next + ResolvePolicy.SearchPassed);
        for (int looked = 0; looked < ResolvePolicy.SearchStep && next < end; next++)
        {
            FleetBeacon beacon = beacons[next];
            if (beacon.IsRevoked || now - FleetPolicy.LastSign(beacon.Now.Standing) <= ResolvePolicy.SearchedAfter)
                continue;
            looked++;
            if (Look(beacon, wanted, now.ToUnixTimeSeconds()))
                found.Add(beacon);
        }

        if (next >= count)
        {
            next = 0;
            unknown.Forget(Interlocked.Increment(ref round) - 1);
        }

        return found;
    }

    /// <inheritdoc/>
    public void Dispose() => maker.Dispose();

    private bool Look(FleetBeacon beacon, HashSet<ulong> wanted, long nowS)
    {
        uint byTime = beacon.Clock.PeriodAt(nowS);
        uint first = byTime - ResolvePolicy.SearchBehind;
        if (beacon.Now.EidPeriod is { } told && EidAnchor.Ahead(told, first) > 0)
            first = told;
        int periods = EidAnchor.Ahead(byTime + ResolvePolicy.SearchAhead, first) + 1;
        if (periods <= 0)
            return false;
        Span<ulong> made = eids.AsSpan(0, Math.Min(periods, eids.Length));
        maker.Make(beacon.Clock, first, made);
        for (int i = made.Length - 1; i >= 0; i--) // the latest one that somebody heard
        {
            if (!wanted.Contains(made[i]))
                continue;
            beacon.SetAnchor(new EidAnchor(first + (uint)i, nowS));
            return true;
        }

        return false;
    }
}
