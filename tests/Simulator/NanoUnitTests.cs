using System.Reflection;
using System.Text.Json;
using LumenLink.Simulator;

namespace LumenLink.Tests.Simulator;

/// <summary>
/// The unit tests for the virtual device (tests/FirmwareNano), run on .NET 10: the same assembly, in the load
/// context of the simulator.
/// </summary>
public sealed class NanoUnitTests
{
    private static readonly Lazy<DeviceImage> Image = new(() => DeviceImage.Load(deviceAssembly: "NFUnitTest"));

    public static TheoryData<string, string> Methods
    {
        get
        {
            TheoryData<string, string> found = [];
            foreach (Type type in Image.Value.Device.GetTypes().Where(type => Has(type, "TestClassAttribute")))
            {
                foreach (MethodInfo method in type.GetMethods().Where(method => Has(method, "TestMethodAttribute")))
                    found.Add(type.FullName!, method.Name);
            }

            return found;
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Passes(string type, string method)
    {
        object instance = Activator.CreateInstance(Image.Value.GetType(type))!;
        instance.GetType().GetMethod(method)!.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, null, null);
    }

    [Fact]
    public void Its_golden_frames_are_those_of_the_vectors()
    {
        Type golden = Image.Value.GetType("LumenLink.Tests.FirmwareNano.GoldenFrames");
        Assert.Equal(Vector("records", "ok"), Constant(golden, "RecordsOk"));
        Assert.Equal(Vector("records", "max_windows"), Constant(golden, "RecordsMaxWindows"));
        Assert.Equal(Vector("records", "max_sightings"), Constant(golden, "RecordsMaxSightings"));
        Assert.Equal(Vector("receipt", "short_topic"), Constant(golden, "ReceiptShortTopic"));
        Assert.Equal(Vector("command", "ok"), Constant(golden, "CommandOk"));
        Assert.Equal(Vector("config", "ok"), Constant(golden, "ConfigOk"));
        Assert.Equal(Vector("command-ack", "ok"), Constant(golden, "CommandAckOk"));
    }

    private static bool Has(MemberInfo member, string attribute) =>
        member.GetCustomAttributesData().Any(data => data.AttributeType.Name == attribute);

    private static string Constant(Type type, string name) => (string)type.GetField(name)!.GetRawConstantValue()!;

    private static string Vector(string file, string name)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LumenLink.sln")))
            folder = folder.Parent;
        string path = Path.Combine(folder!.FullName, "tests", "vectors", file + ".json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.GetProperty("vectors").EnumerateArray()
            .Single(vector => vector.GetProperty("name").GetString() == name).GetProperty("hex").GetString()!;
    }
}
