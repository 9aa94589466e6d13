using System.Diagnostics;
using System.Globalization;
using LumenLink.Chaos.Books;

namespace LumenLink.Chaos;

/// <summary>What a run says, line by line with its time, and what it found wrong.</summary>
/// <param name="output">Takes the lines.</param>
internal sealed class RunLog(TextWriter output)
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Lock _gate = new();
    private int _problems;

    /// <summary>Says a line.</summary>
    public void Say(string line)
    {
        lock (_gate)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_watch.Elapsed:hh\\:mm\\:ss\\.f} {line}"));
    }

    /// <summary>Says what is wrong: the run has failed.</summary>
    public void Complain(string problem)
    {
        Interlocked.Increment(ref _problems);
        Say("WRONG: " + problem);
    }

    /// <summary>Ends the run: the fleet sends what it has and ends, the books are compared.</summary>
    /// <param name="world">Without faults.</param>
    /// <param name="name">Of the run, in its last line.</param>
    /// <param name="more">Ends that line.</param>
    /// <returns>Whether all was well.</returns>
    public async Task<bool> EndAsync(ChaosWorld world, string name, string more)
    {
        Say("the beacons send what they have");
        if (!await world.Fleet.StopAsync(ChaosOptions.DrainsWithin)) Complain("the fleet did not end well");
        BooksCheck check = await world.CheckAsync();
        foreach (string complaint in check.Complaints) Complain(complaint);
        bool isGood = check.IsGood && Volatile.Read(ref _problems) == 0;
        if (!isGood) Say($"logs: {world.LogFolder}");
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"BENCH {name} receipted={check.Receipted} stored={check.Stored} lost={check.Lost} "
                + $"duplicated={check.Duplicated} still_queued={check.StillQueued} {more}"));
        return isGood;
    }
}
