using LumenLink.Chaos.Servers;

namespace LumenLink.Tests.Chaos;

/// <summary>A run that is killed or interrupted leaves no process behind.</summary>
public sealed class KilledRunTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lumenlink-killed-");

    public void Dispose() => _folder.Delete(recursive: true);

    [ServersFact]
    public async Task Everything_that_a_killed_run_started_ends()
    {
        (ServerProcess run, IReadOnlyList<int> started) = await StartAsync();
        ProcessSignals.Send(run.Id, ProcessSignals.Kill); // that one only
        await UntilGoneAsync(started);
        await run.DisposeAsync();
    }

    [ServersFact]
    public async Task An_interrupted_run_ends_everything_and_removes_its_folder()
    {
        const int Interrupt = 2;
        (ServerProcess run, IReadOnlyList<int> started) = await StartAsync();
        ProcessSignals.Send(run.Id, Interrupt);
        Assert.Equal(130, await run.Ended.WaitAsync(Patience));
        await UntilGoneAsync(started);
        Assert.Contains("stopping", run.Said, StringComparison.Ordinal);
        Assert.Empty(_folder.EnumerateFileSystemInfos("lumenlink-chaos-*"));
        await run.DisposeAsync();
    }

    private async Task<(ServerProcess Run, IReadOnlyList<int> Started)> StartAsync()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "..", "..", "LumenLink.Chaos",
            Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "lumen-chaos.dll");
        ServerCommand command = new(
            "lumen-chaos", "dotnet", [Path.GetFullPath(program), "--minutes", "60", "--beacons", "1"],
            Path.Combine(_folder.FullName, "log"))
        {
            Environment = new Dictionary<string, string> { ["TMPDIR"] = _folder.FullName },
        };
        File.SetUnixFileMode(_folder.FullName, File.GetUnixFileMode("/usr")); // the servers' users go through it
        (ServerProcess run, _) = await ServerProcess.StartAsync(command, "boards powered on", Patience);
        IReadOnlyList<int> started = ProcessSignals.TreeOf(run.Id);
        Assert.InRange(started.Count, 7, int.MaxValue); // itself, three servers, two replicas, the fleet
        return (run, started);
    }

    /// <summary>There is no event for the end of a process that is not a child.</summary>
    private static async Task UntilGoneAsync(IReadOnlyList<int> processes)
    {
        using CancellationTokenSource limit = new(Patience);
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(50));
        while (processes.Any(ProcessSignals.IsAlive)) await look.WaitForNextTickAsync(limit.Token);
    }
}

/// <summary>
/// Needs PostgreSQL, Mosquitto and Redis. Skipped where one is missing, unless all are required.
/// </summary>
public sealed class ServersFact : FactAttribute
{
    private static readonly string[] Needed = ["/usr/lib/postgresql", "/usr/sbin/mosquitto", "/usr/bin/redis-server"];
    private static readonly string[] Required =
        ["LUMENLINK_REQUIRE_POSTGRES", "LUMENLINK_REQUIRE_MOSQUITTO", "LUMENLINK_REQUIRE_REDIS"];

    public ServersFact()
    {
        string[] missing = [.. Needed.Where(path => !Path.Exists(path))];
        if (missing.Length > 0 && !Required.All(name => Environment.GetEnvironmentVariable(name) == "1"))
            Skip = "not installed: " + string.Join(", ", missing);
    }
}
