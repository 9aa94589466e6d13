using LumenLink.Load.Input;
using LumenLink.Protocol;

namespace LumenLink.Load;

/// <summary>One record, encoded.</summary>
/// <param name="Bytes">All of it.</param>
/// <param name="Sequence">Its number in its boot.</param>
/// <param name="Sightings">What it tells of.</param>
internal readonly record struct EncodedRecord(byte[] Bytes, uint Sequence, int Sightings);

/// <summary>
/// Writes the records of reports with the firmware's writer. A report that does not fit one record goes on in the next.
/// </summary>
/// <param name="shape">Windows of the reports.</param>
internal sealed class ReportRecords(ReportShape shape)
{
    private readonly ReportWriter _writer = new();
    private readonly byte[] _bytes = new byte[WireLimits.MaxRecordBytes];

    /// <summary>The records of a report.</summary>
    /// <param name="report">What was heard.</param>
    /// <param name="sequence">Number of the first; those that follow have the next ones.</param>
    public List<EncodedRecord> Encode(ScanReport report, uint sequence)
    {
        var records = new List<EncodedRecord>();
        long openTicks = report.OpenUnixMs - report.Receiver.TickZeroUnixMs;
        int at = 0;
        int begunAt = 0;
        Begin(report);
        for (int window = 0; window < shape.Windows; window++)
        {
            ulong windowTicks = (ulong)(openTicks + ((long)window * shape.WindowMs));
            if (!_writer.BeginWindow(Radio.Ble, windowTicks))
                GoOn(windowTicks);
            while (at < report.Sightings.Count && report.Sightings[at].Window == window)
            {
                HeardSighting one = report.Sightings[at];
                if (_writer.TryAddSighting(one.Address, one.Type, one.RssiDbm))
                {
                    at++;
                    continue;
                }

                _writer.EndWindow((uint)shape.WindowMs);
                GoOn(windowTicks);
            }

            _writer.EndWindow((uint)shape.WindowMs);
        }

        records.Add(Finish(report, sequence, at - begunAt));
        return records;

        void GoOn(ulong windowTicks)
        {
            records.Add(Finish(report, sequence++, at - begunAt));
            begunAt = at;
            Begin(report);
            Must(_writer.BeginWindow(Radio.Ble, windowTicks));
        }
    }

    private void Begin(ScanReport report)
    {
        ushort day = (ushort)(report.OpenUnixMs / TimeSpan.MillisecondsPerDay);
        Must(_writer.Begin(_bytes, 0, ReportAddressing.Pseudonym, day));
    }

    private EncodedRecord Finish(ScanReport report, uint sequence, int sightings)
    {
        long tickZero = report.Receiver.TickZeroUnixMs;
        ulong captureTicks = (ulong)(report.OpenUnixMs - tickZero + shape.ReportMs);
        int length = _writer.Finish(sequence, captureTicks, tickZero);
        Must(length > 0);
        return new EncodedRecord(_bytes[..length], sequence, sightings);
    }

    private static void Must(bool written)
    {
        if (!written) throw new InvalidOperationException("a report could not be written");
    }
}
