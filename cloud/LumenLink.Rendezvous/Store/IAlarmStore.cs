using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Store;

/// <summary>
/// What is alarmed about, each a sign that one identity runs twice; stored as its number, log field, metric label.
/// </summary>
public enum AlarmKind
{
    /// <summary>Evidence of an earlier boot, made after a later one had attested.</summary>
    EarlierBoot = 1,

    /// <summary>Evidence of a boot that has run for a shorter time than it must have.</summary>
    UptimeBehind = 2,

    /// <summary>Two different records under one number, both sealed by the beacon's sessions.</summary>
    RecordConflict = 3,

    /// <summary>A new connection token of an earlier boot, well after a later one was there.</summary>
    EarlierBootToken = 4,
}

/// <summary>Kinds of alarms as a set: bit n is the kind of number n.</summary>
[Flags]
public enum AlarmKinds
{
    /// <summary>No alarm.</summary>
    None = 0,

    /// <summary>See <see cref="AlarmKind.EarlierBoot"/>.</summary>
    EarlierBoot = 1 << AlarmKind.EarlierBoot,

    /// <summary>See <see cref="AlarmKind.UptimeBehind"/>.</summary>
    UptimeBehind = 1 << AlarmKind.UptimeBehind,

    /// <summary>See <see cref="AlarmKind.RecordConflict"/>.</summary>
    RecordConflict = 1 << AlarmKind.RecordConflict,

    /// <summary>See <see cref="AlarmKind.EarlierBootToken"/>.</summary>
    EarlierBootToken = 1 << AlarmKind.EarlierBootToken,
}

/// <summary>An alarm, one for each beacon and kind.</summary>
/// <param name="Id">Number of the alarm; rises.</param>
/// <param name="Beacon">Whose.</param>
/// <param name="Kind">What happened.</param>
/// <param name="FirstAt">When first, since it was opened.</param>
/// <param name="LastAt">When last.</param>
/// <param name="Count">How often since it was opened.</param>
/// <param name="Detail">What happened last, one sentence for operators, no secrets.</param>
/// <param name="AcknowledgedAt">When an operator closed it; null while it is open.</param>
/// <param name="AcknowledgedBy">Who did; empty while it is open.</param>
public sealed record AlarmView(
    long Id, BeaconId Beacon, AlarmKind Kind, DateTimeOffset FirstAt, DateTimeOffset LastAt, long Count, string Detail,
    DateTimeOffset? AcknowledgedAt, string AcknowledgedBy);

/// <summary>Which alarms; nulls do not filter. Those opened last come first.</summary>
/// <param name="IsOpen">Open or acknowledged ones.</param>
/// <param name="Beacon">Of this beacon.</param>
/// <param name="BeforeId">Page on: below this number.</param>
/// <param name="Limit">At most this many.</param>
public sealed record AlarmFilter(bool? IsOpen, BeaconId? Beacon, long? BeforeId, int Limit);

/// <summary>Alarms: as many as there are beacons and kinds at most.</summary>
public interface IAlarmStore
{
    /// <summary>
    /// Opens the beacon's alarm of this kind, or counts into the one that is open. One that was acknowledged opens
    /// anew, as a new alarm.
    /// </summary>
    /// <returns>The alarm as it is now; its count is <paramref name="count"/> if this opened it.</returns>
    Task<AlarmView> RaiseAlarmAsync(
        int tenantId, BeaconId beacon, AlarmKind kind, string detail, long count, DateTimeOffset now,
        CancellationToken cancellationToken);

    /// <summary>Closes an alarm; again changes nothing. Null when the tenant has none of this number.</summary>
    Task<AlarmView?> AcknowledgeAlarmAsync(
        int tenantId, long id, string by, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Open alarms of all tenants by kind; a kind without any is left out.</summary>
    Task<IReadOnlyDictionary<AlarmKind, long>> CountOpenAlarmsAsync(CancellationToken cancellationToken);

    /// <summary>Forgets acknowledged alarms of before. Returns how many rows went.</summary>
    Task<int> PruneAlarmsAsync(DateTimeOffset before, CancellationToken cancellationToken);
}
