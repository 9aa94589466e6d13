using LumenLink.Protocol;
using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Frames;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Packs;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using MQTTnet.Server;
using Prometheus;

namespace LumenLink.Rendezvous.Observability;

/// <summary>
/// The one home of metric names. Labels take enum values only, so that nothing from the wire can add a time series.
/// </summary>
public sealed class LumenMetrics
{
    private static readonly string[] Outcome = ["outcome"];

    private readonly Counter frames;
    private readonly Counter attestations;
    private readonly Counter tokens;
    private readonly Counter posts;
    private readonly Counter httpFailures;
    private readonly Counter controlSent;
    private readonly Counter controlAcknowledged;
    private readonly Counter packs;
    private readonly Counter accessRefused;
    private readonly Counter enrolments;
    private readonly Counter auditHeads;
    private readonly Counter disconnects;
    private readonly Gauge keyVersions;
    private readonly Gauge sealedRows;
    private readonly Gauge alarmsOpen;
    private readonly Gauge upkeepDone;
    private readonly Counter upkeepFailures;

    /// <summary>Makes the metrics in a registry, which tests give each service of their own.</summary>
    public LumenMetrics(CollectorRegistry registry)
    {
        Registry = registry;
        IMetricFactory factory = Metrics.WithCustomRegistry(registry);
        Pipeline = new PipelineMetrics(factory);
        Resolve = new ResolveMetrics(factory);
        Webhooks = new WebhookMetrics(factory);
        Replicas = new ReplicaMetrics(factory);
        frames = factory.CreateCounter(
            "lumenlink_frames_total", "Frames, MQTT packets and posts of beacons, by what became of them.", Outcome);
        attestations = factory.CreateCounter(
            "lumenlink_attestations_total", "Verdicts on evidence.", Outcome);
        tokens = factory.CreateCounter(
            "lumenlink_connection_tokens_total", "Connection tokens presented to the broker or over HTTP.", Outcome);
        posts = factory.CreateCounter(
            "lumenlink_frame_posts_total", "Posts of frames over HTTP, by what they were answered.", Outcome);
        httpFailures = factory.CreateCounter(
            "lumenlink_http_failures_total", "HTTP calls that an exception ended, by the problem they got.", ["code"]);
        DashboardReadFailures = factory.CreateCounter(
            "lumenlink_dashboard_read_failures_total", "Reads of the store for the dashboard that failed.");
        RevocationListsLeft = factory.CreateGauge(
            "lumenlink_revocation_lists_left_seconds",
            "Time until the first of the device CAs' revocation lists is over; 0 when one is of no use.",
            new GaugeConfiguration { SuppressInitialValue = true });
        Connections = factory.CreateGauge("lumenlink_mqtt_connections", "Beacons connected to the embedded broker.");
        ConnectionsTurnedAway = factory.CreateCounter(
            "lumenlink_mqtt_connections_turned_away_total", "TCP connections closed at once because of a limit.");
        Sessions = factory.CreateGauge("lumenlink_sessions_cached", "Sessions held in memory.");
        SessionsEndedByBadTags = factory.CreateCounter(
            "lumenlink_sessions_ended_by_bad_tags_total", "Sessions ended because of too many bad tags.");
        Queued = factory.CreateGauge("lumenlink_ingest_queue_frames", "Authenticated frames that wait for a commit.");
        RecordsStored = factory.CreateCounter("lumenlink_records_stored_total", "Records stored for the first time.");
        RecordsDuplicate = factory.CreateCounter(
            "lumenlink_records_duplicate_total", "Records that were there before.");
        RecordsRefused = factory.CreateCounter(
            "lumenlink_records_refused_total", "Records settled by a refusal in a receipt.");
        RecordsSetAside = factory.CreateCounter(
            "lumenlink_records_set_aside_total", "Records that the store refused and that were set aside.");
        SightingsStored = factory.CreateCounter("lumenlink_sightings_stored_total", "Sightings stored.");
        CommitFailures = factory.CreateCounter(
            "lumenlink_commit_failures_total", "Commits that the store did not do; each is tried again.");
        CommitSeconds = factory.CreateHistogram(
            "lumenlink_commit_seconds", "Time of one ingest transaction.",
            new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(0.001, 2, 14) });
        CommitFrames = factory.CreateHistogram(
            "lumenlink_commit_frames", "Frames in one ingest transaction.",
            new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(1, 2, 10) });
        BatchFrames = factory.CreateGauge(
            "lumenlink_commit_frames_bound", "Frames that the next ingest transaction may have; follows their time.");
        AcknowledgedEarly = factory.CreateCounter(
            "lumenlink_mqtt_acknowledged_early_total",
            "Publishes acknowledged before their outcome was known; their receipts follow.");
        disconnects = factory.CreateCounter(
            "lumenlink_mqtt_disconnects_total", "Connections of beacons that ended, by how.", ["type"]);
        DownlinksLost = factory.CreateCounter(
            "lumenlink_downlinks_lost_total",
            "Frames for beacons that were gone, or had left too many untaken; they ask again.");
        LiveEventsDropped = factory.CreateCounter(
            "lumenlink_live_events_dropped_total", "Events that a slow subscriber of the live feed missed.");
        HousekeepingFailures = factory.CreateCounter(
            "lumenlink_housekeeping_failures_total",
            "Rounds of a replica's own housekeeping, and tries to take the upkeep's lock, that failed.");
        UpkeepHeld = factory.CreateGauge(
            "lumenlink_upkeep_held", "1 while this replica has the upkeep's lock.");
        upkeepDone = factory.CreateGauge(
            "lumenlink_upkeep_done_time_seconds", "Unix time at which this replica did a job of the upkeep last.",
            ["job"]);
        upkeepFailures = factory.CreateCounter(
            "lumenlink_upkeep_failures_total", "Jobs of the upkeep that failed; each is tried again in a minute.",
            ["job"]);
        KeyLoadFailures = factory.CreateCounter(
            "lumenlink_service_key_load_failures_total", "Looks at changed service keys that could not be loaded.");
        keyVersions = factory.CreateGauge(
            "lumenlink_service_key_version", "Version of the service key that signs; 0 without one.", ["usage"]);
        packs = factory.CreateCounter("lumenlink_packs_total", "Packs asked for by clients.", Outcome);
        accessRefused = factory.CreateCounter(
            "lumenlink_access_refused_total", "HTTP calls that were refused for who makes them, by why.", Outcome);
        enrolments = factory.CreateCounter(
            "lumenlink_enrolments_total", "Enrolments asked for over the API, dry runs too.", Outcome);
        sealedRows = factory.CreateGauge(
            "lumenlink_sealed_rows", "Stored secrets, by the master key that they are under; counted each hour.",
            ["key"]);
        alarmsOpen = factory.CreateGauge(
            "lumenlink_alarms_open", "Alarms that nobody acknowledged, by kind; counted each minute.", ["kind"]);
        AlarmFailures = factory.CreateCounter(
            "lumenlink_alarm_failures_total", "Alarms that the store did not take.");
        controlSent = factory.CreateCounter(
            "lumenlink_control_sent_total", "Commands and configurations sent to beacons, repetitions too.",
            ["subject"]);
        controlAcknowledged = factory.CreateCounter(
            "lumenlink_control_acknowledged_total", "What beacons said became of commands and configurations.",
            Outcome);
        ControlPending = factory.CreateGauge(
            "lumenlink_control_pending_beacons", "Beacons to which something is to be sent now.");
        ControlFailures = factory.CreateCounter(
            "lumenlink_control_failures_total", "Looks at the store for what is to be sent to beacons that failed.");
        BrokerConnected = factory.CreateGauge(
            "lumenlink_broker_connected", "1 while the broker beside the service has the service as its client.");
        BrokerFramesHeld = factory.CreateGauge(
            "lumenlink_broker_frames_held", "Messages of the broker that are not acknowledged yet.");
        BrokerRedelivered = factory.CreateCounter(
            "lumenlink_broker_redelivered_total", "Messages that the broker delivered once more.");
        BrokerFramesGivenUp = factory.CreateCounter(
            "lumenlink_broker_frames_given_up_total",
            "Frames that could not be stored in time and were acknowledged without; their beacons send them again.");
        BrokerFramesOver = factory.CreateCounter(
            "lumenlink_broker_frames_over_total",
            "Messages that the broker sent beyond what it may leave unacknowledged.");
        BrokerDownlinksLost = factory.CreateCounter(
            "lumenlink_broker_downlinks_lost_total", "Frames for beacons that the broker did not take.");
        BrokerRevocationsPending = factory.CreateGauge(
            "lumenlink_broker_revocations_pending", "Revoked beacons of which the broker is still to be told.");
        RevocationEpoch = factory.CreateGauge(
            "lumenlink_revocation_epoch", "The newest revocation that this replica knows.");
        auditHeads = factory.CreateCounter(
            "lumenlink_audit_heads_total", "Heads of the audit, by what became of them.", Outcome);
        AuditHeadsWaiting = factory.CreateGauge(
            "lumenlink_audit_heads_waiting", "Signed heads that are not in the export folder yet.");
        AuditHeadAt = factory.CreateGauge(
            "lumenlink_audit_head_time_seconds", "Unix time of the newest head that this replica signed; 0 before.");
        RevocationFailures = factory.CreateCounter(
            "lumenlink_revocation_failures_total", "Looks at the store for revocations that failed.");
    }

    /// <summary>Where the metrics are collected from.</summary>
    public CollectorRegistry Registry { get; }

    /// <summary>Those of the pipeline.</summary>
    internal PipelineMetrics Pipeline { get; }

    /// <summary>Those of webhooks.</summary>
    internal WebhookMetrics Webhooks { get; }

    /// <summary>Resolving identifiers.</summary>
    internal ResolveMetrics Resolve { get; }

    /// <summary>What replicas share.</summary>
    internal ReplicaMetrics Replicas { get; }

    /// <summary>Time until the first revocation list is over; not published when none is there or needed.</summary>
    public Gauge RevocationListsLeft { get; }

    /// <summary>Beacons connected to the embedded broker.</summary>
    public Gauge Connections { get; }

    /// <summary>Connections closed at once because of a limit.</summary>
    public Counter ConnectionsTurnedAway { get; }

    /// <summary>Sessions held in memory.</summary>
    public Gauge Sessions { get; }

    /// <summary>Sessions ended because of too many bad tags.</summary>
    public Counter SessionsEndedByBadTags { get; }

    /// <summary>Authenticated frames that wait for a commit.</summary>
    public Gauge Queued { get; }

    /// <summary>Records stored for the first time.</summary>
    public Counter RecordsStored { get; }

    /// <summary>Records that were there before.</summary>
    public Counter RecordsDuplicate { get; }

    /// <summary>Records refused by receipt.</summary>
    public Counter RecordsRefused { get; }

    /// <summary>Records that the store refused and that were set aside.</summary>
    public Counter RecordsSetAside { get; }

    /// <summary>Sightings stored.</summary>
    public Counter SightingsStored { get; }

    /// <summary>Commits that failed.</summary>
    public Counter CommitFailures { get; }

    /// <summary>Time of one ingest transaction.</summary>
    public Histogram CommitSeconds { get; }

    /// <summary>Frames in one ingest transaction.</summary>
    public Histogram CommitFrames { get; }

    /// <summary>Frames that the next ingest transaction may have.</summary>
    public Gauge BatchFrames { get; }

    /// <summary>Publishes acknowledged before their outcome was known.</summary>
    public Counter AcknowledgedEarly { get; }

    /// <summary>Frames for beacons that the embedded broker or a post could not give them.</summary>
    public Counter DownlinksLost { get; }

    /// <summary>Events missed by slow subscribers of the live feed.</summary>
    public Counter LiveEventsDropped { get; }

    /// <summary>Rounds of housekeeping that failed.</summary>
    public Counter HousekeepingFailures { get; }

    /// <summary>1 while this replica has the upkeep's lock.</summary>
    public Gauge UpkeepHeld { get; }

    /// <summary>Changed service keys that could not be loaded.</summary>
    public Counter KeyLoadFailures { get; }

    /// <summary>Reads for the dashboard that failed.</summary>
    public Counter DashboardReadFailures { get; }

    /// <summary>Beacons to which something is to be sent now.</summary>
    public Gauge ControlPending { get; }

    /// <summary>Alarms that the store did not take.</summary>
    public Counter AlarmFailures { get; }

    /// <summary>Failed looks at what is to be sent to beacons.</summary>
    public Counter ControlFailures { get; }

    /// <summary>1 while the broker beside the service has the service as its client.</summary>
    public Gauge BrokerConnected { get; }

    /// <summary>Messages of that broker that are not acknowledged yet.</summary>
    public Gauge BrokerFramesHeld { get; }

    /// <summary>Messages that it delivered once more.</summary>
    public Counter BrokerRedelivered { get; }

    /// <summary>Frames of it that were acknowledged without being stored.</summary>
    public Counter BrokerFramesGivenUp { get; }

    /// <summary>Messages beyond what it may leave unacknowledged.</summary>
    public Counter BrokerFramesOver { get; }

    /// <summary>Frames for beacons that it did not take.</summary>
    public Counter BrokerDownlinksLost { get; }

    /// <summary>Revoked beacons of which it is still to be told.</summary>
    public Gauge BrokerRevocationsPending { get; }

    /// <summary>The newest revocation that this replica knows.</summary>
    public Gauge RevocationEpoch { get; }

    /// <summary>Failed looks at what was revoked.</summary>
    public Counter RevocationFailures { get; }

    /// <summary>Signed heads of the audit that wait to be exported.</summary>
    public Gauge AuditHeadsWaiting { get; }

    /// <summary>When the newest head of the audit was signed here, in unix seconds.</summary>
    public Gauge AuditHeadAt { get; }

    /// <summary>Heads of the audit with this outcome.</summary>
    internal Counter.Child AuditHeads(AuditHeadOutcome outcome) => auditHeads.WithLabels(outcome.ToString());

    /// <summary>What was sent to beacons, by subject.</summary>
    internal Counter.Child ControlSent(ControlSubject subject) => controlSent.WithLabels(subject.ToString());

    /// <summary>What beacons said became of it; numbers that this build does not know share a label.</summary>
    internal Counter.Child ControlAcknowledged(ControlOutcome outcome) =>
        controlAcknowledged.WithLabels(Enum.IsDefined(outcome) ? outcome.ToString() : "Unknown");

    /// <summary>Calls that an exception ended with this problem.</summary>
    internal Counter.Child HttpFailures(ProblemCode code) => httpFailures.WithLabels(code.ToString());

    /// <summary>Stored secrets under this key.</summary>
    internal Gauge.Child SealedRows(SealedUnder under) => sealedRows.WithLabels(under.ToString());

    /// <summary>Connections to the embedded broker that ended this way.</summary>
    internal Counter.Child Disconnects(MqttClientDisconnectType type) => disconnects.WithLabels(type.ToString());

    /// <summary>Frames with this outcome.</summary>
    public Counter.Child Frames(IngestOutcome outcome) => frames.WithLabels(outcome.ToString());

    /// <summary>Posts with this outcome.</summary>
    internal Counter.Child Posts(PostOutcome outcome) => posts.WithLabels(outcome.ToString());

    /// <summary>Calls that were refused with this outcome.</summary>
    internal Counter.Child AccessRefused(Access.AccessOutcome outcome) => accessRefused.WithLabels(outcome.ToString());

    /// <summary>Enrolments with this outcome.</summary>
    internal Counter.Child Enrolments(EnrolOutcome outcome) => enrolments.WithLabels(outcome.ToString());

    /// <summary>Packs with this outcome.</summary>
    internal Counter.Child Packs(PackOutcome outcome) => packs.WithLabels(outcome.ToString());

    /// <summary>When this job was done here last.</summary>
    public Gauge.Child UpkeepDone(UpkeepJob job) => upkeepDone.WithLabels(job.ToString());

    /// <summary>Failures of this job.</summary>
    public Counter.Child UpkeepFailures(UpkeepJob job) => upkeepFailures.WithLabels(job.ToString());

    /// <summary>Open alarms of this kind.</summary>
    public Gauge.Child AlarmsOpen(AlarmKind kind) => alarmsOpen.WithLabels(kind.ToString());

    /// <summary>Version of the key that signs for a usage.</summary>
    internal Gauge.Child KeyVersion(Trust.KeyUsage usage) => keyVersions.WithLabels(usage.ToString());

    /// <summary>Verdicts with this outcome.</summary>
    public Counter.Child Attestations(AttestationOutcome outcome) => attestations.WithLabels(outcome.ToString());

    /// <summary>Tokens with this outcome.</summary>
    public Counter.Child Tokens(TokenOutcome outcome) => tokens.WithLabels(outcome.ToString());
}
