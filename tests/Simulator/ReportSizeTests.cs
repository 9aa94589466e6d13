using LumenLink.Protocol;
using LumenLink.Simulator;

namespace LumenLink.Tests.Simulator;

/// <summary>How near the report coding comes to what its content weighs, in a place as busy as real ones.</summary>
public sealed class ReportSizeTests
{
    private const int WindowMs = 10_000;
    private const int Windows = 6;
    private const int Reports = 500;

    [Fact]
    public void A_report_body_is_within_a_tenth_of_the_entropy_of_its_content()
    {
        SyntheticCrowd crowd = new(20260101);
        ReportWriter writer = new();
        byte[] record = new byte[WireLimits.MaxRecordBytes];
        double addressBits = 0;
        long cells = 0;
        long bodyBytes = 0;
        int sightings = 0;
        Dictionary<int, int> firsts = [];
        Dictionary<int, int> steps = [];
        for (int report = 0; report < Reports; report++)
        {
            Dictionary<ulong, List<int>> heard = [];
            Assert.True(writer.Begin(record, 0, ReportAddressing.Raw, 0));
            for (int w = 0; w < Windows; w++)
            {
                long open = ((report * Windows) + w) * (long)WindowMs;
                Assert.True(writer.BeginWindow(LumenLink.Protocol.Radio.Ble, (ulong)open));
                HashSet<ulong> inWindow = [];
                for (double at = open; crowd.TryNext(at, open + WindowMs, out RadioEvent e); at = e.TimeMs)
                {
                    if (!inWindow.Add(e.Address)) continue;
                    Assert.True(writer.TryAddSighting(e.Address, AddressType.Random, e.RssiDbm));
                    if (!heard.TryGetValue(e.Address, out List<int>? signals)) heard[e.Address] = signals = [];
                    signals.Add(e.RssiDbm);
                }

                writer.EndWindow(WindowMs);
            }

            int length = writer.Finish((uint)report + 1, (ulong)((report + 1) * Windows * (long)WindowMs), 0);
            Assert.True(length > 0);
            bodyBytes += length - RecordHeader.Size;
            sightings += writer.SightingCount;
            addressBits += AddressBits(heard.Count);
            cells += heard.Count * Windows;
            foreach (List<int> signals in heard.Values)
            {
                Count(firsts, signals[0]);
                for (int i = 1; i < signals.Count; i++) Count(steps, signals[i] - signals[i - 1]);
            }
        }

        double present = sightings / (double)cells;
        double presenceBits = cells * -((present * Math.Log2(present)) + ((1 - present) * Math.Log2(1 - present)));
        double bound = (addressBits + presenceBits + Entropy(firsts) + Entropy(steps)) / 8;
        Assert.True(sightings / Reports >= 30, $"{sightings} sightings: not a busy place");
        Assert.True(bodyBytes <= 1.10 * bound, $"{bodyBytes} bytes, {bodyBytes / bound:F3} of the entropy {bound:F0}");
        Assert.True(bodyBytes >= 0.95 * bound, $"{bodyBytes / bound:F3} of the entropy: something is not told");
    }

    /// <summary>Bits that a set of so many 48-bit addresses weighs: log2 of 2^48 over count.</summary>
    private static double AddressBits(int count)
    {
        double bits = 0;
        for (int i = 0; i < count; i++) bits += Math.Log2(((1UL << 48) - (double)i) / (i + 1));
        return bits;
    }

    private static void Count(Dictionary<int, int> counts, int value) =>
        counts[value] = counts.GetValueOrDefault(value) + 1;

    /// <summary>Bits that all values weigh together.</summary>
    private static double Entropy(Dictionary<int, int> counts)
    {
        double total = counts.Values.Sum();
        return counts.Values.Sum(count => count * Math.Log2(total / count));
    }
}
