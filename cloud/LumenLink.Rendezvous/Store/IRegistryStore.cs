using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Store;

/// <summary>Who is enrolled.</summary>
public interface IRegistryStore
{
    /// <summary>
    /// Adds a beacon; a second enrolment of the same key changes nothing, an id collision is refused. eidKeyWrapped is
    /// its sealed EID secret, kept opaque. Through a group only while that admits, in the same transaction.
    /// The audit says that it was asked for by <paramref name="by"/>.
    /// </summary>
    Task<EnrolOutcome> EnrolAsync(
        BeaconEnrolment enrolment, byte[] eidKeyWrapped, string by, DateTimeOffset now,
        CancellationToken cancellationToken);

    /// <summary>The beacon, or null when it is not enrolled.</summary>
    Task<RegisteredBeacon?> FindBeaconAsync(BeaconId id, CancellationToken cancellationToken);

    /// <summary>
    /// Revokes: from the commit of this on, no frame of the beacon commits. False when it is not enrolled.
    /// </summary>
    Task<bool> RevokeAsync(BeaconId id, string requestedBy, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Says what a beacon is called and where it is, in place of what was said; the same again changes nothing.
    /// </summary>
    /// <param name="id">Which.</param>
    /// <param name="place">What is said now.</param>
    /// <param name="admits">Whether what was said may be replaced, asked within the transaction; null: it may.</param>
    /// <param name="by">Who asks, for the audit.</param>
    /// <param name="now">Service time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<PlaceOutcome> PlaceAsync(
        BeaconId id, BeaconPlace place, Func<BeaconPlace, bool>? admits, string by, DateTimeOffset now,
        CancellationToken cancellationToken);

    /// <summary>What was revoked after an epoch. Epochs rise in the order of the commits: none appears later.</summary>
    /// <param name="epoch">The newest one that was seen; null: only tells the newest.</param>
    /// <param name="limit">Most beacons at once; the next call goes on behind them.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    Task<RevocationNews> ReadRevocationsAsync(long? epoch, int limit, CancellationToken cancellationToken);
}

/// <summary>What became of a beacon's new place.</summary>
public enum PlaceOutcome
{
    /// <summary>It has it.</summary>
    Placed,

    /// <summary>No such beacon is enrolled.</summary>
    BeaconUnknown,

    /// <summary>It has another one than the caller read.</summary>
    Changed,
}

/// <summary>What was revoked since an epoch.</summary>
/// <param name="Epoch">The newest that is told here; 0 when nothing was ever revoked.</param>
/// <param name="Beacons">Who was revoked, in order.</param>
public sealed record RevocationNews(long Epoch, IReadOnlyList<BeaconId> Beacons);
