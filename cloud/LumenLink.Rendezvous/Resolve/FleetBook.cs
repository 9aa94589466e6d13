using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Resolve;

/// <summary>
/// The whole fleet in memory, as every replica has it: who is enrolled, and where they stand. A beacon keeps its place
/// for the life of the process.
/// </summary>
internal sealed class FleetBook
{
    private readonly IFleetStore store;
    private readonly SecretBox box;
    private readonly TimeProvider time;
    private readonly ILogger<FleetBook> logger;
    private readonly Lock gate = new();
    private readonly Dictionary<BeaconId, FleetBeacon> byId = [];
    private readonly HashSet<BeaconId> revokedUnknown = [];
    private FleetBeacon[] beacons = [];
    private DateTimeOffset enrolledThrough = DateTimeOffset.MinValue;

    public FleetBook(
        IFleetStore store, SecretBox box, Revocations revocations, TimeProvider time, ILogger<FleetBook> logger)
    {
        this.store = store;
        this.box = box;
        this.time = time;
        this.logger = logger;
        revocations.Revoked += Revoke;
    }

    /// <summary>The beacons, in no order; the array may have free places behind them.</summary>
    public (FleetBeacon[] Beacons, int Count) Beacons
    {
        get
        {
            lock (gate)
                return (beacons, byId.Count);
        }
    }

    /// <summary>Reads who is enrolled, from the beginning.</summary>
    /// <returns>Those that are new here.</returns>
    public async Task<IReadOnlyList<FleetBeacon>> ReadRosterAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset began = time.GetUtcNow();
        List<FleetBeacon> added = [];
        for (BeaconId? after = null; ;)
        {
            IReadOnlyList<RosterRow> page =
                await store.ListRosterAsync(after, ResolvePolicy.PageRows, cancellationToken);
            added.AddRange(Add(page));
            if (page.Count < ResolvePolicy.PageRows)
                break;
            after = page[^1].Id;
        }

        enrolledThrough = began;
        return added;
    }

    /// <summary>Reads who was enrolled since the last time.</summary>
    /// <returns>Those that are new here.</returns>
    public async Task<IReadOnlyList<FleetBeacon>> ReadEnrolledAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset began = time.GetUtcNow();
        IReadOnlyList<RosterRow> rows = await store.ListEnrolledAsync(
            enrolledThrough - ResolvePolicy.EnrolledOverlap, ResolvePolicy.MaxEnrolled, cancellationToken);
        if (rows.Count == ResolvePolicy.MaxEnrolled)
            return await ReadRosterAsync(cancellationToken);
        enrolledThrough = began;
        return Add(rows);
    }

    /// <summary>Reads where all beacons stand, a page at a time.</summary>
    /// <param name="seen">
    /// Called for each page, with the beacons that are new here and those that changed; the next page waits for it.
    /// </param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    public async Task ReadStandingsAsync(
        Func<IReadOnlyList<FleetBeacon>, IReadOnlyList<FleetBeacon>, Task> seen, CancellationToken cancellationToken)
    {
        for (BeaconId? after = null; ;)
        {
            IReadOnlyList<StandingRow> page =
                await store.ListStandingsAsync(after, ResolvePolicy.PageRows, cancellationToken);
            IReadOnlyList<FleetBeacon> added = page.All(row => Find(row.Id) is not null)
                ? []
                : Add(await store.ListRosterAsync(after, ResolvePolicy.PageRows, cancellationToken));
            await seen(added, [.. page.Select(Take).OfType<FleetBeacon>()]);
            if (page.Count < ResolvePolicy.PageRows)
                return;
            after = page[^1].Id;
        }
    }

    private FleetBeacon? Find(BeaconId id)
    {
        lock (gate)
            return byId.GetValueOrDefault(id);
    }

    /// <summary>The beacon if what is read of it is new.</summary>
    private FleetBeacon? Take(StandingRow row)
    {
        if (Find(row.Id) is not { } beacon)
            return null;
        FleetBeacon.State was = beacon.Now;
        if (was.Standing == row.Standing && was.EidPeriod == row.EidPeriod && was.Region == row.Region)
            return null;
        string region = was.Region == row.Region ? was.Region : string.Intern(row.Region);
        beacon.Take(new FleetBeacon.State(region, row.Standing, row.EidPeriod));
        return beacon;
    }

    private List<FleetBeacon> Add(IReadOnlyList<RosterRow> rows)
    {
        RosterRow[] unknown = [.. rows.Where(row => Find(row.Id) is null)];
        FleetBeacon?[] opened = new FleetBeacon?[unknown.Length];
        Parallel.For(0, unknown.Length, i => opened[i] = Open(unknown[i]));
        List<FleetBeacon> added = [];
        lock (gate)
        {
            foreach (FleetBeacon beacon in opened.OfType<FleetBeacon>())
            {
                if (revokedUnknown.Remove(beacon.Id) || !byId.TryAdd(beacon.Id, beacon))
                    continue;
                if (byId.Count > beacons.Length)
                    Array.Resize(ref beacons, Math.Max(1024, beacons.Length * 2));
                beacons[byId.Count - 1] = beacon;
                added.Add(beacon);
            }
        }

        return added;
    }

    /// <summary>The beacon of a row; null when its secret does not open: it is told, and never resolves.</summary>
    private FleetBeacon? Open(RosterRow row)
    {
        if (!box.TryOpen(GrantWriter.EidPurpose(row.Id), row.EidKeyWrapped, out byte[]? secret)
            || EidClock.Read(secret) is not { } clock)
        {
            logger.EidSecretUnusable(row.Id);
            return null;
        }

        FleetBeacon beacon = new(row.Id, row.TenantId, row.Level, clock);
        beacon.Take(FleetBeacon.State.Unknown with { Region = string.Intern(row.Region) });
        return beacon;
    }

    private void Revoke(BeaconId id)
    {
        lock (gate)
        {
            if (byId.TryGetValue(id, out FleetBeacon? beacon))
                beacon.Revoke();
            else
                revokedUnknown.Add(id); // it may be in a page that was read a moment ago
        }
    }
}
