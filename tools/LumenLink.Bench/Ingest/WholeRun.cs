using LumenLink.Load;

namespace LumenLink.Bench.Ingest;

/// <summary>Runs of the load tool of which every record has its receipt: of any other nothing is measured.</summary>
internal static class WholeRun
{
    /// <summary>Sends all of the lanes.</summary>
    /// <param name="lanes">The beacons and their frames.</param>
    /// <param name="framesPerSecond">Of all lanes together; null: as fast as receipts come.</param>
    /// <exception cref="BenchException">A record has no receipt.</exception>
    public static async Task<LoadRun> SendAsync(List<LoadLane> lanes, double? framesPerSecond = null)
    {
        var run = new LoadRun(lanes, framesPerSecond);
        await run.RunAsync(CancellationToken.None);
        return Check(run, lanes);
    }

    /// <summary>The same run, which is over.</summary>
    /// <exception cref="BenchException">A record has no receipt.</exception>
    public static LoadRun Check(LoadRun run, List<LoadLane> lanes)
    {
        long wanted = lanes.Sum(lane => lane.Frames.Count);
        return run.Receipted == wanted
            ? run
            : throw new BenchException($"Of {wanted} records {run.Receipted} have a receipt.");
    }
}
