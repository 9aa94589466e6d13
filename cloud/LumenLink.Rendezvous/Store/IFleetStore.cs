using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Store;

/// <summary>What of a beacon does not change often, with its sealed identifier secret.</summary>
/// <param name="Id">Routing label.</param>
/// <param name="TenantId">Owner.</param>
/// <param name="Region">Region label.</param>
/// <param name="Level">How the residency of its key was proven.</param>
/// <param name="EidKeyWrapped">Its Eddystone-EID secret, sealed.</param>
public sealed record RosterRow(BeaconId Id, int TenantId, string Region, SecurityLevel Level, byte[] EidKeyWrapped);

/// <summary>What the status of a beacon follows from.</summary>
/// <param name="RevokedAt">Null while not revoked.</param>
/// <param name="LastSeenAt">Service time of the last committed frame; null before the first.</param>
/// <param name="AttestedAt">Last accepted attestation; null before the first.</param>
/// <param name="AttestedUntil">End of its newest session; null without one.</param>
/// <param name="LastOutcome">Outcome of the last attestation that stands; null before the first.</param>
/// <param name="OpenAlarms">Kinds of its alarms that are open.</param>
public readonly record struct BeaconStanding(
    DateTimeOffset? RevokedAt, DateTimeOffset? LastSeenAt, DateTimeOffset? AttestedAt, DateTimeOffset? AttestedUntil,
    AttestationOutcome? LastOutcome, AlarmKinds OpenAlarms);

/// <summary>What of a beacon changes often.</summary>
/// <param name="Id">Routing label.</param>
/// <param name="Region">Region label.</param>
/// <param name="Standing">What its status follows from.</param>
/// <param name="EidPeriod">Period of the identifier that it said it advertises; null when it never did.</param>
public readonly record struct StandingRow(BeaconId Id, string Region, BeaconStanding Standing, uint? EidPeriod);

/// <summary>
/// Reads of the whole fleet, all tenants, for what every replica keeps in memory; revoked ones left out.
/// </summary>
public interface IFleetStore
{
    /// <summary>Beacons in the order of their ids as the store sorts them, behind one if it is given.</summary>
    Task<IReadOnlyList<RosterRow>> ListRosterAsync(
        BeaconId? after, int limit, CancellationToken cancellationToken);

    /// <summary>Beacons that were enrolled at a time or later, the first ones first.</summary>
    Task<IReadOnlyList<RosterRow>> ListEnrolledAsync(
        DateTimeOffset since, int limit, CancellationToken cancellationToken);

    /// <summary>Where beacons stand, in the same order, behind one if it is given.</summary>
    Task<IReadOnlyList<StandingRow>> ListStandingsAsync(
        BeaconId? after, int limit, CancellationToken cancellationToken);
}
