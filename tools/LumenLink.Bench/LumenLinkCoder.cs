using LumenLink.Bench.Baselines;
using LumenLink.Bench.Input;
using LumenLink.Load;
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
    private readonly ReportRecords _records = new(shape);
    private readonly RecordsFrameWriter _frame = new();
    private readonly ReportReader _reports = new();
    private readonly byte[] _frameBytes = new byte[WireLimits.MaxFrameBytes];

    /// <inheritdoc/>
    public string Name => "LumenLink";

    /// <inheritdoc/>
    public bool CarriesTime => true;

    /// <inheritdoc/>
    public IReadOnlyList<Publish> Encode(ScanReport report) =>
        [.. Frames(report, 1).Select(frame => Publish.OnTopicOf(report, frame))];

    /// <summary>The Records frames of a report, with room for the tag.</summary>
    public IReadOnlyList<byte[]> Frames(ScanReport report, uint sessionId) =>
        [.. _records.Encode(report, report.Sequence).Select(record => Frame(report, record, sessionId))];

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

    private byte[] Frame(ScanReport report, EncodedRecord record, uint sessionId)
    {
        Must(_frame.Begin(_frameBytes, 0, WireLimits.MaxFrameBytes, sessionId, Receiver.Boot)
            && _frame.BeginGroup(Receiver.Boot, report.Sequence)
            && _frame.TryAddRecord(record.Bytes, 0, record.Bytes.Length));
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
