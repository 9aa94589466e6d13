using LumenLink.Bench.Fleet;

namespace LumenLink.Tests.Bench;

/// <summary>The benchmark reads what the fleet prints.</summary>
public class FleetProgressTests
{
    [Fact]
    public void A_progress_line_is_read() => Assert.Equal(
        new FleetProgress(208, 263, 31, 7),
        FleetProgress.Parse(
            "fleet: attested 208/301, heard 883, recorded 322, records receipted 263, queued 31", 7));

    [Theory]
    [InlineData("fleet: 302 boards powered on, speed 1")]
    [InlineData("service: enrolling the beacons")]
    public void Other_lines_are_not(string line) => Assert.Null(FleetProgress.Parse(line, 7));

    [Theory]
    [InlineData("fleet: 300 of 301 boards attested", true)]
    [InlineData("fleet: attested 300/301, heard 4260, recorded 3351, records receipted 865, queued 0", false)]
    public void The_end_of_attesting_is_known(string line, bool isEnd) =>
        Assert.Equal(isEnd, FleetProgress.SaysJudged(line));
}
