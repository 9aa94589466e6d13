using LumenLink.Protocol;

namespace LumenLink.Simulator.Fleet;

/// <summary>What a record says of addresses, in sums that a database can make too.</summary>
/// <param name="Count">Sightings.</param>
/// <param name="Addresses">Sum of their addresses.</param>
/// <param name="RssiDbm">Sum of their signal strengths, dBm.</param>
internal readonly record struct RecordSums(long Count, long Addresses, long RssiDbm)
{
    /// <summary>Sums of a record; a status record has no sightings.</summary>
    /// <param name="record">The record's bytes.</param>
    /// <param name="report">Reads it; who has many records makes one.</param>
    public static RecordSums Of(ReadOnlySpan<byte> record, ReportReader report)
    {
        if (report.Read(record) != WireError.None) return default;
        long addresses = 0;
        long rssi = 0;
        for (int i = 0; i < report.SightingCount; i++)
        {
            addresses += (long)report[i].Address;
            rssi += report[i].RssiDbm;
        }

        return new RecordSums(report.SightingCount, addresses, rssi);
    }
}
