using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Registry;
using MQTTnet.Server;

namespace LumenLink.Rendezvous.Broker;

/// <summary>What the broker knows of one connected beacon.</summary>
internal sealed class BeaconConnection(BeaconId beacon, AcknowledgementHold hold)
{
    private int undecided;
    private int unreadReplies;
    private int unacknowledged;
    private int ended;

    /// <summary>Key under which it is found among the items of its MQTT session.</summary>
    public static readonly object Key = new();

    public BeaconId Beacon { get; } = beacon;

    /// <summary>The client id, and the id in its topics.</summary>
    public string IdText { get; } = beacon.ToString();

    /// <summary>Its MQTT session once it has subscribed to its down topic; null before.</summary>
    public MqttSessionStatus? Down { get; set; }

    /// <summary>Bad packets of this connection.</summary>
    public FaultBudget Faults { get; } = new();

    /// <summary>How long its PUBACKs may wait.</summary>
    public AcknowledgementHold Hold { get; } = hold;

    /// <summary>Counts a frame that is to be decided; false when too many are.</summary>
    public bool TryBeginFrame()
    {
        if (Interlocked.Increment(ref undecided) <= IngestPolicy.FramesOfOneBeacon)
            return true;
        Interlocked.Decrement(ref undecided);
        return false;
    }

    /// <summary>A frame is decided.</summary>
    public void EndFrame() => Interlocked.Decrement(ref undecided);

    /// <summary>
    /// Counts a packet that must be replied to; false when the client leaves too many replies unread.
    /// </summary>
    public bool OweReply() => Interlocked.Increment(ref unreadReplies) <= IngestPolicy.MaxUnreadReplies;

    /// <summary>A reply went out.</summary>
    public void Replied() => Interlocked.Decrement(ref unreadReplies);

    /// <summary>Counts a frame sent down; false when the client leaves too many unacknowledged.</summary>
    public bool Sent() => Interlocked.Increment(ref unacknowledged) <= IngestPolicy.MaxUnacknowledged;

    /// <summary>The client acknowledged a frame.</summary>
    public void Acknowledged() => Interlocked.Decrement(ref unacknowledged);

    /// <summary>True when nothing that is sent arrives any more.</summary>
    public bool HasEnded => Volatile.Read(ref ended) != 0;

    /// <summary>True for the first caller only.</summary>
    public bool TryEnd() => Interlocked.Exchange(ref ended, 1) == 0;
}
