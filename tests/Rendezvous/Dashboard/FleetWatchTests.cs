using LumenLink.Protocol;
using LumenLink.Rendezvous.Dashboard.Live;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;

namespace LumenLink.Tests.Rendezvous.Dashboard;

public sealed class FleetWatchTests
{
    private readonly SteppedTime time = new();
    private readonly ScriptedQueries store = new();
    private readonly LumenMetrics metrics = new(Metrics.NewCustomRegistry());
    private readonly FleetWatch watch;

    public FleetWatchTests() => watch = new FleetWatch(store, metrics, time, NullLogger<FleetWatch>.Instance);

    [Fact]
    public async Task The_fleet_is_what_the_store_lists()
    {
        store.Beacons.Add(TestViews.Beacon("attic", time.GetUtcNow()));
        SemaphoreSlim changed = new(0);
        using IDisposable watching = watch.Fleet.Watch(() => changed.Release());
        await ChangeAsync(changed);
        Assert.Equal(store.Beacons, watch.Fleet.Latest.Value!);
    }

    [Fact]
    public async Task A_store_that_fails_is_counted_and_shown_beside_what_was_read()
    {
        store.Beacons.Add(TestViews.Beacon("attic", time.GetUtcNow()));
        SemaphoreSlim changed = new(0);
        using IDisposable watching = watch.Fleet.Watch(() => changed.Release());
        await ChangeAsync(changed);
        store.Failure = new IOException("gone");
        time.Advance(SharedReading<int>.Interval);
        await ChangeAsync(changed);
        Assert.Equal(time.GetUtcNow(), watch.Fleet.Latest.FailingSince);
        Assert.Equal(store.Beacons, watch.Fleet.Latest.Value!);
        Assert.Equal(1, metrics.DashboardReadFailures.Value);
    }

    [Fact]
    public async Task A_beacon_comes_with_its_history_and_one_that_is_not_enrolled_with_nothing()
    {
        BeaconView beacon = TestViews.Beacon("attic", time.GetUtcNow());
        store.Beacons.Add(beacon);
        store.Attestations.AddRange(Enumerable.Range(0, 50).Select(
            _ => new AttestationView(time.GetUtcNow(), AttestationOutcome.Accepted, "", 5, "0.1.0")));
        store.Sightings.AddRange(Enumerable.Range(0, 500).Select(
            i => new SightingView(i, beacon.Id, time.GetUtcNow(), 0, CaptureQuality.Placed, 1, i, 0, -60)));
        SemaphoreSlim changed = new(0);
        using Watched<BeaconFacts> known = watch.Beacon(beacon.Id, () => changed.Release());
        await ChangeAsync(changed);
        BeaconFacts facts = known.Latest.Value!;
        Assert.Equal(
            (beacon, FleetWatch.BeaconAttestations, FleetWatch.BeaconSightings),
            (facts.Beacon, facts.Attestations.Count, facts.Sightings.Count));
        using Watched<BeaconFacts> unknown = watch.Beacon(new BeaconId(1), () => changed.Release());
        await ChangeAsync(changed);
        Assert.Null(unknown.Latest.Value!.Beacon);
    }

    [Fact]
    public async Task Presence_looks_back_from_the_time_of_each_read()
    {
        SemaphoreSlim changed = new(0);
        using Watched<IReadOnlyList<PresenceView>> around =
            watch.Presence(TimeSpan.FromMinutes(5), () => changed.Release());
        await ChangeAsync(changed);
        Assert.Equal(time.GetUtcNow().AddMinutes(-5), store.PresenceSince);
        time.Advance(SharedReading<int>.Interval);
        await ChangeAsync(changed);
        Assert.Equal(time.GetUtcNow().AddMinutes(-5), store.PresenceSince);
    }

    private static async Task ChangeAsync(SemaphoreSlim changed) =>
        Assert.True(await changed.WaitAsync(TimeSpan.FromSeconds(60)));
}
