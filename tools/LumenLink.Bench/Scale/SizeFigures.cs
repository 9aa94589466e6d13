using System.Globalization;

namespace LumenLink.Bench.Scale;

/// <summary>What one size costs.</summary>
/// <param name="Size">Beacons or rows.</param>
/// <param name="Rate">Sightings a second that were receipted; below what is offered it is too much.</param>
/// <param name="Cpu">Processor seconds of service and database for a million sightings.</param>
/// <param name="MedianMs">Milliseconds from when a frame is due to its receipt, the middle.</param>
/// <param name="P99Ms">One in a hundred is slower.</param>
/// <param name="Resident">Bytes of the service in memory at the end.</param>
/// <param name="MostResident">The most that were.</param>
/// <param name="Queries">Times of queries; none where they are not measured.</param>
internal sealed record SizeFigures(
    long Size, double Rate, double Cpu, double MedianMs, double P99Ms, long Resident, long MostResident,
    IReadOnlyList<QueryTime> Queries)
{
    private const double Megabyte = 1 << 20;

    /// <summary>Megabytes in memory at the end.</summary>
    public double ResidentMegabytes => Resident / Megabyte;

    /// <summary>By how much a figure is worse than the smallest size's, in per cent; below 0 it is better.</summary>
    public static double Worse(double figure, double smallest) => ((figure / smallest) - 1) * 100;

    /// <summary>One line for people; behind each figure by how much it is worse than the smallest size's.</summary>
    public string Line(string what, SizeFigures smallest)
    {
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{Size,11} {what}: {Rate:F0} a second, {Cpu:F3} CPU s a million "
            + $"({Worse(Cpu, smallest.Cpu):+0;-0;0} %), receipt "
            + $"{MedianMs:F1} ms, 99 % {P99Ms:F1} ms, resident {ResidentMegabytes:F0} MB (most "
            + $"{MostResident / Megabyte:F0} MB)");
        foreach ((QueryTime query, QueryTime first) in Queries.Zip(smallest.Queries))
        {
            line += string.Create(
                CultureInfo.InvariantCulture,
                $", {query.Name} {query.Median:F2} ms, 95 % {query.P95:F2} ms ("
                + $"{Worse(query.Median, first.Median):+0;-0;0} %)");
        }

        return line;
    }

    /// <summary>How much worse the largest size's queries are, the worst of them, in per cent.</summary>
    public double WorstQuery(SizeFigures smallest) => Queries.Zip(smallest.Queries)
        .Select(pair => Worse(pair.First.Median, pair.Second.Median)).DefaultIfEmpty(0).Max();
}
