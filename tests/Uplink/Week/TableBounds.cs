using LumenLink.Protocol;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Composition;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Fleet;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Limits;
using LumenLink.Rendezvous.Live;
using LumenLink.Rendezvous.Packs;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Resolve;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using LumenLink.Rendezvous.Webhooks;

namespace LumenLink.Tests.Uplink.Week;

/// <summary>
/// What each table may hold at most, whenever one looks: from the policy or limit that states it, or as many as there
/// are beacons. A table that is not here states no bound, which is wrong too.
/// </summary>
internal static class TableBounds
{
    /// <summary>
    /// Values that the firmware keeps in files of their own, in the field and by itself, each with one that is about
    /// to take its place; and the configuration file.
    /// </summary>
    private const int OtherFiles = (2 * 9) + 1;

    /// <summary>One for production and one for development.</summary>
    private const int DeviceCas = 2;

    /// <summary>Starts of the service and of commands within retention, and their entries besides verdicts.</summary>
    private const int AuditStarts = 1000;

    /// <summary>A sighting takes a bit of its report at least.</summary>
    private const int FrameSightings = 8 * WireLimits.MaxFrameBytes;

    private const int BatchRecords =
        IngestPolicy.BatchFrames * WireLimits.MaxGroups * WireLimits.MaxRecordsPerGroup;

    private static readonly TimeSpan StatusesKept = UpkeepPolicy.Retention + UpkeepPolicy.Seldom;

    /// <summary>Keys of epochs: the present one, and those whose challenges may be answered or were just.</summary>
    private static readonly long Epochs = 2 + Whole(
        TrustPolicy.NonceLifetime + TrustPolicy.ReplicaClockSkew + Housekeeping.Interval, TrustPolicy.EpochLength);

    /// <summary>
    /// Those, of a day each: challenge keys of today and yesterday, and pseudonym keys until they are destroyed, with
    /// tomorrow's.
    /// </summary>
    private static readonly long SharedKeys =
        Epochs + 2 + Whole(TrustPolicy.PseudonymKeyKept, TimeSpan.FromDays(1)) + 2;

