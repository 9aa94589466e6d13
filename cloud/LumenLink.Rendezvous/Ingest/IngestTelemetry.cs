using System.Diagnostics;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Ingest;

/// <summary>What the pipeline tells of itself: how long frames wait, how large commits are, how old reports.</summary>
internal sealed class IngestTelemetry
{
    private readonly LumenMetrics metrics;
    private readonly LumenTraces traces;
    private readonly TimeProvider time;

    public IngestTelemetry(LumenMetrics metrics, LumenTraces traces, PendingFrames undecided, TimeProvider time)
    {
        (this.metrics, this.traces, this.time) = (metrics, traces, time);
        metrics.Registry.AddBeforeCollectCallback(() =>
        {
            DateTimeOffset now = time.GetUtcNow();
            TimeSpan oldest = now - (undecided.OldestArrival() ?? now);
            metrics.Pipeline.OldestFrame.Set(Math.Max(0, oldest.TotalSeconds)); // the clock may have been set back
        });
    }

    /// <summary>An authenticated frame has its answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="door">The way that it came.</param>
    /// <param name="arrivedAt">Timestamp of its arrival.</param>
    public void Answered(FrameAnswer answer, FrameDoor door, long arrivedAt)
    {
        if (answer.Reply.IsEmpty)
            return;
        metrics.Pipeline.Receipts(door).Inc();
        metrics.Pipeline.ArrivalToCommit.Observe(time.GetElapsedTime(arrivedAt).TotalSeconds);
    }

    /// <summary>A frame begins to wait for a commit; null when it is not traced.</summary>
    public Activity? BeginWait() => traces.StartWait();

    /// <summary>A commit begins, and its frames' waits end; null when none of them is traced.</summary>
    public Activity? BeginCommit<T>(IReadOnlyList<T> frames, Func<T, Activity?> waitOf) =>
        traces.StartCommit(frames, waitOf);

    /// <summary>A batch is durable.</summary>
    /// <param name="batch">The batch, its results filled in.</param>
    /// <param name="took">Time of its transaction.</param>
    /// <param name="span">Its span, or null.</param>
    public void Committed(IngestBatch batch, TimeSpan took, Activity? span)
    {
        metrics.CommitSeconds.Observe(took.TotalSeconds);
        metrics.CommitFrames.Observe(batch.Frames.Count);
        metrics.Pipeline.CommitRecords.Observe(batch.Records.Count);
        metrics.Pipeline.CommitSightings.Observe(batch.Sightings.Count);
        span?.SetTag("lumenlink.frames", batch.Frames.Count).SetTag("lumenlink.records", batch.Records.Count)
            .SetTag("lumenlink.sightings", batch.Sightings.Count);
        foreach (CommitPhase phase in CommitTimes.Phases)
        {
            if (batch.Times.Of(phase) is var part && part == TimeSpan.Zero)
                continue;
            metrics.Pipeline.CommitPhaseSeconds(phase).Observe(part.TotalSeconds);
            span?.SetTag($"lumenlink.{phase.ToString().ToLowerInvariant()}_ms", part.TotalMilliseconds);
        }

        ObserveAges(batch);
    }

    /// <summary>The sightings of a record stand together; its first window is the earliest of theirs.</summary>
    private void ObserveAges(IngestBatch batch)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        for (int i = 0; i < batch.Sightings.Count;)
        {
            int record = batch.Sightings[i].Record;
            long first = long.MaxValue;
            for (; i < batch.Sightings.Count && batch.Sightings[i].Record == record; i++)
            {
                if (batch.Sightings[i].Quality != CaptureQuality.Received)
                    first = Math.Min(first, batch.Sightings[i].WindowOpenUnixMs);
            }

            if (first != long.MaxValue && batch.Records[record].IsNew)
                ObserveAge(TimeSpan.FromMilliseconds(now - first));
        }
    }

    private void ObserveAge(TimeSpan age)
    {
        if (age < TimeSpan.Zero)
        {
            metrics.Pipeline.CaptureAgeFaults(CaptureAgeFault.Ahead).Inc();
            age = TimeSpan.Zero;
        }
        else if (age > IngestPolicy.MaxCaptureAge)
        {
            metrics.Pipeline.CaptureAgeFaults(CaptureAgeFault.TooOld).Inc();
            age = IngestPolicy.MaxCaptureAge;
        }

        metrics.Pipeline.CaptureToCommit.Observe(age.TotalSeconds);
    }
}
