using LumenLink.Tests.Uplink.Week;

namespace LumenLink.Tests.Uplink;

/// <summary>Equal seeds give equal rows and outcomes, others give others.</summary>
public sealed class WeekSeedTests
{
    private const ulong Seed = 77;

    /// <summary>Long enough for every kind of outage but the long one.</summary>
    private static readonly WeekOptions Options =
        new(4, TimeSpan.FromHours(2.5), 1000, Seed, TimeSpan.FromMinutes(30)) { IsPreempted = true };

    [Fact]
    public async Task Equal_seeds_give_equal_rows_and_outcomes()
    {
        (List<string> rows, List<string> outcomes) = await RunAsync(Options);
        (List<string> again, List<string> outcomesAgain) = await RunAsync(Options);
        (List<string> others, _) = await RunAsync(Options with { Seed = Seed + 1 });

        AssertSame(rows, again);
        AssertSame(outcomes, outcomesAgain);
        Assert.True(rows.Count > 1000);
        Assert.NotEqual(rows, others);
        Assert.Empty(Sightings(rows).Intersect(Sightings(others)));
    }

    /// <summary>Status records come at the same times, whatever the seed; nothing is heard twice.</summary>
    private static IEnumerable<string> Sightings(List<string> rows) =>
        rows.Where(row => row.Count(character => character == ' ') > 6);

    private static void AssertSame(List<string> one, List<string> other)
    {
        string[] differing =
            [.. one.Except(other).Select(row => "- " + row).Concat(other.Except(one).Select(row => "+ " + row))];
        Assert.True(
            one.SequenceEqual(other),
            $"{differing.Length} differ, of {one.Count} and {other.Count}:\n{string.Join('\n', differing.Take(40))}");
    }

    private static async Task<(List<string> Rows, List<string> Outcomes)> RunAsync(WeekOptions options)
    {
        await using WeekRun run = await WeekRun.RunAsync(options);
        List<string> wrong = WeekChecks.OfBooks(run, options);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        List<string> outcomes = [.. run.Plan.Counts.Select(outage => $"{outage.Key} {outage.Value}")];
        foreach (WeekBoard board in run.Boards)
        {
            outcomes.AddRange(board.Totals.Select(total => $"{board.Board.Name} {total.Key} {total.Value}"));
            outcomes.Add($"{board.Board.Name} boots {board.Board.Board.Boots} cuts {board.Ledger.Cuts}");
        }

        return (run.Stored.Rows(), outcomes);
    }
}
