using LumenLink.Protocol;

namespace LumenLink.Tests.Protocol;

/// <summary>Walks a checked Records frame to its last byte and checks that the counts are kept.</summary>
internal static class Visit
{
    public static int Everything(RecordsFrameReader reader)
    {
        int groups = 0;
        int records = 0;
        int sightings = 0;
        ReportReader report = new();
        foreach (RecordGroup group in reader)
        {
            groups++;
            foreach (RecordView record in group)
            {
                records++;
                if (record.Check(report, out _) != RefusalReason.None)
                {
                    continue;
                }

                switch (record.Kind)
                {
                    case RecordKind.Report:
                        sightings += Sightings(report);
                        break;
                    case RecordKind.Status:
                        Assert.Equal(WireError.None, StatusReader.Read(record.Body, out StatusReader status));
                        Assert.True(status.FirmwareVersion.Length <= WireLimits.MaxAsciiBytes);
                        break;
                    default:
                        Assert.Equal(RecordKind.Diagnostics, record.Kind);
                        Assert.True(record.Body.Length <= WireLimits.MaxDiagnosticsBytes);
                        break;
                }
            }
        }

        Assert.Equal(reader.GroupCount, groups);
        Assert.Equal(reader.RecordCount, records);
        return sightings;
    }

    private static int Sightings(ReportReader report)
    {
        HashSet<(int Window, ulong Address, Radio Radio)> seen = [];
        for (int i = 0; i < report.SightingCount; i++)
        {
            Sighting sighting = report[i];
            Assert.True(sighting.Address < 1UL << 48);
            Assert.True(sighting.Window < report.WindowCount);
            Assert.True(seen.Add((sighting.Window, sighting.Address, report.Windows[sighting.Window].Radio)));
        }

        Assert.Equal(report.SightingCount, report.Addresses.Length);
        return report.SightingCount;
    }
}
