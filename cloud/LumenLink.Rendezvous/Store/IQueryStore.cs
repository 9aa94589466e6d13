using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Store;

/// <summary>What the fleet views show of one beacon.</summary>
/// <param name="Id">Routing label.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Region">Region label.</param>
/// <param name="Level">Security level of the enrolment record.</param>
/// <param name="HardwareModel">Hardware model.</param>
/// <param name="RevokedAt">Null while not revoked.</param>
/// <param name="LastSeenAt">Service time of the last committed frame; null before the first.</param>
/// <param name="AttestedAt">Last accepted attestation; null before the first.</param>
/// <param name="AttestedUntil">End of its newest session; null without one.</param>
/// <param name="LastOutcome">Outcome of the last attestation that stands; null before the first.</param>
/// <param name="LastOutcomeAt">When that was.</param>
/// <param name="LastOutcomeDetail">Its sentence for operators.</param>
/// <param name="Boot">Boot of the last accepted attestation; 0 before.</param>
/// <param name="FirmwareVersion">Claimed firmware version, or empty.</param>
/// <param name="SightingCount">Sightings stored within retention.</param>
/// <param name="RecordCount">Records stored.</param>
public sealed record BeaconView(
    BeaconId Id, string Name, string Region, SecurityLevel Level, int HardwareModel, DateTimeOffset? RevokedAt,
    DateTimeOffset? LastSeenAt, DateTimeOffset? AttestedAt, DateTimeOffset? AttestedUntil,
    AttestationOutcome? LastOutcome,
    DateTimeOffset? LastOutcomeAt, string LastOutcomeDetail, uint Boot, string FirmwareVersion, long SightingCount,
    long RecordCount)
{
    /// <summary>Kinds of its alarms that are open.</summary>
    public AlarmKinds OpenAlarms { get; init; }

    /// <summary>Where it is; null when nobody said it.</summary>
    public GeoPoint? Location { get; init; }

    /// <summary>Records that waited on it when it told its last status; null before the first.</summary>
    public long? QueueRecords { get; init; }

    /// <summary>What its status follows from.</summary>
    public BeaconStanding Standing =>
        new(RevokedAt, LastSeenAt, AttestedAt, AttestedUntil, LastOutcome, OpenAlarms);
}

/// <summary>One attestation in a beacon's history.</summary>
/// <param name="At">When.</param>
/// <param name="Outcome">Outcome.</param>
/// <param name="Detail">Sentence for operators.</param>
/// <param name="Boot">Claimed boot.</param>
/// <param name="FirmwareVersion">Claimed firmware version.</param>
public sealed record AttestationView(
    DateTimeOffset At, AttestationOutcome Outcome, string Detail, uint Boot, string FirmwareVersion);

/// <summary>The newest Evidence of a beacon that its key signed, with what a policy asks of its enrolment.</summary>
/// <param name="Beacon">Whose.</param>
/// <param name="At">When it was judged.</param>
/// <param name="Outcome">What it came to.</param>
/// <param name="Level">Level of the enrolment.</param>
/// <param name="HardwareModel">Hardware model of the enrolment.</param>
/// <param name="Frame">The Evidence frame as it came.</param>
public sealed record EvidenceView(
    BeaconId Beacon, DateTimeOffset At, AttestationOutcome Outcome, SecurityLevel Level, int HardwareModel,
    byte[] Frame);

/// <summary>The latest status of a beacon.</summary>
/// <param name="ReceivedAt">Service time.</param>
/// <param name="Status">The body; its Record index has no meaning here.</param>
public sealed record StatusView(DateTimeOffset ReceivedAt, StatusEntry Status);

/// <summary>Place of a status in a beacon's history, which is ordered by these, newest first.</summary>
/// <param name="ReceivedAt">Service time, whole milliseconds.</param>
/// <param name="Boot">Boot of its record.</param>
/// <param name="Sequence">Number of its record.</param>
public readonly record struct StatusPosition(DateTimeOffset ReceivedAt, uint Boot, uint Sequence);

/// <summary>One status of a beacon's history.</summary>
/// <param name="Boot">Boot of its record.</param>
/// <param name="Sequence">Number of its record.</param>
/// <param name="View">What it told.</param>
public sealed record StatusRecordView(uint Boot, uint Sequence, StatusView View);

/// <summary>Which statuses of a beacon; nulls do not filter. Newest first.</summary>
/// <param name="From">Service time, inclusive.</param>
/// <param name="To">Service time, exclusive.</param>
/// <param name="Before">Page on: those behind this one.</param>
/// <param name="Limit">At most this many.</param>
public sealed record StatusFilter(DateTimeOffset? From, DateTimeOffset? To, StatusPosition? Before, int Limit);

/// <summary>One stored sighting.</summary>
/// <param name="RowId">Cursor: rises with time of storage.</param>
/// <param name="Beacon">Who heard it.</param>
/// <param name="ReceivedAt">Service time.</param>
/// <param name="WindowOpenUnixMs">Capture time of the window.</param>
/// <param name="Quality">How well that is known.</param>
/// <param name="Radio">1 BLE, 2 Wi-Fi.</param>
/// <param name="Address">48 bits.</param>
/// <param name="KeyDay">Day of the pseudonym key, 0 raw.</param>
/// <param name="RssiDbm">Signal strength.</param>
public sealed record SightingView(
    long RowId, BeaconId Beacon, DateTimeOffset ReceivedAt, long WindowOpenUnixMs, CaptureQuality Quality, byte Radio,
    long Address, int KeyDay, int RssiDbm);

