using LumenLink.Protocol;
using LumenLink.Rendezvous.Dashboard;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Tests.Rendezvous.Dashboard;

public sealed class WordingTests
{
    private static readonly DateTimeOffset Noon = new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(-5, "just now")]
    [InlineData(0, "just now")]
    [InlineData(1.4, "just now")]
    [InlineData(2.9, "2 s ago")]
    [InlineData(89.9, "89 s ago")]
    [InlineData(90, "1 min ago")]
    [InlineData(5399, "89 min ago")]
    [InlineData(5400, "1 h ago")]
    [InlineData(129_599, "35 h ago")]
    [InlineData(129_600, "1 day ago")]
    [InlineData(172_800, "2 days ago")]
    [InlineData(864_000, "10 days ago")]
    public void How_long_ago_is_said_in_one_unit(double seconds, string text) =>
        Assert.Equal(text, Wording.Ago(Noon.AddSeconds(-seconds), Noon));

    [Fact]
    public void Never_and_over_are_said_as_such()
    {
        Assert.Equal("never", Wording.Ago(null, Noon));
        Assert.Equal("over", Wording.In(Noon, Noon));
        Assert.Equal("over", Wording.In(Noon.AddSeconds(-1), Noon));
        Assert.Equal("in 12 h", Wording.In(Noon.AddHours(12), Noon));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(999, "999")]
    [InlineData(1000, "1\u202f000")]
    [InlineData(1234567, "1\u202f234\u202f567")]
    public void Counts_are_grouped(long count, string text) => Assert.Equal(text, Wording.Count(count));

    [Theory]
    [InlineData(0, "0.0")]
    [InlineData(1.25, "1.3")]
    [InlineData(99.9, "99.9")]
    [InlineData(100, "100")]
    [InlineData(1234.5, "1235")]
    public void Rates_have_a_digit_behind_the_point_while_small(double rate, string text) =>
        Assert.Equal(text, Wording.Rate(rate));

    [Theory]
    [InlineData(0, 0, "0.0 %")]
    [InlineData(5, 0, "0.0 %")]
    [InlineData(1, 80, "1.3 %")]
    [InlineData(7, 10, "70 %")]
    [InlineData(1e18, 1, "100 %")]
    public void Shares_are_said_in_percent_and_never_above_100(double part, double whole, string text) =>
        Assert.Equal(text, Wording.Percent(part, whole));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1 KiB")]
    [InlineData(81_920, "80 KiB")]
    [InlineData(1_572_864, "1.5 MiB")]
    public void Bytes_are_said_in_binary_units(long bytes, string text) => Assert.Equal(text, Wording.Bytes(bytes));

    [Fact]
    public void A_time_in_full_is_utc() => Assert.Equal(
        "2030-05-17 12:00:00 UTC", Wording.Full(Noon.ToOffset(TimeSpan.FromHours(5))));

    [Fact]
    public void Every_value_has_words_of_its_own()
    {
        AssertOwn<AttestationOutcome>(outcome => FleetWords.Meaning(outcome));
        AssertOwn<SecurityLevel>(level => FleetWords.Label(level));
        AssertOwn<SecurityLevel>(level => FleetWords.Meaning(level));
        AssertOwn<FleetStatus>(status => FleetWords.Label(status));
        AssertOwn<FleetStatus>(status => FleetWords.Meaning(status));
        AssertOwn<AlarmKind>(kind => FleetWords.Meaning(kind));
        AssertOwn<HeardRadio>(radio => FleetWords.Label(radio));
        AssertOwn<TokenOutcome>(outcome => FleetWords.Meaning(outcome), TokenOutcome.Retry);
        Assert.Equal("emulated chip", FleetWords.Label(SecurityLevel.EmulatedChip));
        Assert.Equal("key in flash: can be copied", FleetWords.Label(SecurityLevel.Software));
    }

    private static void AssertOwn<T>(Func<T, string> words, params T[] shared)
        where T : struct, Enum
    {
        T[] values = [.. Enum.GetValues<T>().Except(shared)];
        Assert.Equal(values.Length, values.Select(words).Distinct().Count());
        Assert.All(values, value => Assert.NotEqual("", words(value)));
    }
}
