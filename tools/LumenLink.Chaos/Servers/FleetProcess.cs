using System.Globalization;
using LumenLink.Cli.Provisioning;

namespace LumenLink.Chaos.Servers;

/// <summary>Beacons with the real firmware in one process; killing it is a power cut of them all.</summary>
/// <param name="folder">Run folder, with boards and enrolments.</param>
/// <param name="program">LumenLink.Simulator.Fleet.dll.</param>
/// <param name="boards">Which to power on.</param>
/// <param name="speed">Board seconds per second.</param>
/// <param name="trusted">PEM file of what boards trust.</param>
/// <param name="logFile">Takes what it says.</param>
/// <param name="onLine">Called with what it says to people.</param>
internal sealed class FleetProcess(
    RunFolder folder, string program, IReadOnlyList<string> boards, double speed, string trusted, string logFile,
    Action<string> onLine) : IAsyncDisposable
{
    private const string ReadyWords = "boards powered on";
    private const string SaidWords = "fleet: ";
    private static readonly TimeSpan StartsWithin = TimeSpan.FromMinutes(5);

    /// <summary>The process.</summary>
    public ServerProcess? Process { get; private set; }

    /// <summary>Starts it, again after a kill, and waits until its boards have power.</summary>
    public async Task StartAsync()
    {
        if (Process is not null) await Process.DisposeAsync();
        File.Delete(folder.FleetReport);
        string[] arguments =
        [
            program, "run", "--supervised", "--keep-books", "--data", folder.Path, "--trusted", trusted,
            "--speed", speed.ToString(CultureInfo.InvariantCulture), "--report", folder.FleetReport,
            .. boards.SelectMany(board => (string[])["--board", board]),
        ];
        (Process, _) = await ServerProcess.StartAsync(
            new ServerCommand("fleet", "dotnet", arguments, logFile)
            {
                OnLine = line =>
                {
                    if (line.StartsWith(SaidWords, StringComparison.Ordinal)) onLine(line);
                },
            },
            ReadyWords, StartsWithin);
    }

    /// <summary>Has the boards send what they have, and ends it.</summary>
    /// <returns>Whether it ended well in time.</returns>
    public async Task<bool> StopAsync(TimeSpan within) => await Process!.StopAsync(within) == 0;

    public async ValueTask DisposeAsync()
    {
        if (Process is not null) await Process.DisposeAsync();
    }
}
