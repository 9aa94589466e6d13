using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Store;

/// <summary>Who is enrolled.</summary>
public interface IRegistryStore
{
    /// <summary>
    /// Adds a beacon; a second enrolment of the same key changes nothing, an id collision is refused. eidKeyWrapped is
    /// its sealed EID secret, kept opaque.
    /// </summary>
    Task<EnrolOutcome> EnrolAsync(
        BeaconEnrolment enrolment, byte[] eidKeyWrapped, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The beacon, or null when it is not enrolled.</summary>
    Task<RegisteredBeacon?> FindBeaconAsync(BeaconId id, CancellationToken cancellationToken);

    /// <summary>
    /// Revokes: from the commit of this on, no frame of the beacon commits. False when it is not enrolled.
    /// </summary>
    Task<bool> RevokeAsync(BeaconId id, DateTimeOffset now, CancellationToken cancellationToken);
}
