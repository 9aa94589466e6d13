using LumenLink.Protocol;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Ingest;

/// <summary>Writes the sealed receipt of a committed frame.</summary>
internal static class ReceiptWriter
{
    /// <summary>
    /// One entry per group of the frame: what is settled of its boot, and which of its records were refused.
    /// </summary>
    public static byte[] Write(LiveSession session, IngestBatch batch, Range groups, Range records, FrameDoor door)
    {
        byte[] buffer = new byte[WireLimits.MaxFrameBytes];
        ReceiptFrame receipt = new();
        receipt.Begin(buffer, 0, session.Id);
        (int firstGroup, int groupCount) = groups.GetOffsetAndLength(batch.Groups.Count);
        (int firstRecord, int recordCount) = records.GetOffsetAndLength(batch.Records.Count);
        for (int group = firstGroup; group < firstGroup + groupCount; group++)
        {
            Fill(receipt.Entry, batch.Groups[group]);
            for (int i = firstRecord; i < firstRecord + recordCount; i++)
            {
                RecordEntry record = batch.Records[i];
                if (record.Group == group && record.Refused != 0)
                    receipt.Entry.TryRefuse(record.Sequence, (RefusalReason)record.Refused);
            }

            // Always fits: 8 entries of at most 202 bytes.
            receipt.TryAdd(receipt.Entry);
        }

        // The embedded broker tells beacons by their connections. One beside the service does not, and over HTTP there
        // are no topics: the beacon may next be at a broker that wants the long one.
        receipt.GrantsShortTopic = door == FrameDoor.Mqtt;
        byte[] frame = buffer[..receipt.Finish()];
        session.Seal(frame);
        return frame;
    }

    private static void Fill(ReceiptEntry entry, GroupEntry group)
    {
        entry.Reset(group.Boot, group.SettledThrough);
        int length = Math.Min(group.Bitmap.Length, WireLimits.MaxBitmapBytes);
        group.Bitmap.AsSpan(0, length).CopyTo(entry.Bitmap);
        entry.BitmapLength = length;
    }
}
