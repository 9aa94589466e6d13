using System.Globalization;
using System.Text;

namespace LumenLink.Tests.EndToEnd;

/// <summary>Traces to replay: recorded ones where they lie beside the repository, and a generated one always.</summary>
internal static class Traces
{
    private static readonly string[] Recorded = ["straight_01", "straight_03", "zigzagging_without_rotation"];

    /// <summary>
    /// Paths of the recorded traces that are there; one empty path where none is (the theory is skipped then).
    /// </summary>
    public static TheoryData<string> Available()
    {
        string[] found = [.. Recorded.Select(Find).OfType<string>()];
        return [.. found.Length > 0 ? found : [""]];
    }

    public static bool AreThere => Recorded.Any(name => Find(name) is not null);

    /// <summary>
    /// Three receivers, forty addresses, eighty seconds, with ties, comments, extra columns and a pair out of order.
    /// </summary>
    public static string Generate(string folder)
    {
        var random = new Random(20260101);
        var text = new StringBuilder("# a generated trace\n");
        double time = 1581249601.4;
        for (int i = 0; i < 2400; i++)
        {
            time += random.NextDouble() * 0.0667;
            double jitter = i % 500 == 250 ? -0.02 : 0;
            int receiver = random.Next(3);
            int address = random.Next(40);
            int rssi = random.Next(-100, -40);
            text.Append(CultureInfo.InvariantCulture,
                $"{time + jitter:F7},02000000000{receiver},c0ffee0000{address:x2},{rssi},1.0,2.0\n");
        }

        string path = Path.Combine(folder, "generated.csv");
        File.WriteAllText(path, text.ToString());
        return path;
    }

    private static string? Find(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "shared", "data", "ble-tracks", name + ".mbd");
            if (File.Exists(path))
                return path;
        }

        return null;
    }
}

/// <summary>A theory over the recorded traces, which lie beside the repository and not in it.</summary>
public sealed class RecordedTraceTheoryAttribute : TheoryAttribute
{
    public RecordedTraceTheoryAttribute()
    {
        if (!Traces.AreThere)
            Skip = "the recorded traces (../shared/data/ble-tracks) are not beside this clone";
    }
}
