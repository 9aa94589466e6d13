using System.Reflection;
using LumenLink.Simulator;

namespace LumenLink.Tests.Simulator;

/// <summary>
/// Runs tests of tests/FirmwareNano as nanoFramework's launcher does: without an object of their class.
/// </summary>
internal static class NanoTestRun
{
    private static readonly Lazy<DeviceImage> Loaded = new(() => DeviceImage.Load(deviceAssembly: "NFUnitTest"));

    /// <summary>The compiled tests, with the device assemblies that they call.</summary>
    public static DeviceImage Image => Loaded.Value;

    /// <summary>All tests, in the order of the launcher.</summary>
    public static IEnumerable<MethodInfo> Methods => Image.Device.GetTypes()
        .Where(type => Has(type, "TestClassAttribute")).OrderBy(type => type.FullName, StringComparer.Ordinal)
        .SelectMany(type => type.GetMethods().Where(method => Has(method, "TestMethodAttribute")));

    /// <summary>Runs a test on a board of its own; gives what it printed.</summary>
    public static IReadOnlyList<string> Run(MethodInfo test)
    {
        using TestWorld world = new();
        List<string> lines = [];
        BoardRun board = world.Board(onConsoleLine: lines.Add).PowerOn();
        using (new Strand(board, StrandKind.Tick).Enter())
        {
            test.Invoke(null, BindingFlags.DoNotWrapExceptions, null, null, null);
        }

        return lines;
    }

    private static bool Has(MemberInfo member, string attribute) =>
        member.GetCustomAttributesData().Any(data => data.AttributeType.Name == attribute);
}
