using LumenLink.Bench.Ingest;
using LumenLink.Load;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Bench.Scale;

/// <summary>
/// What a sighting costs at an equal offered rate, against the number of connected beacons and against the number of
/// stored sightings: the service as a process of its own, the embedded broker, QoS 1, receipts.
/// </summary>
internal sealed class ScaleBenchmark
{
    private const int FilesBeside = 512;
    private const double Million = 1e6;
    private const string Connections = "lumenlink_mqtt_connections";

    private readonly ScaleOptions _options;
    private readonly ReportInput _input;
    private readonly ReportShape _shape;
    private readonly TextWriter _output;
    private readonly double _framesPerSecond;

    private ScaleBenchmark(ScaleOptions options, ReportInput input, ReportShape shape, TextWriter output)
    {
        (_options, _input, _shape, _output) = (options, input, shape, output);
        _framesPerSecond = options.Rate / ((double)input.SightingCount / input.Reports.Count);
    }

    /// <summary>Runs and prints.</summary>
    /// <exception cref="BenchException">
    /// PostgreSQL is not installed, the disk is too small, or something is not stored.
    /// </exception>
    public static async Task RunAsync(ScaleOptions options, ReportInput input, ReportShape shape, TextWriter output)
    {
        var bench = new ScaleBenchmark(options, input, shape, output);
        await bench.CheckRoomAsync();
        List<SizeFigures> beacons = [];
        foreach (int count in options.Beacons)
            beacons.Add(await bench.PrintAsync("beacons", await bench.BeaconsAsync(count), beacons));
        List<SizeFigures> rows = options.Rows.Count > 0 ? await bench.RowsAsync() : [];
        await output.WriteLineAsync(BenchLine.Of("size", [.. Line("beacons", beacons), .. Line("rows", rows)]));
    }

    private static IEnumerable<(string, double)> Line(string what, List<SizeFigures> sizes)
    {
        if (sizes.Count == 0)
            yield break;
        (SizeFigures first, SizeFigures last) = (sizes[0], sizes[^1]);
        yield return ($"{what}", last.Size);
        yield return ($"{what}_sightings_per_s", last.Rate);
        yield return ($"{what}_cpu_s_per_million", last.Cpu);
        yield return ($"{what}_cpu_percent", sizes.Max(size => SizeFigures.Worse(size.Cpu, first.Cpu)));
        yield return ($"{what}_p99_ms", last.P99Ms);
        yield return ($"{what}_resident_mb", last.ResidentMegabytes);
        if (last.Queries.Count > 0)
        {
            yield return ($"{what}_resident_percent", SizeFigures.Worse(last.Resident, first.Resident));
            yield return ($"{what}_query_percent", sizes.Max(size => size.WorstQuery(first)));
        }
    }

    private async Task<SizeFigures> PrintAsync(string what, SizeFigures figures, List<SizeFigures> before)
    {
        await _output.WriteLineAsync(figures.Line(what, before.Count > 0 ? before[0] : figures));
        return figures;
    }

    /// <summary>What it needs is said before it begins, and what there is not is not begun.</summary>
    private async Task CheckRoomAsync()
    {
        long need = StoreFiller.NeedOf(_options.Rows.DefaultIfEmpty(0).Max());
        long free = KernelFigures.FreeTemporaryBytes();
        await _output.WriteLineAsync(
            $"{_options.Engine}, {_options.Rate} sightings a second for {_options.Seconds} s at each size; at most "
            + $"{ScaleOptions.GoalPercent:F0} % worse than the smallest size is the goal; needs {need >> 20} MB of "
            + $"{Path.GetTempPath()}, {free >> 20} MB are free");
        if (free < need)
            throw new BenchException($"The disk has {free >> 20} MB free of the {need >> 20} MB that are needed.");
        CheckFiles(Environment.ProcessId, _options.Beacons.DefaultIfEmpty(0).Max());
    }

