using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Frames;

/// <summary>
/// Answers that came after their post was answered, until the beacon's next post at this replica. Over the bound the
/// oldest are forgotten: beacons send again what is not receipted.
/// </summary>
internal sealed class LateFrames(LumenMetrics metrics)
{
    private readonly Lock gate = new();
    private readonly List<(BeaconId Beacon, ReadOnlyMemory<byte> Frame)> waiting = [];

    /// <summary>Keeps a frame for its beacon.</summary>
    public void Keep(BeaconId beacon, ReadOnlyMemory<byte> frame)
    {
        lock (gate)
        {
            if (waiting.Count == IngestPolicy.LateFrames)
            {
                waiting.RemoveAt(0);
                metrics.DownlinksLost.Inc();
            }

            waiting.Add((beacon, frame));
        }
    }

    /// <summary>Gives a beacon's frames out, the oldest first.</summary>
    /// <param name="beacon">Whose.</param>
    /// <param name="most">How many at most.</param>
    public List<ReadOnlyMemory<byte>> Take(BeaconId beacon, int most)
    {
        List<ReadOnlyMemory<byte>> taken = [];
        lock (gate)
        {
            if (waiting.Count > 0)
                waiting.RemoveAll(entry => entry.Beacon == beacon && taken.Count < most && Add(taken, entry.Frame));
        }

        return taken;
    }

    private static bool Add(List<ReadOnlyMemory<byte>> frames, ReadOnlyMemory<byte> frame)
    {
        frames.Add(frame);
        return true;
    }
}
