using LumenLink.Tests.Uplink.Week;

namespace LumenLink.Tests.Uplink;

public sealed class WeekCheckTests
{
    [Fact]
    public void A_table_beyond_its_bound_in_one_look_or_without_a_bound_is_wrong()
    {
        Dictionary<string, long> bounds = new() { ["some"] = 3, ["none"] = 0 };
        Assert.Empty(WeekChecks.OfBounds([Look(3, 0), Look(1, 0)], bounds));
        Assert.Equal(
            ["table some had 4 entries, its bound is 3", "table none had 1 entries, its bound is 0"],
            WeekChecks.OfBounds([Look(1, 1), Look(4, 0), Look(1, 0)], bounds));
        bounds.Remove("none");
        Assert.Equal(["table none states no bound"], WeekChecks.OfBounds([Look(1, 0)], bounds));
    }

    private static WeekLook Look(long some, long none) =>
        new(TimeSpan.Zero, 0, new Dictionary<string, long> { ["some"] = some, ["none"] = none });
}
