using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Query;

/// <summary>Where a beacon stands, in the order in which the reasons are looked at.</summary>
public enum FleetStatus
{
    /// <summary>Trusted, and heard from a moment ago.</summary>
    Live,

    /// <summary>Was trusted, but is silent or its session ran out.</summary>
    Stale,

    /// <summary>Its identity seems to run twice: an alarm is open.</summary>
    Suspected,

    /// <summary>Its last attestation that stands was refused, and it has no session.</summary>
    Refused,

    /// <summary>The operator took it out of service.</summary>
    Revoked,

    /// <summary>Enrolled, and never attested.</summary>
    Enrolled,
}

/// <summary>
/// What the API and the dashboard call a beacon, from its stored row and the time alone; and every number of that.
/// </summary>
internal static class FleetPolicy
{
    /// <summary>
    /// How often a beacon says something at least, whatever it hears and is configured to: its status. Reports may be
    /// an hour or a day apart (report_ms). The firmware's StatusMs, which no configuration changes.
    /// </summary>
    public static readonly TimeSpan StatusInterval = TimeSpan.FromMinutes(5);

    /// <summary>How much later a status may be stored: it waits for the loop, the link and the commit.</summary>
    public static readonly TimeSpan StatusDelay = TimeSpan.FromMinutes(1);

    /// <summary>Offline after twice the status interval: one may be lost before a beacon is silent.</summary>
    public static readonly TimeSpan LiveWithin = 2 * StatusInterval;

    /// <summary>Span of the rolling sightings charts, and of the rate that is shown as a number.</summary>
    public static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(60);

    /// <summary>Status of a beacon.</summary>
    public static FleetStatus StatusOf(BeaconView beacon, DateTimeOffset now) => StatusOf(beacon.Standing, now);

    /// <summary>Status of a beacon that stands so.</summary>
    public static FleetStatus StatusOf(in BeaconStanding beacon, DateTimeOffset now)
    {
        if (beacon.RevokedAt is not null)
            return FleetStatus.Revoked;
        if (ClonePolicy.IsSuspected(beacon.OpenAlarms))
            return FleetStatus.Suspected;
        if (IsTrusted(beacon, now))
            return now - LastSign(beacon) <= LiveWithin ? FleetStatus.Live : FleetStatus.Stale;
        return beacon.LastOutcome switch
        {
            null => FleetStatus.Enrolled,
            AttestationOutcome.Accepted => FleetStatus.Stale,
            _ => FleetStatus.Refused,
        };
    }

    /// <summary>True while it holds a session, is not revoked, and nothing says that it runs twice.</summary>
    public static bool IsTrusted(BeaconView beacon, DateTimeOffset now) => IsTrusted(beacon.Standing, now);

    /// <summary>The same of a beacon that stands so.</summary>
    public static bool IsTrusted(in BeaconStanding beacon, DateTimeOffset now) =>
        beacon.RevokedAt is null && beacon.AttestedUntil > now && !ClonePolicy.IsSuspected(beacon.OpenAlarms);

    /// <summary>True while an alarm is open.</summary>
    public static bool IsSuspected(BeaconView beacon) => ClonePolicy.IsSuspected(beacon.OpenAlarms);

    /// <summary>The kinds of its open alarms.</summary>
    public static IReadOnlyList<AlarmKind> OpenAlarms(BeaconView beacon) =>
        [.. Enum.GetValues<AlarmKind>().Where(kind => beacon.OpenAlarms.HasFlag((AlarmKinds)(1 << (int)kind)))];

    /// <summary>
    /// True when the last attestation that stands was refused; the refusal is shown whatever the status is.
    /// </summary>
    public static bool WasRefused(BeaconView beacon) => beacon.LastOutcome is not (null or AttestationOutcome.Accepted);

    /// <summary>
    /// The last thing that the beacon is known to have done: a committed frame or an accepted attestation.
    /// </summary>
    public static DateTimeOffset LastSign(BeaconView beacon) => LastSign(beacon.Standing);

    /// <summary>The same of a beacon that stands so.</summary>
    public static DateTimeOffset LastSign(in BeaconStanding beacon)
    {
        DateTimeOffset seen = beacon.LastSeenAt ?? DateTimeOffset.MinValue;
        return beacon.AttestedAt > seen ? beacon.AttestedAt.Value : seen;
    }
}
