using LumenLink.Bench.Baselines;
using LumenLink.Bench.Input;
using LumenLink.Protocol;

namespace LumenLink.Bench;

/// <summary>
/// LumenLink's own side of every comparison, in one place: writes frames with the writers that the firmware uses and
/// reads them with the readers that the service uses. One report per frame; a report that does not fit one record goes
/// on in the next frame, as on a beacon.
/// </summary>
/// <param name="shape">Windows of the reports.</param>
internal sealed class LumenLinkCoder(ReportShape shape) : ISightingFormat
{
    private readonly ReportWriter _report = new();
    private readonly RecordsFrameWriter _frame = new();
    private readonly ReportReader _reports = new();
    private readonly byte[] _recordBytes = new byte[WireLimits.MaxRecordBytes];
    private readonly byte[] _frameBytes = new byte[WireLimits.MaxFrameBytes];

    /// <inheritdoc/>
    public string Name => "LumenLink";

    /// <inheritdoc/>
    public bool CarriesTime => true;

    /// <inheritdoc/>
    public IReadOnlyList<Publish> Encode(ScanReport report) =>
        [.. Frames(report, 1).Select(frame => Publish.OnTopicOf(report, frame))];

    /// <summary>The Records frames of a report, with room for the tag.</summary>
    public IReadOnlyList<byte[]> Frames(ScanReport report, uint sessionId)
    {
        var frames = new List<byte[]>();
        long openTicks = report.OpenUnixMs - report.Receiver.TickZeroUnixMs;
        int at = 0;
        Begin(report);
        for (int window = 0; window < shape.Windows; window++)
        {
            ulong windowTicks = (ulong)(openTicks + ((long)window * shape.WindowMs));
            if (!_report.BeginWindow(Radio.Ble, windowTicks))
            {
                frames.Add(Finish(report, sessionId));
                Begin(report);
                Must(_report.BeginWindow(Radio.Ble, windowTicks));
            }

            while (at < report.Sightings.Count && report.Sightings[at].Window == window)
            {
                HeardSighting one = report.Sightings[at];
                if (_report.TryAddSighting(one.Address, one.Type, one.RssiDbm))
                {
                    at++;
                    continue;
                }

                _report.EndWindow((uint)shape.WindowMs);
                frames.Add(Finish(report, sessionId));
                Begin(report);
                Must(_report.BeginWindow(Radio.Ble, windowTicks));
            }

            _report.EndWindow((uint)shape.WindowMs);
        }

        frames.Add(Finish(report, sessionId));
        return frames;
    }

    /// <summary>Bytes of the body of a frame's only record.</summary>
    public static int BodyLengthOf(ReadOnlySpan<byte> frame) => RecordOf(frame).Length - RecordHeader.Size;

    /// <summary>A frame's only record.</summary>
    public static byte[] RecordOf(ReadOnlySpan<byte> frame)
    {
        Check(RecordsFrameReader.Read(frame, out RecordsFrameReader reader));
        foreach (RecordGroup group in reader)
        {
            foreach (RecordView record in group) return record.Bytes.ToArray();
        }

        throw new FormatException("a frame without a record");
    }

    /// <inheritdoc/>
    public void Decode(ReadOnlyMemory<byte> payload, SightingColumns sightings) => DecodeFrame(payload.Span, sightings);

    /// <summary>Checks a whole frame, its tag excepted, and appends its sightings.</summary>
    public void DecodeFrame(ReadOnlySpan<byte> frame, SightingColumns sightings)
    {
        Check(RecordsFrameReader.Read(frame, out RecordsFrameReader reader));
        foreach (RecordGroup group in reader)
        {
            foreach (RecordView record in group) Append(record.Bytes, sightings);
        }
    }

    /// <summary>Checks a whole frame, its tag excepted; its sightings then stand in the reader's own columns.</summary>
    public void ReadFrame(ReadOnlySpan<byte> frame)
    {
        Check(RecordsFrameReader.Read(frame, out RecordsFrameReader reader));
        foreach (RecordGroup group in reader)
        {
            foreach (RecordView record in group) Check(_reports.Read(record));
        }
    }

    /// <summary>The same of a report record.</summary>
    public void ReadRecord(ReadOnlySpan<byte> record) => Check(_reports.Read(record));

    private void Append(ReadOnlySpan<byte> record, SightingColumns sightings)
    {
        ReadRecord(record);
        // A report is made at its end: the first record of one begins with window 0, and numbers them as it does.
        int skipped = _reports.WindowCount == 0 ? 0 : NumberOf(_reports.Windows[0]);
        if (skipped == 0)
        {
            sightings.AddRange(_reports.WindowOf, _reports.Addresses, _reports.RssiDbm);
            return;
        }

        for (int i = 0; i < _reports.SightingCount; i++)
        {
            Sighting one = _reports[i];
            sightings.Add((byte)(skipped + one.Window), one.Address, one.RssiDbm);
        }
    }

    private int NumberOf(ReportWindow window) =>
        shape.Windows - (int)((_reports.TimeMs - window.OpenMs) / shape.WindowMs);

    private void Begin(ScanReport report)
    {
        ushort day = (ushort)(report.OpenUnixMs / TimeSpan.MillisecondsPerDay);
        Must(_report.Begin(_recordBytes, 0, ReportAddressing.Pseudonym, day));
    }

    private byte[] Finish(ScanReport report, uint sessionId)
    {
        long tickZero = report.Receiver.TickZeroUnixMs;
        ulong captureTicks = (ulong)(report.OpenUnixMs - tickZero + shape.ReportMs);
        int length = _report.Finish(report.Sequence, captureTicks, tickZero);
        Must(length > 0
            && _frame.Begin(_frameBytes, 0, WireLimits.MaxFrameBytes, sessionId, Receiver.Boot)
            && _frame.BeginGroup(Receiver.Boot, report.Sequence)
            && _frame.TryAddRecord(_recordBytes, 0, length));
        return _frameBytes[.._frame.Finish()];
    }

    private static void Must(bool written)
    {
        if (!written) throw new InvalidOperationException("a report could not be written");
    }

    private static void Check(WireError error)
    {
        if (error != WireError.None) throw new FormatException($"the frame is refused: {error}");
    }
}
