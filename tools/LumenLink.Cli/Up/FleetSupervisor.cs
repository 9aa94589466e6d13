using System.Globalization;
using LumenLink.Cli.Provisioning;

namespace LumenLink.Cli.Up;

/// <summary>
/// Keeps the fleet running until its work is done: starts it again when it dies, which is a power cut of all its
/// boards, and says so. Flash and chips are in the run folder.
/// </summary>
internal sealed class FleetSupervisor(UpOptions options, RunFolder folder, ProgramPaths programs, Action<string> say)
{
    /// <summary>What a line for people begins with.</summary>
    private const string SaidLine = "fleet: ";

    /// <summary>What the fleet says once every board is judged.</summary>
    private const string JudgedWords = "boards attested";

    /// <summary>Deaths without having been judged in between, after which starting again is pointless.</summary>
    private const int MaxFailedStarts = 3;

    /// <summary>How often it was started again.</summary>
    public int Restarts { get; private set; }

    /// <summary>Runs the fleet to its end.</summary>
    /// <param name="boards">Its boards.</param>
    /// <param name="service">What it needs: throws when that ends.</param>
    /// <param name="stop">Asks it to send what it has and end.</param>
    /// <exception cref="UpException">It does not start, or died when it was to end.</exception>
    public async Task RunAsync(IReadOnlyList<BoardPlan> boards, Task service, CancellationToken stop)
    {
        int failedStarts = 0;
        while (true)
        {
            bool judged = false;
            await using ManagedProcess fleet = ManagedProcess.Start(
                programs.Fleet, Arguments(boards), folder.FleetPid, folder.FleetLog, line =>
                {
                    if (!line.StartsWith(SaidLine, StringComparison.Ordinal))
                        return;
                    judged |= line.EndsWith(JudgedWords, StringComparison.Ordinal);
                    say(line);
                });
            using CancellationTokenRegistration asked = stop.Register(fleet.RequestStop);
            Task<int> end = fleet.WaitAsync();
            if (await Task.WhenAny(end, service) == service)
                await service; // throws what ended it
            int exitCode = await end;
            if (exitCode == 0)
                return;
            if (stop.IsCancellationRequested)
            {
                throw new UpException(
                    $"the fleet died (exit code {exitCode}) before all was sent; its log: {folder.FleetLog}; "
                    + "the next run with this --data sends what its boards have in flash");
            }

            failedStarts = judged ? 0 : failedStarts + 1;
            if (failedStarts >= MaxFailedStarts)
                throw new UpException($"the fleet does not start (exit code {exitCode}); its log: {folder.FleetLog}");
            Restarts++;
            say($"fleet: died (exit code {exitCode}), a power cut of all its boards; starting it again");
        }
    }

    private IEnumerable<string> Arguments(IReadOnlyList<BoardPlan> boards)
    {
        List<string> arguments =
        [
            "run", "--supervised", "--data", folder.Path,
            "--speed", options.Speed.ToString(CultureInfo.InvariantCulture),
            "--report", folder.FleetReport,
        ];
        if (options.Trace is not null)
            arguments.AddRange(["--trace", Path.GetFullPath(options.Trace)]);
        foreach (BoardPlan board in boards)
            arguments.AddRange([board.RunsMain ? "--real-main" : "--board", board.Receiver]);
        return arguments;
    }
}
