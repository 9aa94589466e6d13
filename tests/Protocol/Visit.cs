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
        foreach (RecordGroup group in reader)
        {
            groups++;
            foreach (RecordView record in group)
            {
                records++;
                if (record.Check(out _) != RefusalReason.None)
                {
                    continue;
                }

                if (record.Kind == RecordKind.Report)
                {
                    Assert.Equal(WireError.None, ReportReader.Read(record.Body, out ReportReader report));
                    sightings += Sightings(report);
                }
                else
                {
                    Assert.Equal(WireError.None, StatusReader.Read(record.Body, out StatusReader status));
                    Assert.True(status.FirmwareVersion.Length <= WireLimits.MaxAsciiBytes);
                }
            }
        }

        Assert.Equal(reader.GroupCount, groups);
        Assert.Equal(reader.RecordCount, records);
        return sightings;
    }

    private static int Sightings(ReportReader report)
    {
        int windows = 0;
        int sightings = 0;
        foreach (ReportWindow window in report)
        {
            windows++;
            int index = 0;
            foreach (Sighting sighting in window)
            {
                Assert.Equal(sighting, window[index]);
                Assert.True(sighting.Address < 1UL << 48);
                index++;
            }

            Assert.Equal(window.SightingCount, index);
            sightings += index;
        }

        Assert.Equal(report.WindowCount, windows);
        Assert.Equal(report.SightingCount, sightings);
        return sightings;
    }
}
