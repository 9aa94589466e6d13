using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Fleet;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Packs;

/// <summary>
/// Makes packs. The store is read, and the version raised, when a pack is asked for and the last reading is too old:
/// once for all callers of a tenant, whatever they select. Replicas share the version, so each reading has one of its
/// own.
/// </summary>
internal sealed class PackBook(
    FleetReadings fleet, IPackStore versions, OperatorKeys keys, RendezvousSettings settings, TimeProvider time)
{
    private readonly RollOut? rollOut = settings.RollOut is { } text ? RollOut.Read(text) : null;
    private readonly Lock gate = new();
    private readonly Dictionary<int, Shelf> shelves = [];

    /// <summary>A signed pack; null without a key that signs packs.</summary>
    /// <param name="tenantId">Whose beacons.</param>
    /// <param name="asked">What is asked for.</param>
    /// <param name="client">Who asks, by <see cref="SelectionPolicy.ClientOf"/>.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    public async Task<string?> IssueAsync(
        int tenantId, PackRequest asked, ulong client, CancellationToken cancellationToken)
    {
        if (keys.Packs is null)
            return null;
        Reading now = await ReadAsync(tenantId, cancellationToken);
        SelectionRequest request = new(
            asked.Region, asked.Near?.ToPoint(), asked.WithinM, asked.Limit ?? PackPolicy.DefaultBeacons, client,
            now.Fleet.At);
        Pack pack = new(
            settings.Audience, now.Fleet.At, now.Version, Pack.Select(now.Fleet.Beacons, rollOut, request),
            settings.PublicUrls);
        return keys.Packs is { } key ? PackSignature.Sign(key, pack) : null;
    }

    private async Task<Reading> ReadAsync(int tenantId, CancellationToken cancellationToken)
    {
        Shelf shelf = ShelfOf(tenantId);
        if (Fresh(shelf) is { } known)
            return known;
        await shelf.Turn.WaitAsync(cancellationToken);
        try
        {
            if (Fresh(shelf) is { } meanwhile)
                return meanwhile;

            // In this order, so that what a version has is no older than the version.
            long version = await versions.RaisePackVersionAsync(tenantId, cancellationToken);
            FleetReading beacons = await fleet.ReadAnewAsync(tenantId, cancellationToken);
            return shelf.Latest = new Reading(version, beacons);
        }
        finally
        {
            shelf.Turn.Release();
        }
    }

    /// <summary>Over the bound all shelves are begun anew: who reads from an old one is answered from it.</summary>
    private Shelf ShelfOf(int tenantId)
    {
        lock (gate)
        {
            if (shelves.TryGetValue(tenantId, out Shelf? known))
                return known;
            if (shelves.Count >= FleetReadings.MaxTenants)
                shelves.Clear();
            return shelves[tenantId] = new Shelf();
        }
    }

    private Reading? Fresh(Shelf shelf) =>
        shelf.Latest is { } last && (time.GetUtcNow() - last.Fleet.At).Duration() < PackPolicy.SnapshotAge
            ? last
            : null;

    /// <summary>What was read last for a tenant. Its semaphore is one of memory only: nothing to dispose of.</summary>
#pragma warning disable CA1001
    private sealed class Shelf
#pragma warning restore CA1001
    {
        private volatile Reading? latest;

        public SemaphoreSlim Turn { get; } = new(1, 1);

        public Reading? Latest
        {
            get => latest;
            set => latest = value;
        }
    }

    private sealed record Reading(long Version, FleetReading Fleet);
}
