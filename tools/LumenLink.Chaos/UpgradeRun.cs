using LumenLink.Chaos.Plan;
using LumenLink.Chaos.Servers;
using LumenLink.Cli.Up;

namespace LumenLink.Chaos;

/// <summary>
/// A rolling upgrade under load: two replicas of an older build, the migrations of this one beside them, then one
/// replica after the other stopped and started as this build; afterwards the books are compared.
/// </summary>
/// <param name="options">Beacons, their speed, and how long all of it takes.</param>
/// <param name="baseline">LumenLink.Rendezvous.dll of the older build.</param>
/// <param name="log">Takes what is said.</param>
internal sealed class UpgradeRun(ChaosOptions options, string baseline, RunLog log)
{
    /// <summary>Load before and after each step: migrations, a restart, first replica, second replica.</summary>
    private const int Rests = ChaosOptions.Replicas + 3;

    private readonly string _service = options.Service ?? ProgramPaths.Find().Service;

    /// <summary>Runs.</summary>
    /// <param name="folder">An empty folder of its own.</param>
    /// <param name="stop">Ends it in order, early and without a verdict.</param>
    /// <returns>Whether all was well; null if it was stopped.</returns>
    public async Task<bool?> RunAsync(string folder, CancellationToken stop)
    {
        await using ChaosWorld world = await ChaosWorld.StartAsync(folder, options, baseline, log.Say);
        for (int i = 0; i < ChaosOptions.Replicas; i++) await world.AddReplicaAsync(baseline);
        await world.Fleet.StartAsync();
        int replaced = 0;
        try
        {
            await LoadAsync(world, stop);
            await world.RunServiceAsync(_service, "migrate");
            log.Say("the schema is this build's; both replicas are the baseline's");
            await LoadAsync(world, stop);
            await RestartAsync(world.Replicas[0]);
            log.Say($"{world.Replicas[0].Name} was killed, and serves the newer schema again as the baseline's");
            await LoadAsync(world, stop);
            foreach (ServiceReplica replica in world.Replicas)
            {
                await replica.StopAsync();
                await replica.StartAsync(_service);
                replaced++;
                log.Say($"{replica.Name} is this build's");
                await LoadAsync(world, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            log.Say("stopping: ending what was started");
            return null;
        }

        return await log.EndAsync(world, "upgrade", $"replaced={replaced}");
    }

    /// <summary>
    /// A replica that crashes during an upgrade has to come back, on a schema that its build does not know.
    /// </summary>
    private async Task RestartAsync(ServiceReplica replica)
    {
        await replica.Process!.KillAsync();
        await replica.StartAsync(baseline);
    }

    /// <summary>Every mixture of builds and schema has to go on storing.</summary>
    private async Task LoadAsync(ChaosWorld world, CancellationToken stop)
    {
        long before = await world.CountRecordsAsync();
        await PlannedTime.PassAsync(options.Length / Rests, stop);
        if (await world.CountRecordsAsync() == before) log.Complain("nothing was stored");
        foreach (string name in world.DiedByThemselves()) log.Complain($"{name} died by itself");
    }
}
