using System.Threading.Channels;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;

namespace LumenLink.Rendezvous.Live;

/// <summary>
/// Events of this process on their way to all replicas. Putting one in never waits: when too many are on their way the
/// oldest give way, and all are told that there is a gap.
/// </summary>
internal sealed class LiveOutbox
{
    private readonly Channel<LiveEvent> events;
    private volatile bool isOpen;
    private int owesGap;

    /// <param name="metrics">Where lost events are counted.</param>
    public LiveOutbox(LumenMetrics metrics) => events = Channel.CreateBounded<LiveEvent>(
        new BoundedChannelOptions(LivePolicy.Waiting) { FullMode = BoundedChannelFullMode.DropOldest },
        _ =>
        {
            metrics.Replicas.Events(SharedEventOutcome.Lost).Inc();
            OweGap();
        });

    /// <summary>True while events go to all replicas.</summary>
    public bool IsOpen
    {
        get => isOpen;
        set => isOpen = value;
    }

    /// <summary>Events to send.</summary>
    public ChannelReader<LiveEvent> Reader => events.Reader;

    /// <summary>Sends an event to all; false: tell it here.</summary>
    public bool TryPut(LiveEvent liveEvent) => isOpen && events.Writer.TryWrite(liveEvent);

    /// <summary>Something did not reach all replicas: they are to be told.</summary>
    public void OweGap() => Interlocked.Exchange(ref owesGap, 1);

    /// <summary>Whether they are to be told; from then on they are not.</summary>
    public bool TakeGap() => Interlocked.Exchange(ref owesGap, 0) == 1;
}
