using LumenLink.Load;
using Spectre.Console;

namespace LumenLink.Cli.Load;

/// <summary>Bars on a terminal; elsewhere a line now and then.</summary>
/// <param name="error">Where to.</param>
internal sealed class LoadProgress(TextWriter error)
{
    private static readonly TimeSpan BarPeriod = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LinePeriod = TimeSpan.FromSeconds(5);

    private readonly IAnsiConsole console =
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) });

    /// <summary>Work in steps.</summary>
    public async Task<T> RunAsync<T>(string words, int steps, Func<Action<double>, Task<T>> run)
    {
        if (console.Profile.Out.IsTerminal)
        {
            return await console.Progress().AutoClear(true).StartAsync(bars =>
                run(bars.AddTask(words, maxValue: steps).Increment));
        }

        await error.WriteLineAsync($"{words} {steps} beacons");
        return await run(_ => { });
    }

    /// <summary>Sends, until all is sent or it is stopped.</summary>
    public async Task FollowAsync(LoadRun run, int frames, CancellationToken stop)
    {
        if (console.Profile.Out.IsTerminal)
        {
            await console.Progress().AutoClear(true).StartAsync(bars =>
            {
                ProgressTask bar = bars.AddTask("sending", maxValue: frames);
                return FollowAsync(run, BarPeriod, () => bar.Value = run.Receipted, stop);
            });
            return;
        }

        await FollowAsync(
            run, LinePeriod, () => error.WriteLine($"{run.Receipted} of {frames} records receipted"), stop);
    }

    private static async Task FollowAsync(LoadRun run, TimeSpan period, Action show, CancellationToken stop)
    {
        Task running = run.RunAsync(stop);
        using PeriodicTimer timer = new(period);
        while (await Task.WhenAny(running, timer.WaitForNextTickAsync(CancellationToken.None).AsTask()) != running)
            show();
        await running;
    }
}
