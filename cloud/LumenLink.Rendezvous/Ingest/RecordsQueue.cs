using System.Diagnostics;
using System.Threading.Channels;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Ingest;

/// <summary>
/// The way of authenticated Records frames into the store: a bounded queue and one writer that
/// commits what waits, up to a size, in one transaction; while it commits, the next batch gathers.
/// Frames are answered after their commit, with a sealed receipt; the same bytes that come meanwhile are
/// answered with them. A store that fails is asked again a few times; then the frames are given back
/// unanswered, because their beacons still hold them. What it refuses for its content is looked for and set aside.
/// </summary>
internal sealed partial class RecordsQueue(
    IIngestStore store, SessionCache sessions, CloneWatch clones, LiveFeed live, LumenMetrics metrics,
    PendingFrames undecided, IngestTelemetry telemetry, TimeProvider time, ILogger<RecordsQueue> logger)
    : BackgroundService
{
    private readonly RecordsDecoder decoder = new();
    private readonly Channel<PendingFrame> waiting = Channel.CreateBounded<PendingFrame>(
        new BoundedChannelOptions(IngestPolicy.QueueFrames) { SingleReader = true });

    private readonly BatchSize size = new();
    private readonly List<PendingFrame> pending = [];
    private readonly IngestBatch batch = new();

    /// <summary>Queues a frame whose tag and structure were checked, and waits for its commit.</summary>
    /// <param name="session">The session whose key opened it.</param>
    /// <param name="frame">The whole frame; copied, so that the caller may reuse its buffer.</param>
    /// <param name="door">The way that it came.</param>
    /// <param name="receivedAt">Service time of its arrival.</param>
    /// <param name="cancellationToken">Ends the wait, not the commit.</param>
    public async ValueTask<FrameAnswer> CommitAsync(
        LiveSession session, ReadOnlyMemory<byte> frame, FrameDoor door, DateTimeOffset receivedAt,
        CancellationToken cancellationToken)
    {
        long arrivedAt = time.GetTimestamp();
        PendingFrame? entry = undecided.Admit(session, frame.Span, door, receivedAt, out bool isFirst);
        if (entry is null)
            return FrameAnswer.Of(IngestOutcome.BeaconQueueFull);
        if (isFirst)
            entry.Wait = telemetry.BeginWait();
        if (isFirst && !waiting.Writer.TryWrite(entry))
            undecided.Settle(entry, FrameAnswer.Of(IngestOutcome.QueueFull));
        else if (isFirst)
            metrics.Queued.Inc();
        FrameAnswer answer = await entry.Answer.WaitAsync(cancellationToken);
        telemetry.Answered(answer, door, arrivedAt);
        return isFirst || answer.Reply.IsEmpty ? answer : answer with { Outcome = IngestOutcome.Joined };
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                Gather();
                await CommitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            waiting.Writer.TryComplete();
            GiveBack();
            while (waiting.Reader.TryRead(out PendingFrame? entry))
                undecided.Settle(entry, FrameAnswer.Of(IngestOutcome.StoreUnavailable));
        }
    }

    private void Gather()
    {
        while (pending.Count < size.Frames && batch.Sightings.Count < size.Sightings
            && waiting.Reader.TryRead(out PendingFrame? entry))
        {
            metrics.Queued.Dec();
            Add(entry, RecordSpan.All);
        }
    }

    private void Add(PendingFrame entry, RecordSpan part)
    {
        entry.FirstGroup = batch.Groups.Count;
        entry.FirstRecord = batch.Records.Count;
        entry.FirstSighting = batch.Sightings.Count;
        decoder.Append(entry.Session, entry.Frame, entry.ReceivedAt, batch, part, entry.SetAside);
        pending.Add(entry);
    }

    private async Task CommitAsync(CancellationToken cancellationToken)
    {
        CommitAttempt attempt = await TryCommitAsync(cancellationToken);
        if (attempt.IsDone)
        {
            size.Committed(pending.Count, batch.Sightings.Count, attempt.Took);
            metrics.BatchFrames.Set(size.Frames);
            AnswerAll();
        }
        else if (attempt.Refusal is { } refusal)
            await SearchAsync([.. pending], refusal, cancellationToken);
        else
            GiveBack();
    }

    /// <summary>Commits the batch; a store that fails is asked again, one that refuses it is not.</summary>
    private async Task<CommitAttempt> TryCommitAsync(CancellationToken cancellationToken)
    {
        TimeSpan pause = IngestPolicy.CommitPause;
        using Activity? span = telemetry.BeginCommit(pending, static entry => entry.Wait);
        for (int attempt = 1; ; attempt++, pause *= 2)
        {
            (long start, long machine) = (time.GetTimestamp(), Stopwatch.GetTimestamp());
            try
            {
                await store.CommitAsync(batch, time.GetUtcNow(), cancellationToken);
                TimeSpan took = time.GetElapsedTime(start);
                telemetry.Committed(batch, Stopwatch.GetElapsedTime(machine), span);
                if (batch.Records.Exists(record => record is { IsNew: true, Refused: 0 }))
                    storingCommits++;
                await RaiseConflictsAsync(cancellationToken);
                return new CommitAttempt(true, null, took);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                metrics.CommitFailures.Inc();
                if (store.RefusalOf(exception) is { } refusal)
                    return new CommitAttempt(false, refusal, default);
                logger.CommitFailed(pending.Count, attempt, exception);
            }

            if (attempt == IngestPolicy.CommitAttempts)
            {
                logger.CommitGivenUp(pending.Count);
                return new CommitAttempt(false, null, default);
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    /// <summary>One alarm for each beacon of the batch whose numbers stand for two records.</summary>
    private async Task RaiseConflictsAsync(CancellationToken cancellationToken)
    {
        var conflicts = batch.Records.Where(record => record.IsConflict)
            .GroupBy(record => batch.Groups[record.Group].Frame)
            .GroupBy(frame => (batch.Frames[frame.Key].Beacon, pending[frame.Key].Session.TenantId));
        foreach (var ofBeacon in conflicts)
        {
            RecordEntry last = ofBeacon.Last().Last();
            await clones.RaiseAsync(
                ofBeacon.Key.Beacon, ofBeacon.Key.TenantId, AlarmKind.RecordConflict,
                $"Record {last.Sequence} of boot {batch.Groups[last.Group].Boot} came with another content before.",
                ofBeacon.Sum(frame => frame.Count()), cancellationToken);
        }
    }

    private void AnswerAll()
    {
        for (int i = 0; i < pending.Count; i++)
            undecided.Settle(pending[i], Answer(i));
        Clear();
    }

    private FrameAnswer Answer(int frame)
    {
        PendingFrame entry = pending[frame];
        LiveSession session = entry.Session;
        if (batch.Frames[frame].Outcome is var outcome and not CommitOutcome.Committed)
        {
            sessions.Remove(session.Beacon, session.Id);
            return outcome == CommitOutcome.Revoked
                ? new FrameAnswer(IngestOutcome.Revoked, default, EndConnection: true)
                : FrameAnswer.Of(IngestOutcome.SessionEnded);
        }

        sessions.Confirm(session, entry.Door.IsBroker());
        PendingFrame? next = frame + 1 < pending.Count ? pending[frame + 1] : null;
        Range groups = entry.FirstGroup..(next?.FirstGroup ?? batch.Groups.Count);
        Range records = entry.FirstRecord..(next?.FirstRecord ?? batch.Records.Count);
        return new FrameAnswer(
            Count(entry, records, entry.FirstSighting..(next?.FirstSighting ?? batch.Sightings.Count)),
            ReceiptWriter.Write(session, batch, groups, records, entry.Door), false);
    }

    /// <summary>Counts what a committed frame stored and tells it to who listens.</summary>
    private IngestOutcome Count(PendingFrame entry, Range records, Range sightings)
    {
        if (entry.SetAside.Count > 0)
        {
            // Its other records were counted when they were stored.
            metrics.RecordsSetAside.Inc(entry.SetAside.Count);
            logger.RecordsSetAside(entry.SetAside.Count, entry.Session.Beacon, entry.SetAside.Values.First());
            return IngestOutcome.SetAside;
        }

        int stored = CountStored(records);
        PublishSightings(entry, sightings);
        return stored > 0 ? IngestOutcome.Accepted : IngestOutcome.Duplicate;
    }

    private int CountStored(Range records)
    {
        int stored = 0;
        int refused = 0;
        (int offset, int length) = records.GetOffsetAndLength(batch.Records.Count);
        for (int i = offset; i < offset + length; i++)
        {
            stored += batch.Records[i].IsNew ? 1 : 0;
            refused += batch.Records[i].Refused != 0 ? 1 : 0;
        }

        metrics.RecordsStored.Inc(stored);
        metrics.RecordsDuplicate.Inc(length - stored);
        metrics.RecordsRefused.Inc(refused);
        return stored;
    }

    private void PublishSightings(PendingFrame entry, Range sightings)
    {
        (int offset, int length) = sightings.GetOffsetAndLength(batch.Sightings.Count);
        Queue<SightingEntry> newest = new(IngestPolicy.LiveSightings);
        int stored = 0;
        for (int i = offset; i < offset + length; i++)
        {
            SightingEntry sighting = batch.Sightings[i];
            if (!batch.Records[sighting.Record].IsNew)
                continue;
            stored++;
            if (newest.Count == IngestPolicy.LiveSightings)
                newest.Dequeue();
            newest.Enqueue(sighting);
        }

        metrics.SightingsStored.Inc(stored);
        if (stored > 0)
        {
            LiveSession session = entry.Session;
            live.Publish(
                new SightingsEvent(time.GetUtcNow(), session.TenantId, session.Beacon, stored, [.. newest]));
        }
    }

    private void GiveBack()
    {
        foreach (PendingFrame entry in pending)
            undecided.Settle(entry, FrameAnswer.Of(IngestOutcome.StoreUnavailable));
        Clear();
    }

    private void Clear()
    {
        pending.Clear();
        batch.Clear();
    }

    /// <summary>What became of a commit.</summary>
    /// <param name="IsDone">It is durable.</param>
    /// <param name="Refusal">What the store said of its content, for which it would fail again.</param>
    /// <param name="Took">Time of the attempt that did it.</param>
    private readonly record struct CommitAttempt(bool IsDone, string? Refusal, TimeSpan Took);
}
