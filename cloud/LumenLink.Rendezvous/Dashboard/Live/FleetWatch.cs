using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Dashboard.Live;

/// <summary>One beacon as its page shows it.</summary>
/// <param name="Beacon">The beacon; null when it is not enrolled.</param>
/// <param name="Attestations">Its newest attestations.</param>
/// <param name="Status">What it last said of itself.</param>
/// <param name="Sightings">What it heard last, newest first.</param>
/// <param name="Control">What was asked of it.</param>
/// <param name="Hours">What it sent in each of the last hours that are counted.</param>
internal sealed record BeaconFacts(
    BeaconView? Beacon, IReadOnlyList<AttestationView> Attestations, StatusView? Status,
    IReadOnlyList<SightingView> Sightings, ControlFacts Control, HourCounts Hours);

/// <summary>What a beacon sent in successive hours, oldest first.</summary>
/// <param name="Records">Records of each.</param>
/// <param name="Sightings">Sightings of each.</param>
public sealed record HourCounts(double[] Records, double[] Sightings)
{
    /// <summary>Hours that a page shows.</summary>
    public const int Shown = 48;

    /// <summary>Nothing.</summary>
    public static readonly HourCounts None = new([], []);

    /// <summary>The hours from a time on, with zero where nothing was sent.</summary>
    public static HourCounts Of(DateTimeOffset from, IReadOnlyList<HourView> hours)
    {
        HourCounts counts = new(new double[Shown], new double[Shown]);
        foreach (HourView hour in hours)
        {
            int index = (int)(hour.Hour - from).TotalHours;
            (counts.Records[index], counts.Sightings[index]) = (hour.Records, hour.Sightings);
        }

        return counts;
    }
}

/// <summary>What was asked of a beacon and what it told on command, newest first.</summary>
/// <param name="Commands">Its last commands.</param>
/// <param name="Configurations">Its configurations.</param>
/// <param name="Diagnostics">Its diagnostics.</param>
public sealed record ControlFacts(
    IReadOnlyList<CommandView> Commands, IReadOnlyList<ConfigurationView> Configurations,
    IReadOnlyList<DiagnosticsView> Diagnostics)
{
    /// <summary>Nothing.</summary>
    public static readonly ControlFacts None = new([], [], []);
}

/// <summary>What the pages show of the store, read once for all of them.</summary>
internal sealed class FleetWatch
{
    /// <summary>Sightings of a beacon's page.</summary>
    internal const int BeaconSightings = 200;

    /// <summary>Attestations of a beacon's page.</summary>
    internal const int BeaconAttestations = 20;

    /// <summary>Commands of a beacon's page.</summary>
    internal const int BeaconCommands = 8;

    /// <summary>Addresses of the presence page.</summary>
    internal const int PresenceRows = 200;

    private readonly IQueryStore store;
    private readonly LumenMetrics metrics;
    private readonly TimeProvider time;
    private readonly ILogger<FleetWatch> logger;
    private readonly ReadingSet<BeaconId, BeaconFacts> beacons;
    private readonly ReadingSet<TimeSpan, IReadOnlyList<PresenceView>> presence;

    public FleetWatch(IQueryStore store, LumenMetrics metrics, TimeProvider time, ILogger<FleetWatch> logger)
    {
        this.store = store;
        this.metrics = metrics;
        this.time = time;
        this.logger = logger;
        Fleet = Share(token => store.ListBeaconsAsync(ApiLimits.TenantId, token));
        beacons = new(id => Share(token => ReadBeaconAsync(id, token)));
        presence = new(span => Share(token => store.ListPresenceAsync(
            ApiLimits.TenantId, time.GetUtcNow() - span, PresenceRows, token)));
    }

    /// <summary>All beacons.</summary>
    public SharedReading<IReadOnlyList<BeaconView>> Fleet { get; }

    /// <summary>One beacon.</summary>
    public Watched<BeaconFacts> Beacon(BeaconId id, Action changed) => beacons.Watch(id, changed);

    /// <summary>Who was around within a span until now.</summary>
    public Watched<IReadOnlyList<PresenceView>> Presence(TimeSpan span, Action changed) =>
        presence.Watch(span, changed);

    private SharedReading<T> Share<T>(Func<CancellationToken, Task<T>> read) => new(read, OnFailure, time);

    private void OnFailure(Exception exception)
    {
        metrics.DashboardReadFailures.Inc();
        logger.DashboardReadFailed(exception);
    }

    private async Task<BeaconFacts> ReadBeaconAsync(BeaconId id, CancellationToken cancellationToken)
    {
        if (await store.GetBeaconAsync(ApiLimits.TenantId, id, cancellationToken) is not { } beacon)
            return new BeaconFacts(null, [], null, [], ControlFacts.None, HourCounts.None);
        DateTimeOffset to = UpkeepPolicy.CountedUntil(time.GetUtcNow());
        DateTimeOffset from = to.AddHours(-HourCounts.Shown);
        return new BeaconFacts(
            beacon,
            await store.ListAttestationsAsync(ApiLimits.TenantId, id, BeaconAttestations, cancellationToken),
            await store.GetStatusAsync(ApiLimits.TenantId, id, cancellationToken),
            await store.ListSightingsAsync(
                ApiLimits.TenantId,
                new SightingFilter(id, null, null, null, null, BeaconSightings), cancellationToken),
            new ControlFacts(
                await store.ListCommandsAsync(ApiLimits.TenantId, id, null, BeaconCommands, cancellationToken),
                await store.ListConfigurationsAsync(ApiLimits.TenantId, id, cancellationToken),
                await store.ListDiagnosticsAsync(ApiLimits.TenantId, id, cancellationToken)),
            HourCounts.Of(from, await store.ListHoursAsync(ApiLimits.TenantId, id, from, to, cancellationToken)));
    }
}
