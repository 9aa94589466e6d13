using System.Globalization;

namespace LumenLink.Bench;

/// <summary>
/// The last line of a benchmark: <c>BENCH name key=value …</c>, three decimals, one culture. And its first.
/// </summary>
internal static class BenchLine
{
    /// <summary>How busy the machine is, to be printed first: a figure says little without it.</summary>
    public static string Machine() =>
        $"load average {File.ReadAllText("/proc/loadavg")[..14]}, {Environment.ProcessorCount} processors";

    /// <summary>Makes the line.</summary>
    public static string Of(string name, params (string Key, double Value)[] figures) =>
        $"BENCH {name} " + string.Join(' ', figures.Select(figure =>
            $"{figure.Key}={figure.Value.ToString("F3", CultureInfo.InvariantCulture)}"));
}
