using System.Runtime.CompilerServices;
using System.Threading.Channels;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Ingest;

/// <summary>Something that just happened, for the stream and the dashboard.</summary>
/// <param name="At">Service time.</param>
public abstract record LiveEvent(DateTimeOffset At);

/// <summary>Sightings of a beacon were committed.</summary>
/// <param name="At">Service time.</param>
/// <param name="TenantId">Owner of the beacon.</param>
/// <param name="Beacon">Who heard them.</param>
/// <param name="Count">How many were stored.</param>
/// <param name="Newest">The last few of them; their Record index has no meaning here.</param>
public sealed record SightingsEvent(
    DateTimeOffset At, int TenantId, BeaconId Beacon, int Count, IReadOnlyList<SightingEntry> Newest) : LiveEvent(At);

/// <summary>A verdict was committed.</summary>
/// <param name="At">Service time.</param>
/// <param name="TenantId">Owner; null when the beacon is not enrolled.</param>
/// <param name="Beacon">Who was judged.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Detail">Sentence for operators.</param>
public sealed record AttestationEvent(
    DateTimeOffset At, int? TenantId, BeaconId Beacon, AttestationOutcome Outcome, string Detail) : LiveEvent(At);

/// <summary>A connection was refused by its token.</summary>
/// <param name="At">Service time.</param>
/// <param name="Beacon">The id in the client id, or empty when it is none.</param>
/// <param name="Outcome">Why.</param>
/// <param name="TenantId">Owner; null when the beacon is not enrolled, or its owner was not asked.</param>
public sealed record ConnectionRefusedEvent(
    DateTimeOffset At, string Beacon, TokenOutcome Outcome, int? TenantId = null) : LiveEvent(At);

/// <summary>An alarm was opened.</summary>
/// <param name="At">Service time.</param>
/// <param name="TenantId">Owner of the beacon.</param>
/// <param name="Beacon">Whose identity seems to run twice.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Detail">Sentence for operators.</param>
public sealed record AlarmEvent(
    DateTimeOffset At, int TenantId, BeaconId Beacon, AlarmKind Kind, string Detail) : LiveEvent(At);

/// <summary>
/// What happens now, in this process. Slow subscribers lose the oldest events, never slow the pipeline.
/// </summary>
public interface ILiveFeed
{
    /// <summary>
    /// Events from the first <c>MoveNextAsync</c> on, until cancelled. All tenants: the caller filters.
    /// </summary>
    IAsyncEnumerable<LiveEvent> Subscribe(CancellationToken cancellationToken);
}

/// <summary>Broadcasts within the process.</summary>
internal sealed class LiveFeed(LumenMetrics metrics) : ILiveFeed
{
    /// <summary>Events that one subscriber may be behind.</summary>
    internal const int Depth = 256;

    private readonly Lock gate = new();
    private Channel<LiveEvent>[] subscribers = [];

    /// <summary>True when somebody listens: others need not make the event.</summary>
    public bool HasSubscribers => Volatile.Read(ref subscribers).Length > 0;

    public void Publish(LiveEvent liveEvent)
    {
        foreach (Channel<LiveEvent> subscriber in Volatile.Read(ref subscribers))
            subscriber.Writer.TryWrite(liveEvent);
    }

    public async IAsyncEnumerable<LiveEvent> Subscribe([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Channel<LiveEvent> channel = Channel.CreateBounded<LiveEvent>(
            new BoundedChannelOptions(Depth) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => metrics.LiveEventsDropped.Inc());
        lock (gate)
            subscribers = [.. subscribers, channel];
        try
        {
            await foreach (LiveEvent liveEvent in channel.Reader.ReadAllAsync(cancellationToken))
                yield return liveEvent;
        }
        finally
        {
            lock (gate)
                subscribers = [.. subscribers.Where(other => other != channel)];
        }
    }
}
