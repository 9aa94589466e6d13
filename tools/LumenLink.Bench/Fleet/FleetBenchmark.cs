using System.Diagnostics;
using System.Globalization;

namespace LumenLink.Bench.Fleet;

/// <summary>
/// How many beacons one process holds: <c>lumen up</c> with so many of them, the fleet in one process and the service
/// with its broker in another, each beacon attested by its emulated chip and connected over TCP.
/// </summary>
internal sealed class FleetBenchmark : IDisposable
{
    /// <summary>Most beacons that <c>lumen up</c> takes.</summary>
    public const int MaxBeacons = 5000;

    private const int Port = 19200;
    private static readonly TimeSpan SamplePeriod = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan EndTimeout = TimeSpan.FromMinutes(5);

    private readonly TextWriter _output;
    private readonly string _folder = Directory.CreateTempSubdirectory("lumenlink-fleet-").FullName;
    private readonly Process _up;
    private readonly Lock _lock = new();
    private FleetProgress? _progress;
    private bool _isJudged;

    private FleetBenchmark(int beacons, double speed, TextWriter output)
    {
        _output = output;
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            ArgumentList =
            {
                ProgramPath(), "up", "--beacons", beacons.ToString(CultureInfo.InvariantCulture),
                "--speed", speed.ToString(CultureInfo.InvariantCulture),
                "--data", _folder, "--port", Port.ToString(CultureInfo.InvariantCulture),
            },
        };
        _up = Process.Start(start) ?? throw new BenchException("lumen up does not start.");
        _up.OutputDataReceived += (_, line) => Take(line.Data);
        _up.BeginOutputReadLine();
    }

    /// <summary>Runs and prints.</summary>
    /// <param name="beacons">Beacons.</param>
    /// <param name="speed">Board seconds per second.</param>
    /// <param name="steady">How long to measure once they are all attested.</param>
    /// <param name="giveUp">How long they may take until then; what is attested by then is measured.</param>
    /// <param name="output">Takes the figures.</param>
    /// <exception cref="BenchException">No beacon was attested, or the fleet ended.</exception>
    public static void Run(int beacons, double speed, TimeSpan steady, TimeSpan giveUp, TextWriter output)
    {
        using var bench = new FleetBenchmark(beacons, speed, output);
        var watch = Stopwatch.StartNew();
        bench.Until(() => bench._isJudged, giveUp);
        TimeSpan attesting = watch.Elapsed;
        int fleet = bench.ReadPid();
        bench.Until(() => bench._progress is not null, SamplePeriod);
        FleetProgress first = bench.Latest();
        TimeSpan cpuBefore = Process.GetProcessById(fleet).TotalProcessorTime;
        watch.Restart();
        bench.Until(() => false, steady);
        FleetProgress last = bench.Latest();
        using Process process = Process.GetProcessById(fleet);
        double cores = (process.TotalProcessorTime - cpuBefore) / watch.Elapsed;
        double seconds = (last.AtMs - first.AtMs) / 1000.0;
        if (last.Attested == 0 || seconds <= 0) throw new BenchException("No beacon was attested in time.");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{last.Attested} beacons attested in {attesting.TotalSeconds:F0} s; then {cores:F2} cores"));
        output.WriteLine(BenchLine.Of(
            "fleet",
            ("beacons", last.Attested),
            ("reports_per_s", (last.Receipted - first.Receipted) / seconds),
            ("rss_mb", process.WorkingSet64 / 1048576.0),
            ("threads", process.Threads.Count),
            ("attest_s", attesting.TotalSeconds),
            ("cores", cores)));
    }

    /// <summary>Ends both processes and removes the run's folder.</summary>
    public void Dispose()
    {
        if (!_up.HasExited)
        {
            _up.Kill(entireProcessTree: true);
            _up.WaitForExit(EndTimeout);
        }

        _up.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string ProgramPath()
    {
        string here = AppContext.BaseDirectory;
        string path = here.Replace("LumenLink.Bench", "LumenLink.Cli", StringComparison.Ordinal) + "lumen.dll";
        return File.Exists(path) ? path : throw new BenchException("lumen is not built: start tools/bench.sh fleet.");
    }

    private void Take(string? line)
    {
        if (line is null) return;
        lock (_lock)
        {
            if (FleetProgress.Parse(line, Environment.TickCount64) is { } progress) _progress = progress;
            _isJudged |= FleetProgress.SaysJudged(line);
        }

        _output.WriteLine(line);
    }

    private FleetProgress Latest()
    {
        lock (_lock) return _progress ?? throw new BenchException("No beacon was attested in time.");
    }

    private int ReadPid()
    {
        string file = Path.Combine(_folder, "fleet.pid");
        if (!File.Exists(file)) throw new BenchException("The fleet did not start in time.");
        return int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);
    }

    private void Until(Func<bool> condition, TimeSpan limit)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < limit)
        {
            lock (_lock)
            {
                if (condition()) return;
            }

            if (_up.WaitForExit(SamplePeriod)) throw new BenchException($"lumen up ended with {_up.ExitCode}.");
        }
    }
}
