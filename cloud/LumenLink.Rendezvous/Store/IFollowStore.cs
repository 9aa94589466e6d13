using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Store;

/// <summary>A record's identity, for ever (shared-protocol/README.md section 4).</summary>
/// <param name="Beacon">Who made it.</param>
/// <param name="Boot">In which boot.</param>
/// <param name="Sequence">Its number within the boot.</param>
public sealed record RecordName(BeaconId Beacon, uint Boot, uint Sequence)
{
    /// <summary>The text form: beacon:boot:sequence.</summary>
    public override string ToString() => FormattableString.Invariant($"{Beacon}:{Boot}:{Sequence}");
}

/// <summary>A row of sightings, whole.</summary>
/// <param name="Record">The record that told of it.</param>
/// <param name="View">As it is listed.</param>
/// <param name="DurationMs">Length of its window.</param>
/// <param name="AddressType">As on the wire.</param>
/// <param name="Table">The table, or the partition, that holds it.</param>
public sealed record FollowedSighting(
    RecordName Record, SightingView View, int DurationMs, byte AddressType, string Table);

/// <summary>The row of a record's identity.</summary>
/// <param name="Kind">Its kind as it was sent.</param>
/// <param name="Refused">Why it was refused, or none.</param>
/// <param name="ReceivedAt">Time of its commit.</param>
/// <param name="Fingerprint">First 8 bytes of SHA-256 of what came, little-endian; null if not kept.</param>
public sealed record FollowedRecord(byte Kind, RefusalReason Refused, DateTimeOffset ReceivedAt, long? Fingerprint);

/// <summary>The marks of a record's boot.</summary>
/// <param name="SettledThrough">Every sequence up to here is settled: what receipts say.</param>
/// <param name="PrunedThrough">Sequences up to here are known without a row.</param>
public sealed record FollowedMarks(uint SettledThrough, uint PrunedThrough);

/// <summary>A session, without its keys.</summary>
/// <param name="Id">Its id on the wire.</param>
/// <param name="Boot">The boot that attested for it.</param>
/// <param name="CreatedAt">When it was granted.</param>
/// <param name="ExpiresAt">When it ends at the latest.</param>
/// <param name="ConfirmedAt">When the first frame under it was stored.</param>
/// <param name="TickZeroUnixMs">Service time at tick 0 of the boot.</param>
public sealed record FollowedSession(
    uint Id, uint Boot, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset ConfirmedAt,
    long TickZeroUnixMs);

/// <summary>What the pipeline's books say of a record; null for what they do not keep, or not any more.</summary>
/// <param name="Record">Its identity.</param>
/// <param name="Marks">The marks of its boot.</param>
/// <param name="Session">The beacon's session in force when it was stored.</param>
public sealed record FollowedBooks(FollowedRecord? Record, FollowedMarks? Marks, FollowedSession? Session);

/// <summary>Reads by which one record is followed through the store; the tenant is always named.</summary>
public interface IFollowStore
{
    /// <summary>The sighting of this row, or null.</summary>
    Task<FollowedSighting?> FindSightingAsync(int tenantId, long rowId, CancellationToken cancellationToken);

    /// <summary>
    /// The pipeline's own books about a record. The API's role does not read them, so the caller has seen the beacon
    /// with that role first; every statement names the tenant nevertheless.
    /// </summary>
    /// <param name="tenantId">Whose.</param>
    /// <param name="record">Which.</param>
    /// <param name="receivedAt">Time of its commit if that is known from a row of it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<FollowedBooks> FindBooksAsync(
        int tenantId, RecordName record, DateTimeOffset? receivedAt, CancellationToken cancellationToken);

    /// <summary>The sightings of a record in order of their rows.</summary>
    Task<IReadOnlyList<FollowedSighting>> ReadSightingsOfAsync(
        int tenantId, RecordName record, DateTimeOffset receivedAt, int limit, CancellationToken cancellationToken);

    /// <summary>The status that a record told, or null.</summary>
    Task<StatusView?> FindStatusOfAsync(
        int tenantId, RecordName record, DateTimeOffset receivedAt, CancellationToken cancellationToken);
}
