using System.Text.RegularExpressions;
using LumenLink.Wiring;

namespace LumenLink.Tests.Hardware;

/// <summary>One row of the pin table of a board.</summary>
internal sealed record PinRow(string Signal, int Gpio, string Direction, string Note);

/// <summary>What the repository says about the boards.</summary>
internal static partial class HardwareFiles
{
    /// <summary>The name of each design in file names, in pinout.md, and in the constants of BoardPins.</summary>
    public static readonly (string Design, string Module, string Constant)[] Boards =
    [
        ("esp32-s3", "ESP32-S3-WROOM-1-N16R8", "Esp32S3"),
        ("esp32-wrover", "ESP32-WROVER-E-N16R8", "Wrover"),
    ];

    public static string Root { get; } = FindRoot();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static WiringDescription Wiring(string design) =>
        WiringDescription.Read(Read($"hardware/wiring/{design}.json"));

    /// <summary>The pin table below the heading of a module.</summary>
    public static PinRow[] Pins(string module)
    {
        string section = Section(Read("hardware/pinout.md"), $"## {module}");
        return
        [
            .. PinLine().Matches(section).Select(row => new PinRow(
                row.Groups[1].Value, int.Parse(row.Groups[2].Value), row.Groups[3].Value, row.Groups[4].Value)),
        ];
    }

    /// <summary>GPIO numbers that a module's second table tells to leave alone.</summary>
    public static IEnumerable<int> Avoided(string module)
    {
        string section = Section(Read("hardware/pinout.md"), $"## {module}");
        foreach (Match row in AvoidedLine().Matches(section))
            foreach (string part in row.Groups[1].Value.Split(','))
            {
                int[] ends = [.. part.Split(" to ").Select(int.Parse)];
                for (int gpio = ends[0]; gpio <= ends[^1]; gpio++) yield return gpio;
            }
    }

    /// <summary>A heading's text, up to the next one of its level.</summary>
    public static string Section(string text, string heading)
    {
        int start = text.IndexOf(heading + "\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"no heading '{heading}'");
        int end = text.IndexOf("\n## ", start + heading.Length, StringComparison.Ordinal);
        return end < 0 ? text[start..] : text[start..end];
    }

    /// <summary>Constants of a C# file by name.</summary>
    public static Dictionary<string, int> Constants(string path) =>
        Constant().Matches(Read(path)).ToDictionary(c => c.Groups[1].Value, c => int.Parse(c.Groups[2].Value));

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LumenLink.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("LumenLink.sln is in no folder above the tests");
    }

    [GeneratedRegex(@"^\| ([A-Z_]+) \| (\d+) \| ([^|]+?) \| ([^|]+?) \|$", RegexOptions.Multiline)]
    private static partial Regex PinLine();

    [GeneratedRegex(@"^\| (\d[\d, to]*) \| [^|]+ \|$", RegexOptions.Multiline)]
    private static partial Regex AvoidedLine();

    [GeneratedRegex(@"const int (\w+) = (\d+);")]
    private static partial Regex Constant();
}
