using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Fleet;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Packs;

/// <summary>
/// Makes packs. The store is read, and the version raised, when a pack is asked for and the last reading is too old:
/// once for all callers, whatever they select. Replicas share the version, so each reading has one of its own.
/// </summary>
internal sealed class PackBook(
    FleetReadings fleet, IPackStore versions, OperatorKeys keys, RendezvousSettings settings, TimeProvider time)
    : IDisposable
{
    private readonly SemaphoreSlim reading = new(1, 1);
    private readonly RollOut? rollOut = settings.RollOut is { } text ? RollOut.Read(text) : null;
    private volatile Reading? latest;

    /// <summary>A signed pack; null without a key that signs packs.</summary>
    /// <param name="asked">What is asked for.</param>
    /// <param name="client">Who asks, by <see cref="SelectionPolicy.ClientOf"/>.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    public async Task<string?> IssueAsync(PackRequest asked, ulong client, CancellationToken cancellationToken)
    {
        if (keys.Packs is null)
            return null;
        Reading now = await ReadAsync(cancellationToken);
        SelectionRequest request = new(
            asked.Region, asked.Near?.ToPoint(), asked.WithinM, asked.Limit ?? PackPolicy.DefaultBeacons, client,
            now.Fleet.At);
        Pack pack = new(
            settings.Audience, now.Fleet.At, now.Version, Pack.Select(now.Fleet.Beacons, rollOut, request),
            settings.PublicUrls);
        return keys.Packs is { } key ? PackSignature.Sign(key, pack) : null;
    }

    /// <inheritdoc/>
    public void Dispose() => reading.Dispose();

    private async Task<Reading> ReadAsync(CancellationToken cancellationToken)
    {
        if (Fresh() is { } known)
            return known;
        await reading.WaitAsync(cancellationToken);
        try
        {
            if (Fresh() is { } meanwhile)
                return meanwhile;

            // In this order, so that what a version has is no older than the version.
            long version = await versions.RaisePackVersionAsync(ApiLimits.TenantId, cancellationToken);
            FleetReading beacons = await fleet.ReadAnewAsync(ApiLimits.TenantId, cancellationToken);
            return latest = new Reading(version, beacons);
        }
        finally
        {
            reading.Release();
        }
    }

    private Reading? Fresh() =>
        latest is { } last && (time.GetUtcNow() - last.Fleet.At).Duration() < PackPolicy.SnapshotAge ? last : null;

    private sealed record Reading(long Version, FleetReading Fleet);
}
