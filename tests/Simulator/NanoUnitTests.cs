using System.Reflection;
using System.Text.Json;

namespace LumenLink.Tests.Simulator;

/// <summary>
/// The unit tests for the virtual device (tests/FirmwareNano), run on .NET 10: the same assembly, in the load
/// context of the simulator, on a simulated board.
/// </summary>
public sealed class NanoUnitTests
{
    public static TheoryData<string, string> Methods
    {
        get
        {
            TheoryData<string, string> found = [];
            foreach (MethodInfo method in NanoTestRun.Methods) found.Add(method.DeclaringType!.FullName!, method.Name);
            return found;
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Passes(string type, string method) =>
        NanoTestRun.Run(NanoTestRun.Image.GetType(type).GetMethod(method)!);

    [Fact]
    public void Its_golden_frames_are_those_of_the_vectors()
    {
        Type golden = NanoTestRun.Image.GetType("LumenLink.Tests.FirmwareNano.GoldenFrames");
        Assert.Equal(Vector("records", "ok"), Constant(golden, "RecordsOk"));
        Assert.Equal(Vector("records", "max_windows"), Constant(golden, "RecordsMaxWindows"));
        Assert.Equal(Vector("records", "max_sightings"), Constant(golden, "RecordsMaxSightings"));
        Assert.Equal(Vector("receipt", "short_topic"), Constant(golden, "ReceiptShortTopic"));
        Assert.Equal(Vector("command", "ok"), Constant(golden, "CommandOk"));
        Assert.Equal(Vector("config", "ok"), Constant(golden, "ConfigOk"));
        Assert.Equal(Vector("command-ack", "ok"), Constant(golden, "CommandAckOk"));
    }

    private static string Constant(Type type, string name) => (string)type.GetField(name)!.GetRawConstantValue()!;

    private static string Vector(string file, string name)
    {
        string path = Path.Combine(NanoTranscript.Root(), "tests", "vectors", file + ".json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.GetProperty("vectors").EnumerateArray()
            .Single(vector => vector.GetProperty("name").GetString() == name).GetProperty("hex").GetString()!;
    }
}
