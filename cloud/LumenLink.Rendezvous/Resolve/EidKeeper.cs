using System.Diagnostics;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Resolve;

/// <summary>
/// Keeps the fleet and its identifiers in memory: reads them at the start, follows enrolments each second and standings
/// page after page with rests between, makes a new table twice in each period, and searches for unknown identifiers.
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
                RepeatAsync(ResolvePolicy.EnrolledEvery, FollowEnrolmentsAsync, stoppingToken),
                RepeatAsync(ResolvePolicy.StandingsEvery, FollowStandingsAsync, stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

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
                await fleet.ReadStandingsAsync((_, _) => Task.CompletedTask, stop);
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
            long began = time.GetTimestamp();
            await fleet.ReadStandingsAsync(FollowAsync, stop);
            metrics.Resolve.FleetReadAt.Set(time.GetUtcNow().ToUnixTimeSeconds());

            async Task FollowAsync(IReadOnlyList<FleetBeacon> added, IReadOnlyList<FleetBeacon> changed)
            {
                lock (changing)
                {
                    eids.Add(added);
                    eids.Follow(changed);
                }

                await PauseAsync(time.GetElapsedTime(began) * ResolvePolicy.StandingsRest, stop);
                began = time.GetTimestamp();
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

    private async Task RepeatAsync(TimeSpan every, Func<CancellationToken, Task> work, CancellationToken stop)
    {
        while (true)
        {
            await PauseAsync(every, stop);
            await work(stop);
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
