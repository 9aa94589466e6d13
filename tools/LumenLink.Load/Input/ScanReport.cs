using LumenLink.Protocol;

namespace LumenLink.Load.Input;

/// <summary>One address in one scan window.</summary>
/// <param name="Window">Number of the window in its report, from 0.</param>
/// <param name="Address">Pseudonym, 48 bits.</param>
/// <param name="Type">Kind of the address; the baselines leave it out.</param>
/// <param name="RssiDbm">Signal strength, dBm.</param>
internal readonly record struct HeardSighting(byte Window, ulong Address, AddressType Type, sbyte RssiDbm);

/// <summary>What one receiver reports at once: the batch that every format encodes.</summary>
/// <param name="Receiver">Whose.</param>
/// <param name="Sequence">Number of the report, from 1, per receiver.</param>
/// <param name="OpenUnixMs">When the first window opened.</param>
/// <param name="Shape">Windows and their length.</param>
/// <param name="Sightings">In order of windows, at least one; an address once per window.</param>
internal sealed record ScanReport(
    Receiver Receiver, uint Sequence, long OpenUnixMs, ReportShape Shape, IReadOnlyList<HeardSighting> Sightings)
{
    /// <summary>Sightings of each window.</summary>
    public int[] CountByWindow()
    {
        int[] counts = new int[Shape.Windows];
        foreach (HeardSighting sighting in Sightings) counts[sighting.Window]++;
        return counts;
    }
}

/// <summary>How a receiver batches.</summary>
/// <param name="WindowMs">Length of a scan window.</param>
/// <param name="Windows">Windows of a report.</param>
internal readonly record struct ReportShape(int WindowMs, int Windows)
{
    /// <summary>Length of a report.</summary>
    public long ReportMs => (long)WindowMs * Windows;
}
