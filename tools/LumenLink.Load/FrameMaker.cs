using LumenLink.Load.Input;
using LumenLink.Protocol;

namespace LumenLink.Load;

/// <summary>A sealed Records frame with one record, as a beacon sends that is not behind.</summary>
/// <param name="Bytes">All of it.</param>
/// <param name="Sequence">Number of its record.</param>
/// <param name="Sightings">Sightings of its record.</param>
internal readonly record struct LoadFrame(byte[] Bytes, uint Sequence, int Sightings);

/// <summary>
/// Seals frames in advance, so that nothing but sending is left to do while it is measured. The reports of the input
/// come round as often as it takes; each time they are other records, with numbers of their own.
/// </summary>
/// <param name="input">Whose reports.</param>
/// <param name="shape">Their windows.</param>
internal sealed class FrameMaker(ReportInput input, ReportShape shape)
{
    /// <summary>Reports between the first ones of two beacons that come one after the other.</summary>
    private const int Stride = 7;

    private readonly ReportRecords _records = new(shape);
    private readonly RecordsFrameWriter _writer = new();
    private readonly byte[] _bytes = new byte[WireLimits.MaxFrameBytes];

    /// <summary>Frames of a beacon's session.</summary>
    /// <param name="session">Whose keys seal them.</param>
    /// <param name="beacon">Number of the beacon: each begins elsewhere in the input.</param>
    /// <param name="count">How many.</param>
    public List<LoadFrame> Make(LoadSession session, int beacon, int count)
    {
        var frames = new List<LoadFrame>(count);
        int next = beacon * Stride;
        while (frames.Count < count)
        {
            ScanReport report = input.Reports[next++ % input.Reports.Count];
            foreach (EncodedRecord record in _records.Encode(report, (uint)frames.Count + 1))
            {
                if (frames.Count < count)
                    frames.Add(Seal(session, record));
            }
        }

        return frames;
    }

    private LoadFrame Seal(LoadSession session, EncodedRecord record)
    {
        bool isWritten = _writer.Begin(_bytes, 0, WireLimits.MaxFrameBytes, session.Id, LoadBeacon.Boot)
            && _writer.BeginGroup(LoadBeacon.Boot, 1)
            && _writer.TryAddRecord(record.Bytes, 0, record.Bytes.Length);
        if (!isWritten)
            throw new InvalidOperationException($"a frame could not be written: {_writer.LastError}");
        byte[] frame = _bytes[.._writer.Finish()];
        session.Seal(frame);
        return new LoadFrame(frame, record.Sequence, record.Sightings);
    }
}
