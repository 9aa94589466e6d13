using LumenLink.Bench.Baselines;
using LumenLink.Bench.Input;

namespace LumenLink.Bench;

/// <summary>Every format must give back what it was given, or no figure of it counts.</summary>
internal static class SelfCheck
{
    /// <summary>Encodes, decodes and compares all reports in all formats.</summary>
    /// <exception cref="BenchException">A format lost or changed something.</exception>
    public static void Run(IEnumerable<ISightingFormat> formats, IReadOnlyList<ScanReport> reports)
    {
        foreach (ISightingFormat format in formats)
        {
            foreach (ScanReport report in reports)
            {
                if (!GivesBack(format, report))
                    throw new BenchException(
                        $"{format.Name} does not give back report {report.Sequence} of {report.Receiver.Name}.");
            }
        }
    }

    /// <summary>True if a format gives back one report.</summary>
    public static bool GivesBack(ISightingFormat format, ScanReport report)
    {
        var columns = new SightingColumns();
        try
        {
            foreach (Publish message in format.Encode(report)) format.Decode(message.Payload, columns);
        }
        catch (FormatException)
        {
            return false;
        }

        var decoded = new List<(byte Window, ulong Address, sbyte RssiDbm)>(columns.Count);
        for (int i = 0; i < columns.Count; i++)
            decoded.Add((columns.Windows[i], columns.Addresses[i], columns.RssiDbm[i]));
        var expected = report.Sightings.Select(
            sighting => (format.CarriesTime ? sighting.Window : (byte)0, sighting.Address, sighting.RssiDbm));
        return decoded.Order().SequenceEqual(expected.Order());
    }
}
