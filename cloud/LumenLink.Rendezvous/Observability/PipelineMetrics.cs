using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Store;
using Prometheus;

namespace LumenLink.Rendezvous.Observability;

/// <summary>A capture time that cannot be meant.</summary>
internal enum CaptureAgeFault
{
    /// <summary>After the commit: the beacon's clock is ahead. Its age counts as 0.</summary>
    Ahead,

    /// <summary>More than <see cref="IngestPolicy.MaxCaptureAge"/> before it. Its age counts as that.</summary>
    TooOld,
}

/// <summary>The pipeline's part of <see cref="LumenMetrics"/>: from a frame's arrival to its receipt.</summary>
internal sealed class PipelineMetrics
{
    private readonly Counter receipts;
    private readonly Counter captureAgeFaults;
    private readonly Histogram commitPhaseSeconds;

    /// <summary>Makes them.</summary>
    public PipelineMetrics(IMetricFactory factory)
    {
        HistogramConfiguration waits = new() { Buckets = Histogram.ExponentialBuckets(0.001, 2, 17) };
        FrameBytes = factory.CreateCounter("lumenlink_frame_bytes_total", "Bytes of the frames that were handled.");
        OldestFrame = factory.CreateGauge(
            "lumenlink_ingest_oldest_frame_seconds",
            "Time since the arrival of the oldest authenticated frame without a commit; 0 when none waits.");
        ArrivalToCommit = factory.CreateHistogram(
            "lumenlink_arrival_to_commit_seconds",
            "Time from when a frame was authenticated to its receipt, behind its commit.", waits);
        CaptureToCommit = factory.CreateHistogram(
            "lumenlink_capture_to_commit_seconds",
            "Age of a new report at its commit, from its first window's opening, where the capture time is known.",
            new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(0.25, 4, 13) });
        captureAgeFaults = factory.CreateCounter(
            "lumenlink_capture_age_faults_total", "Reports whose capture time cannot be meant.", ["fault"]);
        PubackHold = factory.CreateHistogram(
            "lumenlink_puback_hold_seconds", "Time from a publish to its acknowledgement to the beacon or broker.",
            waits);
        receipts = factory.CreateCounter(
            "lumenlink_receipts_total", "Receipts given to the transports, by the way that they go.", ["door"]);
        CommitRecords = factory.CreateHistogram(
            "lumenlink_commit_records", "Records in one ingest transaction.",
            new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(1, 2, 14) });
        CommitSightings = factory.CreateHistogram(
            "lumenlink_commit_sightings", "Sightings in one ingest transaction.",
            new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(16, 2, 12) });
        commitPhaseSeconds = factory.CreateHistogram(
            "lumenlink_commit_phase_seconds", "Time of the parts of an ingest transaction.", ["phase"],
            new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(0.0005, 4, 9) });
    }

    /// <summary>Bytes of frames.</summary>
    public Counter FrameBytes { get; }

    /// <summary>Age of the oldest frame that waits, in seconds.</summary>
    public Gauge OldestFrame { get; }

    /// <summary>Seconds from authentication to the receipt.</summary>
    public Histogram ArrivalToCommit { get; }

    /// <summary>Seconds from the first window's opening to the commit.</summary>
    public Histogram CaptureToCommit { get; }

    /// <summary>Seconds that a publish was held.</summary>
    public Histogram PubackHold { get; }

    /// <summary>Records in one transaction.</summary>
    public Histogram CommitRecords { get; }

    /// <summary>Sightings in one transaction.</summary>
    public Histogram CommitSightings { get; }

    /// <summary>Receipts by this way.</summary>
    public Counter.Child Receipts(FrameDoor door) => receipts.WithLabels(door.ToString());

    /// <summary>Reports with this fault.</summary>
    public Counter.Child CaptureAgeFaults(CaptureAgeFault fault) => captureAgeFaults.WithLabels(fault.ToString());

    /// <summary>Seconds of this part of a transaction.</summary>
    public Histogram.Child CommitPhaseSeconds(CommitPhase phase) => commitPhaseSeconds.WithLabels(phase.ToString());
}
