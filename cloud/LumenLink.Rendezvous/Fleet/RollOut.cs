using System.Globalization;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Fleet;

/// <summary>What tells the beacons of a roll-out.</summary>
internal enum RollOutBy
{
    /// <summary>Their region label.</summary>
    Region,

    /// <summary>Their claimed firmware version.</summary>
    Firmware,
}

/// <summary>
/// Beacons that only so many in a hundred clients get: a new region, a new firmware. Those clients get them alone while
/// any of them will do, and else the others; the other clients never get them. A client that gets them at some
/// percentage gets them at every higher one.
/// </summary>
/// <param name="By">What tells these beacons.</param>
/// <param name="Value">Region or firmware version, compared exactly.</param>
/// <param name="Percent">Clients in a hundred, 0 to 100.</param>
internal sealed record RollOut(RollOutBy By, string Value, int Percent)
{
    /// <summary>How a setting is written.</summary>
    public const string Form = "region:NAME:PERCENT or firmware:VERSION:PERCENT, such as firmware:1.3.0:10";

    private const int Most = 100;

    private readonly ulong salt = SelectionPolicy.ClientOf($"{By}:{Value}");

    /// <summary>Reads a setting; null when it is none.</summary>
    public static RollOut? Read(string text)
    {
        int first = text.IndexOf(':', StringComparison.Ordinal);
        int last = text.LastIndexOf(':');
        RollOutBy? by = first < 0 ? null : text[..first] switch
        {
            "region" => RollOutBy.Region,
            "firmware" => RollOutBy.Firmware,
            _ => null,
        };
        return by is { } kind && last > first + 1
            && int.TryParse(text[(last + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int percent)
            && percent <= Most
            ? new RollOut(kind, text[(first + 1)..last], percent)
            : null;
    }

    /// <summary>True for a beacon of the roll-out.</summary>
    public bool Has(BeaconView beacon) => Value == (By == RollOutBy.Region ? beacon.Region : beacon.FirmwareVersion);

    /// <summary>True for a client that gets them. Each roll-out begins with other clients.</summary>
    public bool Reaches(ulong client) => Fraction(SelectionPolicy.Mix(client ^ salt)) * Most < Percent;

    /// <summary>Those of some beacons that a client may get.</summary>
    public List<BeaconView> PartOf(List<BeaconView> beacons, ulong client)
    {
        if (!Reaches(client))
            return [.. beacons.Where(beacon => !Has(beacon))];
        List<BeaconView> candidates = [.. beacons.Where(Has)];
        return candidates.Count > 0 ? candidates : beacons;
    }

    /// <summary>A number of 64 bits as one between 0 and 1, neither of them.</summary>
    internal static double Fraction(ulong bits) => ((bits >> 11) + 0.5) / (1UL << 53);
}
