using System.Diagnostics;
using System.Globalization;

namespace LumenLink.Bench.Fleet;

/// <summary><c>lumen up</c> as a process: service and fleet below it, its lines, a folder of its own.</summary>
internal sealed class UpProcess : IDisposable
{
    private static readonly TimeSpan SamplePeriod = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan EndTimeout = TimeSpan.FromMinutes(5);

    private readonly TextWriter _output;
    private readonly Process _up;
    private readonly Lock _lock = new();
    private FleetProgress? _progress;
    private bool _isJudged;

    /// <summary>Starts it.</summary>
    /// <param name="beacons">Simulated beacons.</param>
    /// <param name="speed">Board seconds per second.</param>
    /// <param name="port">First of three ports.</param>
    /// <param name="output">Takes its lines.</param>
    /// <param name="databaseUrl">DATABASE_URL; null for a SQLite file.</param>
    public UpProcess(int beacons, double speed, int port, TextWriter output, string? databaseUrl = null)
    {
        _output = output;
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            ArgumentList =
            {
                ProgramPath(), "up", "--beacons", beacons.ToString(CultureInfo.InvariantCulture),
                "--speed", speed.ToString(CultureInfo.InvariantCulture),
                "--data", Folder, "--port", port.ToString(CultureInfo.InvariantCulture), "--json", Report,
            },
        };
        start.Environment.Remove("DATABASE_URL");
        if (databaseUrl is not null)
            start.Environment["DATABASE_URL"] = databaseUrl;
        _up = Process.Start(start) ?? throw new BenchException("lumen up does not start.");
        _up.OutputDataReceived += (_, line) => Take(line.Data);
        _up.BeginOutputReadLine();
    }

    /// <summary>The run's folder.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("lumenlink-fleet-").FullName;

    /// <summary>Where the run's report is once it has ended.</summary>
    public string Report => Path.Combine(Folder, "report.json");

    /// <summary>Every beacon is attested, or will not be waited for.</summary>
    public bool IsJudged
    {
        get
        {
            lock (_lock)
                return _isJudged;
        }
    }

    /// <summary>The last line of progress; null before the first.</summary>
    public FleetProgress? Progress
    {
        get
        {
            lock (_lock)
                return _progress;
        }
    }

    /// <summary>The last line of progress.</summary>
    /// <exception cref="BenchException">There is none.</exception>
    public FleetProgress Latest() => Progress ?? throw new BenchException("No beacon was attested in time.");

    /// <summary>Waits, looking now and then.</summary>
    /// <returns>False when the limit came first.</returns>
    /// <exception cref="BenchException">The run ended.</exception>
    public bool Until(Func<bool> condition, TimeSpan limit)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < limit)
        {
            if (condition())
                return true;
            if (_up.WaitForExit(SamplePeriod))
                throw new BenchException($"lumen up ended with {_up.ExitCode}.");
        }

        return false;
    }

    /// <summary>A process of the run: "fleet" or "service".</summary>
    /// <exception cref="BenchException">It did not start.</exception>
    public Process ProcessOf(string name)
    {
        string file = Path.Combine(Folder, name + ".pid");
        return File.Exists(file)
            ? Process.GetProcessById(
                int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture))
            : throw new BenchException($"The {name} did not start in time.");
    }

    /// <summary>Ends the run as a supervisor does: the fleet sends what it has, and the report is written.</summary>
    /// <exception cref="BenchException">It did not end well.</exception>
    public void End()
    {
        using Process kill = Process.Start(
            "kill", ["-TERM", _up.Id.ToString(CultureInfo.InvariantCulture)]);
        if (!_up.WaitForExit(EndTimeout) || _up.ExitCode != 0)
            throw new BenchException("lumen up did not end well.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_up.HasExited)
        {
            _up.Kill(entireProcessTree: true);
            _up.WaitForExit(EndTimeout);
        }

        _up.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static string ProgramPath()
    {
        string here = AppContext.BaseDirectory;
        string path = here.Replace("LumenLink.Bench", "LumenLink.Cli", StringComparison.Ordinal) + "lumen.dll";
        return File.Exists(path) ? path : throw new BenchException("lumen is not built: use tools/bench.sh.");
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        lock (_lock)
        {
            if (FleetProgress.Parse(line, Environment.TickCount64) is { } progress)
                _progress = progress;
            _isJudged |= FleetProgress.SaysJudged(line);
        }

        _output.WriteLine(line);
    }
}
