using LumenLink.Tests.Uplink.Week;

namespace LumenLink.Tests.Uplink;

/// <summary>The simulated week, in a form of a few hours.</summary>
public sealed class WeekTests
{
    [Fact]
    public async Task Every_report_that_was_not_dropped_by_the_bound_is_stored_once_and_nothing_grows()
    {
        WeekOptions options = WeekOptions.Short;
        await using WeekRun run = await WeekRun.RunAsync(options);
        List<string> wrong = WeekChecks.Of(run, options);
        Assert.True(wrong.Count == 0, $"{string.Join('\n', wrong)}\n{run.World.Describe()}");
        Assert.All(run.Plan.Counts, outage => Assert.True(outage.Value > 0, $"no {outage.Key}"));
        Assert.All(run.Boards, board => Assert.True(board.Ledger.Cuts > 0 && board.Board.Board.Boots > 2));
        Assert.NotEmpty(run.Boards[^1].Ledger.Dropped);
        Assert.InRange(run.Stored.Addresses, options.Addresses * 95 / 100, options.Addresses);
    }
}