    private static void CheckFiles(int pid, int beacons)
    {
        if (KernelFigures.MaxOpenFiles(pid) is var most && most < beacons + FilesBeside)
            throw new BenchException($"{beacons} beacons need more than {most} open files: raise ulimit -Hn.");
    }

    private async Task<SizeFigures> BeaconsAsync(int count)
    {
        await using IngestScene scene = await IngestScene.StartAsync(count, _options.Engine);
        CheckFiles(scene.ServicePid, count);
        await using LoadFleet fleet = await LoadFleet.AttestAsync(
            scene.Beacons, scene.Target, () => { }, CancellationToken.None);
        int measured = Math.Max(count, (int)(_framesPerSecond * _options.Seconds));
        Lanes lanes = new(fleet.Prepare(new FrameMaker(_input, _shape), 2 * (measured + count)));
        await SendAsync(lanes.Next(measured)); // as long as it is measured: until the service's code is compiled
        SizeFigures figures = await MeasureAsync(scene, count, lanes.Next(measured));
        double connected = await ApiQueries.MetricAsync(scene, Connections);
        return connected == count
            ? figures
            : throw new BenchException($"Of {count} beacons {connected} are connected at the end.");
    }

    private async Task<List<SizeFigures>> RowsAsync()
    {
        await using IngestScene scene = await IngestScene.StartAsync(ScaleOptions.RowBeacons, _options.Engine);
        await using LoadFleet fleet = await LoadFleet.AttestAsync(
            scene.Beacons, scene.Target, () => { }, CancellationToken.None);
        int measured = Math.Max(ScaleOptions.RowBeacons, (int)(_framesPerSecond * _options.Seconds));
        Lanes lanes = new(fleet.Prepare(
            new FrameMaker(_input, _shape), 2 * _options.Rows.Count * (measured + ScaleOptions.RowBeacons)));
        List<SizeFigures> sizes = [];
        foreach (long rows in _options.Rows)
        {
            StoredCrowd crowd = new(
                rows, [.. scene.Beacons.Select(beacon => unchecked((long)beacon.Id.Value))], DateTime.UtcNow);
            await StoreFiller.FillAsync(scene, crowd);
            await SendAsync(lanes.Next(measured));
            SizeFigures figures = await MeasureAsync(scene, rows, lanes.Next(measured));
            sizes.Add(await PrintAsync(
                "rows", figures with { Queries = await ApiQueries.RunAsync(scene, crowd) }, sizes));
        }

        return sizes;
    }

    private async Task<SizeFigures> MeasureAsync(IngestScene scene, long size, List<LoadLane> lanes)
    {
        await scene.CheckpointAsync();
        double before = scene.ServiceSeconds + scene.DatabaseSeconds;
        LoadRun run = await SendAsync(lanes);
        double used = scene.ServiceSeconds + scene.DatabaseSeconds - before;
        return new SizeFigures(
            size, run.Sightings / run.Elapsed.TotalSeconds, used / run.Sightings * Million,
            run.Latency.GetValueAtPercentile(50) / 1000.0, run.Latency.GetValueAtPercentile(99) / 1000.0,
            KernelFigures.Resident(scene.ServicePid), KernelFigures.MostResident(scene.ServicePid), []);
    }

    private Task<LoadRun> SendAsync(List<LoadLane> lanes) => WholeRun.SendAsync(lanes, _framesPerSecond);

    /// <summary>Frames of all beacons, given out in parts.</summary>
    private sealed class Lanes(List<LoadLane> all)
    {
        private int _given;

        /// <summary>As many frames of each beacon as make so many of all of them, at least.</summary>
        public List<LoadLane> Next(int frames)
        {
            int each = (frames + all.Count - 1) / all.Count;
            List<LoadLane> part =
                [.. all.Select(lane => lane with { Frames = [.. lane.Frames.Skip(_given).Take(each)] })];
            _given += each;
            return part;
        }
    }
}
