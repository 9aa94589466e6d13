namespace LumenLink.Tests.Firmware.Hostile;

/// <summary>What a beacon makes of each hostile frame.</summary>
public sealed class HostileFrameTests
{
    public static TheoryData<string> Names => [.. HostileFrames.All.Select(frame => frame.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_refused_by_name_changes_nothing_else_and_the_next_genuine_frame_is_taken(string name)
    {
        HostileFrame frame = Assert.Single(HostileFrames.All, frame => frame.Name == name);
        Assert.Equal(frame.Outcome, frame.Run());
    }
}
