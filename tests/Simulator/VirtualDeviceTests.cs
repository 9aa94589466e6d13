using LumenLink.Simulator;

namespace LumenLink.Tests.Simulator;

/// <summary>The very assemblies that the simulator loads, on nanoFramework's own interpreter.</summary>
public sealed class VirtualDeviceTests
{
    private const string Launcher = "nanoFramework.UnitTestLauncher";

    private static string Assemblies => Path.Combine(AppContext.BaseDirectory, "nano", "device");

    [VirtualDeviceFact]
    public void The_virtual_device_gives_the_transcript_and_passes_every_test()
    {
        IReadOnlyList<string> lines = VirtualDevice.Find(out _)!.Run(Assemblies, "NFUnitTest", Launcher);
        string[] judged = [.. lines.Where(line => line.StartsWith("Test ", StringComparison.Ordinal))];
        Assert.Equal(
            NanoTestRun.Methods.Select(method => $"Test passed,{method.DeclaringType!.FullName}.{method.Name}.0"),
            judged.Select(line => line[..line.LastIndexOf(',')]));
        Assert.Equal(NanoTranscript.Lines, lines.Where(NanoTranscript.IsLine));
    }

    [VirtualDeviceFact]
    public void The_cost_of_the_encoder_is_measured()
    {
        IReadOnlyList<string> lines = VirtualDevice.Find(out _)!.Run(Assemblies, "LumenLink.EncoderCost");
        Assert.Single(lines, line => line.StartsWith("cost sightings=", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        if (VirtualDevice.Find(out string missing) is not null) Assert.Empty(missing);
        else Assert.Contains("LUMENLINK_", missing, StringComparison.Ordinal);
    }
}
