using System.Buffers.Binary;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Ingest;

/// <summary>
/// The frames that wait for their commit or are being committed. The same bytes join those that wait, and one beacon
/// has no more than its share, so that nobody's retransmissions fill the queue. Safe for use by several threads.
/// </summary>
internal sealed class PendingFrames
{
    private readonly Lock gate = new();
    private readonly Dictionary<FrameKey, PendingFrame> byKey = [];
    private readonly Dictionary<BeaconId, int> byBeacon = [];

    /// <summary>Beacons that have a frame here.</summary>
    public int Beacons
    {
        get
        {
            lock (gate)
                return byBeacon.Count;
        }
    }

    /// <summary>When the oldest of them arrived; null when there is none. Goes through all of them.</summary>
    public DateTimeOffset? OldestArrival()
    {
        lock (gate)
            return byKey.Count == 0 ? null : byKey.Values.Min(entry => entry.ReceivedAt);
    }

    /// <summary>Admits a frame, unless its beacon has its share here already.</summary>
    /// <param name="session">The session whose key opened it.</param>
    /// <param name="frame">The whole frame; copied unless it joins.</param>
    /// <param name="door">The way that it came: it says in what form the answer goes back.</param>
    /// <param name="receivedAt">Service time of its arrival.</param>
    /// <param name="isFirst">True when it is to be queued; false when it joined one that is.</param>
    /// <returns>What to wait for; null when it is not admitted.</returns>
    public PendingFrame? Admit(
        LiveSession session, ReadOnlySpan<byte> frame, FrameDoor door, DateTimeOffset receivedAt, out bool isFirst)
    {
        FrameKey key = KeyOf(session, frame, door);
        lock (gate)
        {
            isFirst = false;
            int waiting = byBeacon.GetValueOrDefault(session.Beacon);
            if (waiting == IngestPolicy.FramesOfOneBeacon)
                return null;
            byBeacon[session.Beacon] = waiting + 1;
            if (byKey.TryGetValue(key, out PendingFrame? before) && frame.SequenceEqual(before.Frame))
            {
                before.Waiting++;
                return before;
            }

            isFirst = true;
            PendingFrame entry = new(session, frame.ToArray(), door, receivedAt);
            byKey.TryAdd(key, entry);
            return entry;
        }
    }

    /// <summary>Takes a frame out and answers all who wait for it; false when it was answered before.</summary>
    public bool Settle(PendingFrame entry, FrameAnswer answer)
    {
        if (entry.Answer.IsCompleted)
            return false;
        lock (gate)
        {
            FrameKey key = KeyOf(entry.Session, entry.Frame, entry.Door);
            if (byKey.TryGetValue(key, out PendingFrame? kept) && kept == entry)
                byKey.Remove(key);
            int left = byBeacon[entry.Session.Beacon] - entry.Waiting;
            if (left == 0)
                byBeacon.Remove(entry.Session.Beacon);
            else
                byBeacon[entry.Session.Beacon] = left;
        }

        return entry.TryAnswer(answer);
    }

    /// <summary>The tag stands for the bytes; whoever can make two frames of one tag can only join his own.</summary>
    private static FrameKey KeyOf(LiveSession session, ReadOnlySpan<byte> frame, FrameDoor door) => new(
        session.Beacon, session.Id, door, BinaryPrimitives.ReadUInt64LittleEndian(frame[^FrameTag.Size..]));

    private readonly record struct FrameKey(BeaconId Beacon, uint SessionId, FrameDoor Door, ulong Tag);
}
