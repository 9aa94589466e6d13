using LumenLink.Protocol;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Follow;

/// <summary>Everything that the store keeps of one record.</summary>
/// <param name="Name">The record.</param>
/// <param name="Beacon">Its beacon.</param>
/// <param name="At">Time of its commit.</param>
/// <param name="Followed">The sighting that is followed; null when it is the record.</param>
/// <param name="Sightings">All sightings of the record.</param>
/// <param name="Status">The status that it told.</param>
/// <param name="Books">What the pipeline's books say.</param>
internal sealed record JourneyFacts(
    RecordName Name, BeaconView Beacon, DateTimeOffset At, FollowedSighting? Followed,
    IReadOnlyList<FollowedSighting> Sightings, StatusView? Status, FollowedBooks Books)
{
    /// <summary>The record's kind; by its rows when its identity is not kept any more.</summary>
    public RecordKind Kind => Books.Record is { } record
        ? (RecordKind)record.Kind
        : Status is not null ? RecordKind.Status : RecordKind.Report;
}

/// <summary>Follows a record through the store: the one source of the API's call and of the dashboard's page.</summary>
internal sealed class Journeys(IQueryStore query, IFollowStore follow)
{
    /// <summary>As many sightings as one record can hold: a radio each, windows, addresses.</summary>
    internal const int MaxSightings = 2 * WireLimits.MaxWindowsPerBlock * WireLimits.MaxAddressesPerBlock;

    /// <summary>The journey; null when the tenant has no such sighting or record, or not any more.</summary>
    public async Task<Journey?> FollowAsync(int tenantId, JourneyId id, CancellationToken cancellationToken)
    {
        FollowedSighting? followed = id.Sighting is { } row
            ? await follow.FindSightingAsync(tenantId, row, cancellationToken)
            : null;
        if ((followed?.Record ?? id.Record) is not { } name
            || await query.GetBeaconAsync(tenantId, name.Beacon, cancellationToken) is not { } beacon)
            return null;
        FollowedBooks books =
            await follow.FindBooksAsync(tenantId, name, followed?.View.ReceivedAt, cancellationToken);
        if ((followed?.View.ReceivedAt ?? books.Record?.ReceivedAt) is not { } at)
            return null;
        return JourneySteps.Of(new JourneyFacts(
            name, beacon, at, followed,
            await follow.ReadSightingsOfAsync(tenantId, name, at, MaxSightings, cancellationToken),
            await follow.FindStatusOfAsync(tenantId, name, at, cancellationToken), books));
    }
}
