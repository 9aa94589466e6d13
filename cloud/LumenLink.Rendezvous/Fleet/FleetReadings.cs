using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Fleet;

/// <summary>All beacons of a tenant as they were read.</summary>
/// <param name="At">When the reading began: it is no older.</param>
/// <param name="Beacons">Ordered by name, then id.</param>
internal sealed record FleetReading(DateTimeOffset At, IReadOnlyList<BeaconView> Beacons);

/// <summary>
/// One reading of a tenant's beacons for all callers: however many ask, the store is read once in a while. Whoever
/// changes something here forgets the reading, so that it sees its own change.
/// </summary>
internal sealed class FleetReadings(IQueryStore store, TimeProvider time)
{
    /// <summary>How long one reading serves every call.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);

    /// <summary>Tenants whose readings are kept; the one that was read first makes room.</summary>
    public const int MaxTenants = 64;

    private readonly Lock gate = new();
    private readonly Dictionary<int, (DateTimeOffset Begun, Task<FleetReading> Reading)> readings = [];

    /// <summary>Readings that are kept.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return readings.Count;
        }
    }

    /// <summary>A reading that is at most <see cref="MaxAge"/> old.</summary>
    public Task<FleetReading> ReadAsync(int tenantId, CancellationToken cancellationToken) =>
        ReadAsync(tenantId, isAnew: false, cancellationToken);

    /// <summary>A reading that begins now, for what must be no older than something that just happened.</summary>
    public Task<FleetReading> ReadAnewAsync(int tenantId, CancellationToken cancellationToken) =>
        ReadAsync(tenantId, isAnew: true, cancellationToken);

    /// <summary>The next caller reads anew.</summary>
    public void Forget(int tenantId)
    {
        lock (gate)
            readings.Remove(tenantId);
    }

    private Task<FleetReading> ReadAsync(int tenantId, bool isAnew, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            DateTimeOffset now = time.GetUtcNow();
            if (isAnew || !readings.TryGetValue(tenantId, out var known)
                || known.Reading.IsFaulted || known.Reading.IsCanceled || (now - known.Begun).Duration() >= MaxAge)
            {
                known = (now, BeginAsync(tenantId, now));
                readings[tenantId] = known;
                if (readings.Count > MaxTenants)
                    readings.Remove(readings.MinBy(reading => reading.Value.Begun).Key);
            }

            return known.Reading.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Not of one caller: one that goes away takes the reading from nobody.</summary>
    private async Task<FleetReading> BeginAsync(int tenantId, DateTimeOffset now)
    {
        await Task.Yield();
        return new FleetReading(now, await store.ListBeaconsAsync(tenantId, CancellationToken.None));
    }
}