    /// <summary>By "type.field", as <see cref="TableCensus"/> names them, and those of store and flash.</summary>
    /// <param name="beacons">How many are enrolled.</param>
    /// <param name="segments">What the largest queue may have.</param>
    public static IReadOnlyDictionary<string, long> Of(int beacons, int segments) => new Dictionary<string, long>
    {
        // What the operator gave.
        ["DeviceCaFolder.pinned"] = DeviceCas,
        ["KeyRing.newestFirst"] = Enum.GetValues<KeyUsage>().Length, // one of each, never rotated here
        ["DeviceCas.<cas>P"] = DeviceCas,
        ["DeviceCas.known"] = beacons,
        ["ReferencePolicy.levels"] = Enum.GetValues<ServiceEnvironment>().Length,
        ["ReferencePolicy.measurements"] = 0,
        ["ReferencePolicy.minimumFirmware"] = 0,
        ["ReferencePolicy.released"] = 0,

        // By the id of a beacon, which is authenticated.
        ["EmbeddedBroker.connections"] = beacons,
        ["ExchangeGate.rates"] = beacons,
        ["ExchangeGate.claimedRates"] = 0, // of a broker beside the service
        ["PendingControl.beacons"] = beacons,
        ["PostGate.posters"] = beacons,
        ["SessionCache.current"] = beacons,
        ["store.alarms"] = beacons * Enum.GetValues<AlarmKind>().Length,
        ["store.beacon_activity"] = beacons,
        ["store.beacon_status"] = beacons,
        ["store.evidence"] = beacons,
        ["store.beacon_hours"] = beacons * (Whole(UpkeepPolicy.HoursKept, TimeSpan.FromHours(1)) + 2),
        ["store.roll_ups"] = 1,
        ["store.beacon_statuses"] = beacons
            * (Whole(StatusesKept, FleetPolicy.StatusInterval) + 2 + Exchanges(StatusesKept)),
        ["store.poisoned_frames"] = IngestPolicy.MaxPoisoned,
        ["store.enrolment_groups"] = EnrolmentPolicy.MaxGroups,
        ["store.api_keys"] = AccessPolicy.MaxKeys, // of each tenant
        ["store.webhooks"] = WebhookPolicy.MaxWebhooks, // of each tenant
        ["store.webhook_deliveries"] = WebhookPolicy.MaxWebhooks
            * (WebhookPolicy.MaxPending + WebhookPolicy.MaxSettled), // between two rounds more are settled
        ["store.beacon_presence"] = beacons,
        ["WebhookDispatcher.pumps"] = WebhookPolicy.WebhooksAtOnce,
        ["KeyBook.readings"] = AccessPolicy.KeysRemembered,
        ["KeyBook.rates"] = IngestPolicy.RatesRemembered,
        ["MemoryLimits.clients"] = new LimitPolicy().MaxClients,
        ["MemoryLimits.before"] = new LimitPolicy().MaxClients,
        ["PackBook.shelves"] = FleetReadings.MaxTenants,
        ["FleetReadings.readings"] = FleetReadings.MaxTenants + 1,
        ["FleetBook.beacons"] = Math.Max(1024, 2 * beacons), // places, taken by doubling
        ["FleetBook.byId"] = beacons,
        ["FleetBook.revokedUnknown"] = beacons,
        ["EidBook.added"] = beacons,
        ["EidBook.anchored"] = beacons,
        ["EidBook.beside"] = 2 * beacons * ResolvePolicy.Periods,
        ["EidTable.beacons"] = Math.Max(1024, 2 * beacons),
        ["EidTable.entries"] = Math.Max(1, beacons) * ResolvePolicy.Periods * 2,
        ["EidTable.keys"] = Math.Max(1, beacons) * ResolvePolicy.Periods * 2,
        ["UnknownEids.order"] = ResolvePolicy.MaxUnknown + 1,
        ["UnknownEids.rounds"] = ResolvePolicy.MaxUnknown,

        ["AddressGate.rates"] = IngestPolicy.RatesRemembered,
        ["EpochKeys.imported"] = Epochs,
        ["IngestBatch.<Diagnostics>k__BackingField"] = BatchRecords,
        ["IngestBatch.<Frames>k__BackingField"] = IngestPolicy.BatchFrames,
        ["IngestBatch.<Groups>k__BackingField"] = IngestPolicy.BatchFrames * WireLimits.MaxGroups,
        ["IngestBatch.<Records>k__BackingField"] = BatchRecords,
        ["IngestBatch.<Sightings>k__BackingField"] =
            (IngestPolicy.BatchFrames * IngestPolicy.BatchSightingsPerFrame) + FrameSightings,
        ["IngestBatch.<Statuses>k__BackingField"] = BatchRecords,
        ["CommitTimes.times"] = CommitTimes.Phases.Length,
        ["LateFrames.waiting"] = IngestPolicy.LateFrames,
        ["LiveFeed.ring"] = LivePolicy.Kept,
        ["MqttListener.unauthenticated"] = IngestPolicy.MaxUnauthenticated,
        ["PendingFrames.byBeacon"] = IngestPolicy.QueueFrames + IngestPolicy.BatchFrames,
        ["PendingFrames.byKey"] = IngestPolicy.QueueFrames + IngestPolicy.BatchFrames,
        ["RecordsQueue.pending"] = IngestPolicy.BatchFrames,
        ["RecordsQueue.suspects"] = IngestPolicy.MaxSuspects,
        ["IngestBatch.<Poisoned>k__BackingField"] = BatchRecords,
        ["SessionCache.byUse"] = TrustPolicy.SessionCacheSize,
        ["SessionCache.holders"] = TrustPolicy.SessionCacheSize,
        ["SessionCache.sessions"] = TrustPolicy.SessionCacheSize,
        ["SharedKeys.known"] = SharedKeys,
        ["store.shared_keys"] = SharedKeys,

        // As often as a beacon may attest while a row lives.
        ["store.sessions"] = beacons * Exchanges(TrustPolicy.SessionLifetime + Housekeeping.Interval),
        ["store.used_nonces"] =
            beacons * Exchanges(TrustPolicy.NonceLifetime + TrustPolicy.ReplicaClockSkew + Housekeeping.Interval),

        // Entries and heads of the audit stay 90 days: as often as beacons may attest, and an hour of heads for each.
        ["store.audit_entries"] = (beacons * Exchanges(AuditPolicy.Kept + AuditPolicy.HeadEvery)) + AuditStarts,
        ["store.audit_heads"] = Whole(AuditPolicy.Kept, AuditPolicy.HeadEvery) + AuditStarts,
        ["store.audit_chains"] = AuditStarts,

        ["flash.segments"] = segments,
        ["flash.others"] = OtherFiles,
    };

    private static long Exchanges(TimeSpan within) =>
        TrustPolicy.ExchangeBurst + Whole(within, TrustPolicy.ExchangeEarnedEvery);

    private static long Whole(TimeSpan time, TimeSpan part) => time.Ticks / part.Ticks;
}
