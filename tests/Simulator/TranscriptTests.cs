namespace LumenLink.Tests.Simulator;

/// <summary>
/// What the device code gives in the simulator, line by line, is tests/FirmwareNano/transcript.txt. With
/// LUMENLINK_WRITE_VECTORS set, the file is written.
/// </summary>
public sealed class TranscriptTests
{
    [Fact]
    public void The_simulator_gives_the_transcript()
    {
        string[] lines = [.. NanoTestRun.Methods.SelectMany(NanoTestRun.Run).Where(NanoTranscript.IsLine)];
        if (Environment.GetEnvironmentVariable("LUMENLINK_WRITE_VECTORS") is not null)
            File.WriteAllLines(NanoTranscript.File, lines);
        Assert.Equal(NanoTranscript.Lines, lines);
    }
}
