using System.Diagnostics;
using System.Globalization;

namespace LumenLink.Bench.Fleet;

/// <summary>
/// How many beacons one process holds: <c>lumen up</c> with so many of them, the fleet in one process and the service
/// with its broker in another, each beacon attested by its emulated chip and connected over TCP.
/// </summary>
internal static class FleetBenchmark
{
    /// <summary>Most beacons that <c>lumen up</c> takes.</summary>
    public const int MaxBeacons = 5000;

    private const int Port = 19200;
    private static readonly TimeSpan FirstProgress = TimeSpan.FromMinutes(1);

    /// <summary>Runs and prints.</summary>
    /// <param name="beacons">Beacons.</param>
    /// <param name="speed">Board seconds per second.</param>
    /// <param name="steady">How long to measure once they are all attested.</param>
    /// <param name="giveUp">How long they may take until then; what is attested by then is measured.</param>
    /// <param name="output">Takes the figures.</param>
    /// <exception cref="BenchException">No beacon was attested, or the fleet ended.</exception>
    public static void Run(int beacons, double speed, TimeSpan steady, TimeSpan giveUp, TextWriter output)
    {
        using var up = new UpProcess(beacons, speed, Port, output);
        var watch = Stopwatch.StartNew();
        up.Until(() => up.IsJudged, giveUp);
        TimeSpan attesting = watch.Elapsed;
        up.Until(() => up.Progress is not null, FirstProgress);
        FleetProgress first = up.Latest();
        using Process process = up.ProcessOf("fleet");
        TimeSpan cpuBefore = process.TotalProcessorTime;
        watch.Restart();
        up.Until(() => false, steady);
        FleetProgress last = up.Latest();
        process.Refresh();
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
}
