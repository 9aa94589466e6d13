using System.Runtime.InteropServices;
using LumenLink.Bench.Input;

namespace LumenLink.Bench.Size;

/// <summary>
/// The fewest bits that the sightings of an input need, if addresses are any 48 bits, presence is independent, and
/// signal strengths and their changes follow the input's own frequencies.
/// </summary>
/// <param name="AddressBits">Per report log2 C(2^48, n) for its n addresses.</param>
/// <param name="PresenceBits">Per report n times its windows times the entropy of presence.</param>
/// <param name="FirstRssiBits">The strength of each address the first time in a report.</param>
/// <param name="DeltaRssiBits">Its change from one presence to the next in the same report.</param>
internal sealed record EntropyBound(
    double AddressBits, double PresenceBits, double FirstRssiBits, double DeltaRssiBits)
{
    private const double AddressSpace = 1L << 48;

    /// <summary>All bits.</summary>
    public double Bits => AddressBits + PresenceBits + FirstRssiBits + DeltaRssiBits;

    /// <summary>Works the bound out.</summary>
    public static EntropyBound Of(IReadOnlyList<ScanReport> reports)
    {
        var firsts = new Dictionary<int, long>();
        var deltas = new Dictionary<int, long>();
        double addressBits = 0;
        long cells = 0;
        long present = 0;
        foreach (ScanReport report in reports)
        {
            var last = new Dictionary<ulong, sbyte>();
            foreach (HeardSighting sighting in report.Sightings)
            {
                if (last.TryGetValue(sighting.Address, out sbyte before))
                    Count(deltas, sighting.RssiDbm - before);
                else
                    Count(firsts, sighting.RssiDbm);
                last[sighting.Address] = sighting.RssiDbm;
            }

            addressBits += LogChooseAddresses(last.Count);
            cells += (long)last.Count * report.Shape.Windows;
            present += report.Sightings.Count;
        }

        double presence = OrderZero([present, cells - present]);
        return new EntropyBound(
            addressBits, cells * presence, firsts.Values.Sum() * OrderZero(firsts.Values),
            deltas.Values.Sum() * OrderZero(deltas.Values));
    }

    /// <summary>Entropy of a symbol, in bits, from how often each symbol occurs.</summary>
    public static double OrderZero(IReadOnlyCollection<long> counts)
    {
        double total = counts.Sum();
        return counts.Where(count => count > 0).Sum(count => -(count / total) * Math.Log2(count / total));
    }

    /// <summary>log2 of the number of sets of <paramref name="count"/> addresses.</summary>
    public static double LogChooseAddresses(int count)
    {
        double bits = 0;
        for (int i = 0; i < count; i++) bits += Math.Log2((AddressSpace - i) / (i + 1));
        return bits;
    }

    private static void Count(Dictionary<int, long> counts, int value) =>
        CollectionsMarshal.GetValueRefOrAddDefault(counts, value, out _)++;
}
