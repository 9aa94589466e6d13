using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Ingest;

/// <summary>Some records of a frame, in its order.</summary>
/// <param name="First">Index of the first.</param>
/// <param name="Count">How many.</param>
internal readonly record struct RecordSpan(int First, int Count)
{
    /// <summary>All of them.</summary>
    public static RecordSpan All => new(0, int.MaxValue);

    /// <summary>True for one of them.</summary>
    public bool Has(int index) => index >= First && index - First < Count;
}

/// <summary>
/// Turns frames whose tag and structure were checked into the columns of a batch. One thread at a time.
/// </summary>
internal sealed class RecordsDecoder
{
    private readonly ReportReader reports = new();

    /// <summary>Appends one frame.</summary>
    /// <param name="session">The session whose key opened it.</param>
    /// <param name="frame">The whole frame.</param>
    /// <param name="receivedAt">Service time of its arrival.</param>
    /// <param name="batch">Takes the frame, its groups, records, sightings and statuses.</param>
    /// <param name="part">Of the records only these.</param>
    /// <param name="setAside">Records of the frame that are to be set aside, by index, with the reasons.</param>
    public void Append(
        LiveSession session, ReadOnlySpan<byte> frame, DateTimeOffset receivedAt, IngestBatch batch,
        RecordSpan part, IReadOnlyDictionary<int, string> setAside)
    {
        if (RecordsFrameReader.Read(frame, out RecordsFrameReader reader, session.Boot) != WireError.None)
            throw new InvalidOperationException("a frame was queued whose structure was not checked");
        int frameIndex = batch.Frames.Count;
        batch.Frames.Add(
            new FrameEntry { Beacon = session.Beacon, TenantId = session.TenantId, SessionId = session.Id });
        long receivedUnixMs = receivedAt.ToUnixTimeMilliseconds();
        int place = -1;
        foreach (RecordGroup group in reader)
        {
            // What a beacon says of a boot that it cannot have had is refused, its floor included.
            bool isPossible = group.Boot <= session.Boot;
            int groupIndex = batch.Groups.Count;
            batch.Groups.Add(
                new GroupEntry { Frame = frameIndex, Boot = group.Boot, Floor = isPossible ? group.Floor : 1 });
            foreach (RecordView record in group)
            {
                if (!part.Has(++place))
                    continue;
                RefusalReason reason = isPossible ? record.Check(reports, out _) : RefusalReason.BootNotPossible;
                int recordIndex = batch.Records.Count;
                if (setAside.TryGetValue(place, out string? refusal))
                {
                    reason = RefusalReason.NotStorable;
                    batch.Poisoned.Add(new PoisonedEntry(recordIndex, refusal, frame.ToArray()));
                }

                batch.Records.Add(
                    new RecordEntry
                    {
                        Group = groupIndex,
                        Sequence = record.Sequence,
                        Kind = (byte)record.Kind,
                        Refused = (byte)reason,
                        Fingerprint = FingerprintOf(record.Bytes),
                    });
                if (reason == RefusalReason.None)
                    AppendBody(
                        record, new CaptureClock(session, group.Boot, record, receivedUnixMs), recordIndex, batch);
            }
        }
    }

    private void AppendBody(RecordView record, CaptureClock clock, int recordIndex, IngestBatch batch)
    {
        switch (record.Kind)
        {
            case RecordKind.Report:
                AppendReport(reports, clock, recordIndex, batch);
                break;
            case RecordKind.Status:
                StatusReader.Read(record.Body, out StatusReader status);
                AppendStatus(status, clock.At(record.TimeMs, out _), recordIndex, batch);
                break;
            case RecordKind.Diagnostics:
                batch.Diagnostics.Add(new DiagnosticsEntry(
                    recordIndex, clock.At(record.TimeMs, out _), Encoding.ASCII.GetString(record.Body)));
                break;
        }
    }

    private static void AppendReport(ReportReader report, CaptureClock clock, int recordIndex, IngestBatch batch)
    {
        Span<WindowTime> times = stackalloc WindowTime[report.WindowCount];
        for (int i = 0; i < times.Length; i++)
        {
            ReportWindow window = report.Windows[i];
            long openUnixMs = clock.At(window.OpenMs, out CaptureQuality quality);
            times[i] = new WindowTime(openUnixMs, (int)window.DurationMs, quality, (byte)window.Radio);
        }

        for (int i = 0; i < report.SightingCount; i++)
        {
            Sighting sighting = report[i];
            WindowTime window = times[sighting.Window];
            batch.Sightings.Add(
                new SightingEntry(
                    recordIndex, window.OpenUnixMs, window.DurationMs, window.Quality, window.Radio,
                    (long)sighting.Address, (byte)sighting.AddressType, report.KeyDay, sighting.RssiDbm));
        }
    }

    private static void AppendStatus(StatusReader status, long capturedUnixMs, int recordIndex, IngestBatch batch) =>
        batch.Statuses.Add(
            new StatusEntry(
                recordIndex, capturedUnixMs, (long)Math.Min(status.UptimeMs, long.MaxValue), status.QueueRecords,
                status.QueueBytes, status.DroppedRecords, status.DroppedSightings, Known(status.HeapFreeBytes),
                Known(status.HeapLargestBytes), status.WifiRssiDbm == 0 ? null : status.WifiRssiDbm,
                (byte)status.BootReason, Encoding.ASCII.GetString(status.FirmwareVersion), status.Details));

    private static long FingerprintOf(ReadOnlySpan<byte> record)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(record, hash);
        return BinaryPrimitives.ReadInt64LittleEndian(hash);
    }

    private static long? Known(uint heap) => heap == StatusBody.HeapNotKnown ? null : heap;

    private readonly record struct WindowTime(long OpenUnixMs, int DurationMs, CaptureQuality Quality, byte Radio);

    /// <summary>Places one record in time.</summary>
    private readonly ref struct CaptureClock
    {
        private readonly long tickZeroUnixMs;
        private readonly CaptureQuality quality;
        private readonly long receivedUnixMs;

        public CaptureClock(LiveSession session, uint boot, RecordView record, long receivedUnixMs)
        {
            this.receivedUnixMs = receivedUnixMs;
            if (record.ClockSet)
            {
                tickZeroUnixMs = 0;
                quality = CaptureQuality.DeviceClock;
            }
            else if (boot == session.Boot)
            {
                tickZeroUnixMs = session.TickZeroUnixMs;
                quality = CaptureQuality.Placed;
            }
            else
            {
                quality = CaptureQuality.Received;
            }
        }

        /// <summary>
        /// Unix time of a moment on the record's time line, which has 40 bits; the time of arrival when it is not known
        /// or cannot be meant.
        /// </summary>
        public long At(long timeMs, out CaptureQuality atQuality)
        {
            long at = tickZeroUnixMs + timeMs;
            bool isKnown = quality != CaptureQuality.Received
                && at >= IngestPolicy.EarliestCaptureUnixMs && at < IngestPolicy.LatestCaptureUnixMs;
            atQuality = isKnown ? quality : CaptureQuality.Received;
            return isKnown ? at : receivedUnixMs;
        }
    }
}
