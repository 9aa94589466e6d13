using System.Globalization;
using LumenLink.Simulator;

namespace LumenLink.Bench.Encoder;

/// <summary>
/// What encoding a typical report costs on nanoFramework's virtual device, beside a block of SHA-256.
/// </summary>
/// <param name="Sightings">Sightings of the report.</param>
/// <param name="ReportNs">Nanoseconds of the report.</param>
/// <param name="BlockNs">Nanoseconds of a block of 64 bytes in managed code.</param>
internal sealed record EncoderCost(int Sightings, double ReportNs, double BlockNs)
{
    private const string Assembly = "LumenLink.EncoderCost";
    private const string Mark = "cost ";

    /// <summary>Nanoseconds of a sighting, its share of the report included.</summary>
    public double SightingNs => ReportNs / Sightings;

    /// <summary>How many sightings cost as much as a block.</summary>
    public double SightingsPerBlock => BlockNs / SightingNs;

    /// <summary>Measures, where the virtual device is installed.</summary>
    /// <param name="missing">What is not there; empty if all is.</param>
    public static EncoderCost? Measure(out string missing)
    {
        if (VirtualDevice.Find(out missing) is not { } device) return null;
        string folder = Path.Combine(AppContext.BaseDirectory, "nano", "device");
        string line = device.Run(folder, Assembly).Single(line => line.StartsWith(Mark, StringComparison.Ordinal));
        Dictionary<string, double> values = line[Mark.Length..].Split(' ').Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => double.Parse(pair[1], CultureInfo.InvariantCulture));
        return new EncoderCost((int)values["sightings"], values["report_ns"], values["block_ns"]);
    }
}
