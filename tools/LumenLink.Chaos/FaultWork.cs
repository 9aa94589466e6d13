using LumenLink.Chaos.Net;
using LumenLink.Chaos.Plan;
using LumenLink.Chaos.Servers;

namespace LumenLink.Chaos;

/// <summary>
/// Does to a world what the plan says, and takes it back. What strikes the same part waits for its turn; else faults
/// overlap as the plan has them.
/// </summary>
/// <param name="world">The world.</param>
/// <param name="service">The build of the replicas.</param>
internal sealed class FaultWork(ChaosWorld world, string service)
{
    private static readonly TimeSpan SlowBy = TimeSpan.FromMilliseconds(150);

    /// <summary>A full disk lasts so much longer at most, until PostgreSQL has met it.</summary>
    private static readonly TimeSpan FillMeets = TimeSpan.FromMinutes(1);

    private readonly Dictionary<object, SemaphoreSlim> _turns = [];
    private readonly Lock _gate = new();

    /// <summary>Does one fault.</summary>
    /// <param name="fault">Which.</param>
    /// <param name="stop">Ends it early: it is taken back all the same.</param>
    /// <returns>Null when it happened, else why it did not.</returns>
    public async Task<string?> DoAsync(Fault fault, CancellationToken stop)
    {
        SemaphoreSlim turn = TurnOf(PartOf(fault));
        await turn.WaitAsync(stop);
        try
        {
            return await StrikeAsync(fault, stop);
        }
        finally
        {
            turn.Release();
        }
    }

    private object PartOf(Fault fault) => fault.Kind switch
    {
        FaultKind.KillReplica or FaultKind.FreezeReplica => world.Replicas[fault.Replica],
        FaultKind.KillDatabase or FaultKind.FillDisk or FaultKind.FreezeDatabase => world.Database,
        FaultKind.KillBroker or FaultKind.FreezeBroker => world.Broker,
        FaultKind.KillRedis => world.Redis,
        FaultKind.KillFleet => world.Fleet,
        FaultKind.CutBeacons or FaultKind.SlowBeacons or FaultKind.StallBeacons => world.BeaconsWay,
        FaultKind.CutReplicas or FaultKind.SlowReplicas or FaultKind.StallReplicas => world.ReplicasWay,
        _ => world.DatabaseWay,
    };

    private SemaphoreSlim TurnOf(object part)
    {
        lock (_gate)
        {
            if (!_turns.TryGetValue(part, out SemaphoreSlim? turn)) _turns.Add(part, turn = new SemaphoreSlim(1));
            return turn;
        }
    }

    private Task<string?> StrikeAsync(Fault fault, CancellationToken stop)
    {
        ServiceReplica replica = world.Replicas[fault.Replica];
        return fault.Kind switch
        {
            FaultKind.KillReplica => KillAsync(replica.Process!, () => replica.StartAsync(service), fault, stop),
            FaultKind.KillDatabase => KillAsync(world.Database.Process!, world.Database.StartAsync, fault, stop),
            FaultKind.KillBroker => KillAsync(world.Broker.Process!, world.Broker.StartAsync, fault, stop),
            FaultKind.KillRedis => KillAsync(world.Redis.Process!, world.Redis.StartAsync, fault, stop),
            FaultKind.KillFleet => KillAsync(world.Fleet.Process!, world.Fleet.StartAsync, fault, stop),
            FaultKind.FillDisk => FillAsync(fault, stop),
            FaultKind.FreezeReplica => FreezeAsync(replica.Process!, fault, stop),
            FaultKind.FreezeDatabase => FreezeAsync(world.Database.Process!, fault, stop),
            FaultKind.FreezeBroker => FreezeAsync(world.Broker.Process!, fault, stop),
            FaultKind.CutBeacons or FaultKind.CutReplicas or FaultKind.CutDatabase =>
                ProxyAsync(fault, way => way.Cut(), stop),
            FaultKind.SlowBeacons or FaultKind.SlowReplicas or FaultKind.SlowDatabase =>
                ProxyAsync(fault, way => way.Delay = SlowBy, stop),
            _ => ProxyAsync(fault, way => way.Stall(), stop),
        };
    }

    private static async Task<string?> KillAsync(
        ServerProcess process, Func<Task> start, Fault fault, CancellationToken stop)
    {
        bool wasThere = !process.Ended.IsCompleted;
        await process.KillAsync();
        await LastAsync(fault, stop);
        await start();
        return wasThere ? null : "it was gone already";
    }

    private static async Task<string?> FreezeAsync(ServerProcess process, Fault fault, CancellationToken stop)
    {
        IReadOnlyList<int> frozen = process.Freeze();
        await LastAsync(fault, stop);
        process.Thaw();
        return frozen.Count > 0 ? null : "it was gone already";
    }

    private async Task<string?> FillAsync(Fault fault, CancellationToken stop)
    {
        SmallDisk disk = world.Disk!;
        int before = world.Database.FullErrors;
        bool filled = await disk.FillAsync();
        await LastAsync(fault, stop);
        await MetAsync(before, stop);
        bool freed = await disk.FreeAsync();
        if (world.Database.Process!.Ended.IsCompleted)
            await world.Database.StartAsync(); // what could not write its log ended itself, as it must
        if (!filled || !freed) return "the disk's quota could not be changed";
        return world.Database.FullErrors > before ? null : "PostgreSQL never found its disk full";
    }

    /// <summary>PostgreSQL meets the end of its disk when a file grows, which no event tells.</summary>
    private async Task MetAsync(int before, CancellationToken stop)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(FillMeets);
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(100));
        try
        {
            while (world.Database.FullErrors == before && await look.WaitForNextTickAsync(limit.Token)) { }
        }
        catch (OperationCanceledException)
        {
            // Then it did not happen.
        }
    }

    private async Task<string?> ProxyAsync(Fault fault, Action<TcpProxy> strike, CancellationToken stop)
    {
        TcpProxy way = (TcpProxy)PartOf(fault);
        long cuts = way.Cuts;
        strike(way);
        int carried = way.Connections;
        await LastAsync(fault, stop);
        carried += way.Connections;
        way.Mend();
        return carried > 0 || way.Cuts > cuts ? null : "there was no connection";
    }

    private static async Task LastAsync(Fault fault, CancellationToken stop)
    {
        try
        {
            await PlannedTime.PassAsync(TimeSpan.FromMilliseconds(fault.ForMs), stop);
        }
        catch (OperationCanceledException)
        {
            // Taken back now.
        }
    }
}
