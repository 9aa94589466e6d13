
namespace LumenLink.Rendezvous.Resolve;

/// <summary>
/// The identifiers of a fleet in successive periods, for a question in some ten nanoseconds. Immutable; twelve bytes a
/// place. An identifier is AES output, so its upper bits are the place where the search for it begins.
/// </summary>
internal sealed class EidTable
{
    private const double Room = 1.5;
    private const int BeaconsAtOnce = 2048;

    private readonly FleetBeacon[] beacons;
    private readonly ulong[] keys;
    private readonly uint[] entries;

    private EidTable(FleetBeacon[] beacons, int count, long madeForS)
    {
        this.beacons = beacons;
        Beacons = count;
        MadeForS = madeForS;
        int places = Math.Max(ResolvePolicy.Periods, (int)(count * ResolvePolicy.Periods * Room));
        keys = new ulong[places];
        entries = new uint[places];
    }

    /// <summary>A table without beacons.</summary>
    public static EidTable Empty { get; } = new([], 0, 0);

    /// <summary>Beacons in it.</summary>
    public int Beacons { get; }

    /// <summary>The time for which it was made, unix seconds.</summary>
    public long MadeForS { get; }

    /// <summary>Bytes of its places.</summary>
    public long Bytes => (long)keys.Length * (sizeof(ulong) + sizeof(uint));

    /// <summary>Makes the table.</summary>
    /// <param name="beacons">The fleet.</param>
    /// <param name="count">How many of them, from the first.</param>
    /// <param name="nowS">The time that its second period is of, unix seconds.</param>
    /// <param name="threads">Processors to use.</param>
    public static EidTable Make(FleetBeacon[] beacons, int count, long nowS, int threads)
    {
        EidTable table = new(beacons, count, nowS);
        int chunks = (count + BeaconsAtOnce - 1) / BeaconsAtOnce;
        Parallel.For(
            0, chunks, new ParallelOptions { MaxDegreeOfParallelism = threads }, () => new EidMaker(),
            (chunk, _, maker) =>
            {
                table.Add(chunk * BeaconsAtOnce, Math.Min(count, (chunk + 1) * BeaconsAtOnce), maker);
                return maker;
            },
            maker => maker.Dispose());
        return table;
    }

    /// <summary>The first period that the table has of a beacon.</summary>
    /// <param name="clock">Of the beacon.</param>
    /// <param name="nowS">The time that the table is made for.</param>
    public static uint FirstPeriod(in EidClock clock, long nowS) =>
        clock.PeriodAt(nowS) - ResolvePolicy.Tolerance;

    /// <summary>Whose identifier it is, and of which period; null for an unknown one.</summary>
    public FleetBeacon? Find(ulong eid, out uint period)
    {
        period = 0;
        if (eid == 0)
            return null; // the mark of a free place; one beacon in 2^64 periods is not found
        for (int place = PlaceOf(eid); keys[place] != 0; place = Next(place))
        {
            if (keys[place] != eid)
                continue;
            (uint index, uint offset) = Math.DivRem(entries[place], (uint)ResolvePolicy.Periods);
            FleetBeacon beacon = beacons[index];
            period = FirstPeriod(beacon.Clock, MadeForS) + offset;
            return beacon;
        }

        return null;
    }

    private int PlaceOf(ulong eid) => (int)Math.BigMul(eid, (ulong)keys.Length, out _);

    private int Next(int place) => place + 1 < keys.Length ? place + 1 : 0;

    private void Add(int from, int to, EidMaker maker)
    {
        Span<ulong> eids = stackalloc ulong[ResolvePolicy.Periods];
        for (int index = from; index < to; index++)
        {
            FleetBeacon beacon = beacons[index];
            if (beacon.IsRevoked)
                continue;
            maker.Make(beacon.Clock, FirstPeriod(beacon.Clock, MadeForS), eids);
            for (int offset = 0; offset < eids.Length; offset++)
                Add(eids[offset], (uint)((index * ResolvePolicy.Periods) + offset));
        }
    }

    /// <summary>Several threads add at a time; nobody reads before all are done.</summary>
    private void Add(ulong eid, uint entry)
    {
        if (eid == 0)
            return;
        int place = PlaceOf(eid);
        while (Interlocked.CompareExchange(ref keys[place], eid, 0) is var there && there != 0)
        {
            if (there == eid)
                return; // two beacons with one identifier, once in a million years of a million beacons
            place = Next(place);
        }

        entries[place] = entry;
    }
}
