using System.Runtime.CompilerServices;
using LumenLink.Rendezvous.Live;
using LumenLink.Rendezvous.Observability;

namespace LumenLink.Rendezvous.Ingest;

/// <summary>
/// What happens now, at all replicas as far as they reach each other. Slow subscribers lose the oldest events and are
/// told so, and never slow the pipeline.
/// </summary>
public interface ILiveFeed
{
    /// <summary>Events until cancelled. All tenants: the caller filters; a <see cref="GapEvent"/> is for all.</summary>
    /// <param name="after">
    /// The event that the subscriber had last: those that followed it come first, or a gap. Null: from the first
    /// <c>MoveNextAsync</c> on.
    /// </param>
    /// <param name="cancellationToken">Ends them.</param>
    IAsyncEnumerable<LiveEvent> Subscribe(LiveEventId? after, CancellationToken cancellationToken);
}

/// <summary>Shorter ways to ask.</summary>
internal static class LiveFeeds
{
    /// <summary>Events from the first <c>MoveNextAsync</c> on.</summary>
    public static IAsyncEnumerable<LiveEvent> Subscribe(this ILiveFeed feed, CancellationToken cancellationToken) =>
        feed.Subscribe(null, cancellationToken);
}

/// <summary>
/// The last events in one ring, which every subscriber reads at its own place. Events of this process go to the other
/// replicas first, when there is a way, and come back in the order that all have; else they are told here alone.
/// </summary>
internal sealed class LiveFeed(LumenMetrics metrics, TimeProvider? time = null, LiveOutbox? outbox = null) : ILiveFeed
{
    private readonly TimeProvider time = time ?? TimeProvider.System;
    private readonly Lock gate = new();
    private readonly LiveEvent[] ring = new LiveEvent[LivePolicy.Kept];
    private TaskCompletionSource? told;
    private LiveEventId last;
    private long next;
    private long resumable;
    private bool isAlone = outbox is not null;

    /// <summary>Something happened at this process.</summary>
    public void Publish(LiveEvent liveEvent)
    {
        if (outbox?.TryPut(liveEvent) != true)
            Tell(liveEvent);
    }

    /// <summary>Tells the subscribers.</summary>
    public void Tell(LiveEvent liveEvent)
    {
        TaskCompletionSource? waiting;
        lock (gate)
        {
            if (outbox is null)
            {
                last = last.Next(liveEvent.At);
                liveEvent = liveEvent with { Id = last };
            }

            ring[next++ % ring.Length] = liveEvent;
            (waiting, told) = (told, null);
        }

        waiting?.SetResult();
    }

    /// <summary>From here on only what happens here is told, or what happens everywhere.</summary>
    public void SetAlone(bool value)
    {
        lock (gate)
        {
            if (isAlone == value)
                return;
            isAlone = value;
        }

        if (value)
            Tell(new GapEvent(time.GetUtcNow(), GapReason.ReplicasAway));
    }

    /// <summary>What is held so far is not followed by what comes: nobody goes on from there.</summary>
    public void Break()
    {
        lock (gate)
            resumable = next;
        Tell(new GapEvent(time.GetUtcNow(), GapReason.ReplicasBack));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<LiveEvent> Subscribe(
        LiveEventId? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long at;
        bool isAloneNow;
        lock (gate)
            (at, isAloneNow) = (next, isAlone);
        if (after is { } id)
        {
            if (await FindAsync(id, cancellationToken) is { } found)
                at = found;
            else
                yield return new GapEvent(time.GetUtcNow(), GapReason.NotHeld);
        }

        if (isAloneNow)
            yield return new GapEvent(time.GetUtcNow(), GapReason.ReplicasAway);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            LiveEvent? liveEvent = null;
            Task? wait = null;
            long missed;
            lock (gate)
            {
                missed = next - ring.Length - at;
                if (missed > 0)
                    at = next - ring.Length;
                else if (at < next)
                    liveEvent = ring[at++ % ring.Length];
                else
                    wait = ToldLocked();
            }

            if (missed > 0)
            {
                metrics.LiveEventsDropped.Inc(missed);
                yield return new GapEvent(time.GetUtcNow(), GapReason.FellBehind);
            }
            else if (liveEvent is not null)
            {
                yield return liveEvent;
            }
            else
            {
                await wait!.WaitAsync(cancellationToken);
            }
        }
    }

    /// <summary>
    /// Where the events after one begin; null when they are not held. An event that another replica told may be here a
    /// moment later.
    /// </summary>
    private async ValueTask<long?> FindAsync(LiveEventId id, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LivePolicy.CatchUpWithin);
        while (true)
        {
            Task wait;
            lock (gate)
            {
                long? found = FindLocked(id, out bool isAhead);
                if (found is not null || !isAhead || outbox is null || isAlone)
                    return found;
                wait = ToldLocked();
            }

            try
            {
                await wait.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return null;
            }
        }
    }

    private long? FindLocked(LiveEventId id, out bool isAhead)
    {
        isAhead = true;
        for (long at = next - 1; at >= Math.Max(resumable, next - ring.Length); at--)
        {
            if (ring[at % ring.Length].Id is not { } held)
                continue;
            int order = held.CompareTo(id);
            if (order < 0 && isAhead)
                return null; // the newest is older
            isAhead = false;
            if (order <= 0)
                return at + 1;
        }

        return null;
    }

    private Task ToldLocked() =>
        (told ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
}
