using System.Diagnostics;
using System.Globalization;
using LumenLink.Chaos.Plan;
using LumenLink.Cli.Up;

namespace LumenLink.Chaos;

/// <summary>One run: the system under load, faults by the plan, the end in order, and the books compared.</summary>
internal sealed class ChaosRun
{
    private static readonly TimeSpan Looks = TimeSpan.FromSeconds(1);

    private readonly ChaosOptions _options;
    private readonly string _service;
    private readonly RunLog _log;
    private readonly Lock _gate = new();
    private readonly Dictionary<FaultKind, int> _happened = [];

    /// <summary>Makes a run.</summary>
    public ChaosRun(ChaosOptions options, RunLog log)
    {
        _options = options;
        _log = log;
        _service = options.Service ?? ProgramPaths.Find().Service;
    }

    /// <summary>Runs.</summary>
    /// <param name="folder">An empty folder of its own.</param>
    /// <param name="stop">Ends it in order, early and without a verdict.</param>
    /// <returns>Whether all was well; null if it was stopped.</returns>
    public async Task<bool?> RunAsync(string folder, CancellationToken stop)
    {
        await using ChaosWorld world = await ChaosWorld.StartAsync(folder, _options, _service, Say);
        List<FaultKind> kinds = [.. FaultPlan.AllKinds];
        if (world.Disk is null && kinds.Remove(FaultKind.FillDisk))
            Say("mounting is not allowed here: FillDisk is left out");
        IReadOnlyList<Fault> plan = FaultPlan.Make(
            _options.Seed, (long)_options.Length.TotalMilliseconds, kinds, ChaosOptions.Replicas);
        Say(string.Create(
            CultureInfo.InvariantCulture,
            $"seed {_options.Seed}, {plan.Count} faults of {plan.Select(fault => fault.Kind).Distinct().Count()} kinds "
                + $"in {_options.Length.TotalMinutes} minutes, {_options.Beacons} beacons at speed {_options.Speed}"));
        for (int i = 0; i < ChaosOptions.Replicas; i++) await world.AddReplicaAsync(_service);
        await world.Fleet.StartAsync();
        try
        {
            await StrikeAsync(world, plan, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Say("stopping: ending what was started");
            return null;
        }

        return await EndAsync(world, plan);
    }

    private async Task StrikeAsync(ChaosWorld world, IReadOnlyList<Fault> plan, CancellationToken stop)
    {
        FaultWork work = new(world, _service);
        Stopwatch since = Stopwatch.StartNew();
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task watching = WatchAsync(world, over.Token);
        List<Task> striking = [];
        try
        {
            foreach (Fault fault in plan)
            {
                long waitMs = fault.AtMs - since.ElapsedMilliseconds;
                await PlannedTime.PassAsync(TimeSpan.FromMilliseconds(waitMs), stop);
                striking.Add(StrikeAsync(work, fault, stop));
            }

            await PlannedTime.PassAsync(_options.Length - since.Elapsed, stop);
        }
        finally
        {
            await Task.WhenAll(striking);
            await over.CancelAsync();
            await watching;
        }
    }

    private async Task StrikeAsync(FaultWork work, Fault fault, CancellationToken stop)
    {
        string target = fault.Kind is FaultKind.KillReplica or FaultKind.FreezeReplica
            ? string.Create(CultureInfo.InvariantCulture, $" {fault.Replica}")
            : "";
        Say(string.Create(CultureInfo.InvariantCulture, $"fault {fault.Kind}{target} for {fault.ForMs} ms"));
        string? why = await work.DoAsync(fault, stop);
        lock (_gate)
        {
            if (why is null) _happened[fault.Kind] = _happened.GetValueOrDefault(fault.Kind) + 1;
        }

        Say($"  over {fault.Kind}{target}{(why is null ? "" : ", and it did not happen: " + why)}");
    }

    /// <summary>Nothing may end that nobody ended.</summary>
    private async Task WatchAsync(ChaosWorld world, CancellationToken stop)
    {
        using PeriodicTimer look = new(Looks);
        HashSet<string> told = [];
        try
        {
            while (await look.WaitForNextTickAsync(stop))
            {
                // PostgreSQL may end itself while its disk is full.
                foreach (string name in world.DiedByThemselves().Where(name => name != "PostgreSQL" && told.Add(name)))
                    _log.Complain($"{name} died by itself");
            }
        }
        catch (OperationCanceledException)
        {
            // The faults are over.
        }
    }

    private async Task<bool?> EndAsync(ChaosWorld world, IReadOnlyList<Fault> plan)
    {
        Say("the faults are over");
        foreach (FaultKind kind in plan.Select(fault => fault.Kind).Distinct().Except(_happened.Keys))
            _log.Complain($"{kind} was planned and never happened");
        Say(string.Join(", ", _happened.OrderBy(one => one.Key).Select(one => $"{one.Key} {one.Value}")));
        return await _log.EndAsync(
            world, "chaos", string.Create(CultureInfo.InvariantCulture, $"faults={_happened.Values.Sum()}"));
    }

    private void Say(string line) => _log.Say(line);
}
