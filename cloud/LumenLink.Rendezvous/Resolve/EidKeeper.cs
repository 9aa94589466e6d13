using System.Diagnostics;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Resolve;

/// <summary>
/// Keeps the fleet and its identifiers in memory: reads them at the start, follows enrolments each second and standings
/// as often as the fleet's size allows, makes a new table twice in each period, and searches for unknown identifiers.
/// </summary>
internal sealed class EidKeeper(
    FleetBook fleet, EidBook eids, EidSearch search, Revocations revocations, LumenMetrics metrics, TimeProvider time,
    ILogger<EidKeeper> logger) : BackgroundService
{
    private readonly Lock changing = new();
    private readonly TaskCompletionSource loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes once the fleet was read and its table made.</summary>
    public Task Loaded => loaded.Task;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await LoadAsync(stoppingToken);
            await Task.WhenAll(
                RepeatAsync(_ => ResolvePolicy.EnrolledEvery, FollowEnrolmentsAsync, stoppingToken),
                RepeatAsync(RestAfter, FollowStandingsAsync, stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    /// <summary>The next pass over the fleet begins after this, so that it is a bounded part of the time.</summary>
    internal static TimeSpan RestAfter(TimeSpan took) =>
        took * ResolvePolicy.StandingsRest > ResolvePolicy.StandingsEvery
            ? took * ResolvePolicy.StandingsRest
            : ResolvePolicy.StandingsEvery;

    /// <summary>Looks now at everything that is looked at again and again.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        await FollowEnrolmentsAsync(cancellationToken);
        await FollowStandingsAsync(cancellationToken);
    }

    private async Task LoadAsync(CancellationToken stop)
    {
        while (!await TryAsync(
            async () =>
            {
                // Before the roster: who is revoked from now on is heard of, and who was before is not in it.
                await revocations.LookAsync(stop);
                long started = time.GetTimestamp();
                await fleet.ReadRosterAsync(stop);
                await fleet.ReadStandingsAsync(_ => { }, stop);
                MakeTable(Environment.ProcessorCount);
                (FleetBeacon[] beacons, int count) = fleet.Beacons;
                eids.Follow(beacons[..count]);
                loaded.TrySetResult();
                logger.FleetLoaded(count, time.GetElapsedTime(started).TotalSeconds);
            },
            stop))
        {
            await PauseAsync(ResolvePolicy.EnrolledEvery, stop);
        }
    }

    private Task FollowEnrolmentsAsync(CancellationToken stop) => TryAsync(
        async () =>
        {
            IReadOnlyList<FleetBeacon> added = await fleet.ReadEnrolledAsync(stop);
            lock (changing)
            {
                eids.Add(added);
                if (eids.IsTableDue)
                    MakeTable(1);
                (FleetBeacon[] beacons, int count) = fleet.Beacons;
                eids.Anchor(search.Step(beacons, count, time.GetUtcNow()));
                metrics.Resolve.Anchored.Set(eids.Anchored);
            }
        },
        stop);

    private Task FollowStandingsAsync(CancellationToken stop) => TryAsync(
        async () =>
        {
            IReadOnlyList<FleetBeacon> added = await fleet.ReadStandingsAsync(Follow, stop);
            lock (changing)
                eids.Add(added);
            metrics.Resolve.FleetReadAt.Set(time.GetUtcNow().ToUnixTimeSeconds());

            void Follow(IReadOnlyList<FleetBeacon> changed)
            {
                lock (changing)
                    eids.Follow(changed);
            }
        },
        stop);

    private void MakeTable(int threads)
    {
        long started = Stopwatch.GetTimestamp();
        (FleetBeacon[] beacons, int count) = fleet.Beacons;
        eids.MakeTable(beacons, count, threads);
        metrics.Resolve.Beacons.Set(count);
        metrics.Resolve.TableSeconds.Observe(Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    private async Task RepeatAsync(
        Func<TimeSpan, TimeSpan> pauseAfter, Func<CancellationToken, Task> work, CancellationToken stop)
    {
        while (true)
        {
            long started = time.GetTimestamp();
            await work(stop);
            await PauseAsync(pauseAfter(time.GetElapsedTime(started)), stop);
        }
    }

    /// <summary>The store says nothing by itself, so it is asked; this is what paces it.</summary>
    private Task PauseAsync(TimeSpan pause, CancellationToken stop) => Task.Delay(pause, time, stop);

    /// <summary>What failed is tried again; until then the last state answers, while revocations are known.</summary>
    private async Task<bool> TryAsync(Func<Task> work, CancellationToken stop)
    {
        try
        {
            await work();
            return true;
        }
        catch (Exception exception) when (!stop.IsCancellationRequested)
        {
            metrics.Resolve.Failures.Inc();
            logger.FleetNotRead(exception);
            return false;
        }
    }
}
