using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Replicas;
using StackExchange.Redis;

namespace LumenLink.Rendezvous.Live;

/// <summary>What became of an event between replicas; metric label.</summary>
internal enum SharedEventOutcome
{
    /// <summary>It was sent to all.</summary>
    Sent,

    /// <summary>It was read, of this replica or another.</summary>
    Read,

    /// <summary>Redis did not take it: told at its own replica only.</summary>
    NotSent,

    /// <summary>Too many were on their way.</summary>
    Lost,

    /// <summary>Nothing that this build understands.</summary>
    Unreadable,
}

/// <summary>
/// Carries live events between replicas: one capped stream in Redis, to which each sends its own and which each reads
/// from the entry that it read last. While that entry is there nothing was missed; its id is what readers go on from,
/// at any replica. Whoever could not send something says so in the stream, so that the readers of all know of the gap.
/// </summary>
internal sealed class SharedEvents(
    RedisLink link, LiveFeed feed, LiveOutbox outbox, TimeProvider time, LumenMetrics metrics) : BackgroundService
{
    /// <summary>The stream.</summary>
    public const string Key = "lumenlink:events";

    /// <summary>The field of an entry that has the event; an entry without it tells nothing.</summary>
    public const string Field = "e";

    private RedisValue cursor = RedisValue.Null;
    private int readings;

    /// <summary>Begins to read before anybody asks.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await FollowAsync();
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(SendAllAsync(stoppingToken), FollowAllAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task SendAllAsync(CancellationToken cancellationToken)
    {
        List<LiveEvent> some = [];
        while (await outbox.Reader.WaitToReadAsync(cancellationToken))
        {
            while (some.Count < LivePolicy.Page && outbox.Reader.TryRead(out LiveEvent? liveEvent))
                some.Add(liveEvent);
            bool isSent = await SendAsync([.. some.Select(EventText.Write)]);
            metrics.Replicas.Events(isSent ? SharedEventOutcome.Sent : SharedEventOutcome.NotSent).Inc(some.Count);
            if (!isSent)
            {
                outbox.OweGap();
                some.ForEach(feed.Tell);
            }

            some.Clear();
        }
    }

    private async Task FollowAllAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(LivePolicy.ReadEvery); // Redis' pace, not the service's time
        while (await timer.WaitForNextTickAsync(cancellationToken))
            await FollowAsync();
    }

    private async Task FollowAsync()
    {
        bool isWell = await ReadAsync();
        if (isWell == outbox.IsOpen)
            return;
        outbox.IsOpen = isWell;
        if (!isWell)
            outbox.OweGap();
        feed.SetAlone(!isWell);
    }

    /// <summary>Reads what is new; false when Redis does not answer.</summary>
    private async Task<bool> ReadAsync()
    {
        if (!link.IsUp)
            return false;
        if (outbox.TakeGap()
            && !await SendAsync([EventText.Write(new GapEvent(time.GetUtcNow(), GapReason.ReplicasBack))]))
        {
            outbox.OweGap();
            return false;
        }

        if (cursor.IsNull)
            return await BeginAsync(takesHistory: true);
        while (true)
        {
            (bool isAnswered, StreamEntry[]? entries) = await link.AskAsync(
                redis => redis.StreamRangeAsync(Key, cursor, "+", LivePolicy.Page + 1));
            if (!isAnswered)
                return false;
            if (entries is not [{ Id: var first }, ..] || first != cursor)
            {
                feed.Break(); // another Redis, or it is far ahead
                return await BeginAsync(takesHistory: false);
            }

            foreach (StreamEntry entry in entries.AsSpan(1))
                Take(entry);
            if (entries.Length <= LivePolicy.Page)
                return ++readings % LivePolicy.RenewEvery != 0 || await RenewAsync();
        }
    }

    /// <summary>Finds the newest entry, and what it follows. An empty stream gets one to begin with.</summary>
    private async Task<bool> BeginAsync(bool takesHistory)
    {
        (bool isAnswered, StreamEntry[]? newestFirst) = await link.AskAsync(redis => redis.StreamRangeAsync(
            Key, "-", "+", takesHistory ? LivePolicy.Kept : 1, Order.Descending));
        if (!isAnswered)
            return false;
        if (newestFirst is [])
        {
            (isAnswered, RedisValue id) = await link.AskAsync(redis => redis.StreamAddAsync(Key, "begin", "1"));
            cursor = isAnswered ? id : RedisValue.Null;
            return isAnswered && await RenewAsync();
        }

        cursor = newestFirst![0].Id;
        if (takesHistory)
        {
            foreach (StreamEntry entry in newestFirst.Reverse())
                Take(entry);
        }

        return true;
    }

    private async Task<bool> RenewAsync() =>
        (await link.AskAsync(redis => redis.KeyExpireAsync(Key, LivePolicy.KeptFor))).IsAnswered;

    private async Task<bool> SendAsync(byte[][] events)
    {
        (bool isAnswered, _) = await link.AskAsync(redis => Task.WhenAll(events.Select(one => redis.StreamAddAsync(
            Key, Field, one, messageId: null, maxLength: (long?)LivePolicy.Kept, useApproximateMaxLength: true))));
        return isAnswered;
    }

    private void Take(StreamEntry entry)
    {
        cursor = entry.Id;
        RedisValue text = entry[Field];
        if (text.IsNull)
            return;
        bool isRead = LiveEventId.TryParse(entry.Id, out LiveEventId id)
            & EventText.TryRead((byte[])text!, out LiveEvent? liveEvent);
        metrics.Replicas.Events(isRead ? SharedEventOutcome.Read : SharedEventOutcome.Unreadable).Inc();
        if (isRead)
            feed.Tell(liveEvent! with { Id = id });
    }
}