/// <summary>What a beacon sent in an hour of service time that is over.</summary>
/// <param name="Hour">Its start.</param>
/// <param name="Records">Records stored for the first time.</param>
/// <param name="Sightings">Their sightings.</param>
public sealed record HourView(DateTimeOffset Hour, long Records, long Sightings);

/// <summary>Which sightings; nulls do not filter. Newest first.</summary>
/// <param name="Beacon">Heard by.</param>
/// <param name="Address">48-bit address or pseudonym.</param>
/// <param name="ReceivedFrom">Service time, inclusive.</param>
/// <param name="ReceivedTo">Service time, exclusive.</param>
/// <param name="BeforeRowId">Page on: rows below this cursor.</param>
/// <param name="Limit">At most this many.</param>
public sealed record SightingFilter(
    BeaconId? Beacon, long? Address, DateTimeOffset? ReceivedFrom, DateTimeOffset? ReceivedTo,
    long? BeforeRowId, int Limit);

/// <summary>An address and where it was heard last and best within a time span.</summary>
/// <param name="Address">48 bits.</param>
/// <param name="KeyDay">Day of the pseudonym key, 0 raw.</param>
/// <param name="Radio">1 BLE, 2 Wi-Fi.</param>
/// <param name="LastReceivedAt">Service time of the last sighting.</param>
/// <param name="StrongestBeacon">The beacon that heard it loudest in the span.</param>
/// <param name="StrongestRssiDbm">How loud.</param>
/// <param name="BeaconCount">How many beacons heard it.</param>
/// <param name="SightingCount">How many sightings.</param>
public sealed record PresenceView(
    long Address, int KeyDay, byte Radio, DateTimeOffset LastReceivedAt, BeaconId StrongestBeacon, int StrongestRssiDbm,
    int BeaconCount, long SightingCount);

/// <summary>Reads for the API and the dashboard; the tenant is always named.</summary>
public interface IQueryStore
{
    /// <summary>All beacons of a tenant, ordered by name then id.</summary>
    Task<IReadOnlyList<BeaconView>> ListBeaconsAsync(int tenantId, CancellationToken cancellationToken);

    /// <summary>One beacon, or null.</summary>
    Task<BeaconView?> GetBeaconAsync(int tenantId, BeaconId id, CancellationToken cancellationToken);

    /// <summary>Newest attestations of a beacon.</summary>
    Task<IReadOnlyList<AttestationView>> ListAttestationsAsync(
        int tenantId, BeaconId id, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// The newest Evidence of beacons that are not revoked, ordered by id as a signed number, behind an id if one is
    /// given.
    /// </summary>
    Task<IReadOnlyList<EvidenceView>> ListEvidenceAsync(
        int tenantId, BeaconId? after, int limit, CancellationToken cancellationToken);

    /// <summary>Its latest status, or null.</summary>
    Task<StatusView?> GetStatusAsync(int tenantId, BeaconId id, CancellationToken cancellationToken);

    /// <summary>What a beacon told of itself, newest first.</summary>
    Task<IReadOnlyList<StatusRecordView>> ListStatusesAsync(
        int tenantId, BeaconId id, StatusFilter filter, CancellationToken cancellationToken);

    /// <summary>Stored sightings, newest first.</summary>
    Task<IReadOnlyList<SightingView>> ListSightingsAsync(
        int tenantId, SightingFilter filter, CancellationToken cancellationToken);

    /// <summary>What a beacon sent in each hour from a time to another; hours without anything are left out.</summary>
    Task<IReadOnlyList<HourView>> ListHoursAsync(
        int tenantId, BeaconId id, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken);

    /// <summary>Who is around: by address, heard since <paramref name="since"/>, last heard first.</summary>
    Task<IReadOnlyList<PresenceView>> ListPresenceAsync(
        int tenantId, DateTimeOffset since, int limit, CancellationToken cancellationToken);

    /// <summary>Alarms, those opened last first.</summary>
    Task<IReadOnlyList<AlarmView>> ListAlarmsAsync(
        int tenantId, AlarmFilter filter, CancellationToken cancellationToken);

    /// <summary>Commands of a beacon, newest first, below an id if one is given.</summary>
    Task<IReadOnlyList<CommandView>> ListCommandsAsync(
        int tenantId, BeaconId id, uint? beforeId, int limit, CancellationToken cancellationToken);

    /// <summary>One command, or null.</summary>
    Task<CommandView?> GetCommandAsync(
        int tenantId, BeaconId id, uint commandId, CancellationToken cancellationToken);

    /// <summary>The kept configurations of a beacon, newest first.</summary>
    Task<IReadOnlyList<ConfigurationView>> ListConfigurationsAsync(
        int tenantId, BeaconId id, CancellationToken cancellationToken);

    /// <summary>The kept diagnostics of a beacon, newest first.</summary>
    Task<IReadOnlyList<DiagnosticsView>> ListDiagnosticsAsync(
        int tenantId, BeaconId id, CancellationToken cancellationToken);
}
