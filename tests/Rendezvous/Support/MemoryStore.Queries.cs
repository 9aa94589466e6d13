using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Tests.Rendezvous.Support;

internal sealed partial class MemoryStore
{
    public Task<IReadOnlyList<BeaconView>> ListBeaconsAsync(int tenantId, CancellationToken cancellationToken) =>
        throw new NotSupportedException("queries are not asked here");

    public Task<IReadOnlyList<RosterRow>> ListRosterAsync(
        BeaconId? after, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException("the fleet is not asked here");

    public Task<IReadOnlyList<RosterRow>> ListEnrolledAsync(
        DateTimeOffset since, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException("the fleet is not asked here");

    public Task<IReadOnlyList<StandingRow>> ListStandingsAsync(
        BeaconId? after, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException("the fleet is not asked here");

    public Task<BeaconView?> GetBeaconAsync(int tenantId, BeaconId id, CancellationToken cancellationToken) =>
        throw new NotSupportedException("queries are not asked here");

    public Task<IReadOnlyList<AttestationView>> ListAttestationsAsync(
        int tenantId, BeaconId id, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException("queries are not asked here");

    public Task<IReadOnlyList<EvidenceView>> ListEvidenceAsync(
        int tenantId, BeaconId? after, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException("queries are not asked here");

    public Task<StatusView?> GetStatusAsync(int tenantId, BeaconId id, CancellationToken cancellationToken) =>
        throw new NotSupportedException("queries are not asked here");

    public Task<IReadOnlyList<StatusRecordView>> ListStatusesAsync(
        int tenantId, BeaconId id, StatusFilter filter, CancellationToken cancellationToken) =>
        throw new NotSupportedException("queries are not asked here");

    public Task<IReadOnlyList<SightingView>> ListSightingsAsync(
        int tenantId, SightingFilter filter, CancellationToken cancellationToken) =>
        throw new NotSupportedException("queries are not asked here");

    public Task<IReadOnlyList<HourView>> ListHoursAsync(
        int tenantId, BeaconId id, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        throw new NotSupportedException("queries are not asked here");

    public Task<IReadOnlyList<PresenceView>> ListPresenceAsync(
        int tenantId, DateTimeOffset since, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException("queries are not asked here");

    public Task<IReadOnlyList<CommandView>> ListCommandsAsync(
        int tenantId, BeaconId id, uint? beforeId, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException("queries are not asked here");

    public Task<CommandView?> GetCommandAsync(
        int tenantId, BeaconId id, uint commandId, CancellationToken cancellationToken) =>
        throw new NotSupportedException("queries are not asked here");

    public Task<IReadOnlyList<ConfigurationView>> ListConfigurationsAsync(
        int tenantId, BeaconId id, CancellationToken cancellationToken) =>
        throw new NotSupportedException("queries are not asked here");

    public Task<IReadOnlyList<DiagnosticsView>> ListDiagnosticsAsync(
        int tenantId, BeaconId id, CancellationToken cancellationToken) =>
        throw new NotSupportedException("queries are not asked here");

    public Task<FollowedSighting?> FindSightingAsync(
        int tenantId, long rowId, CancellationToken cancellationToken) =>
        throw new NotSupportedException("queries are not asked here");

    public Task<FollowedBooks> FindBooksAsync(
        int tenantId, RecordName record, DateTimeOffset? receivedAt, CancellationToken cancellationToken) =>
        throw new NotSupportedException("queries are not asked here");

    public Task<IReadOnlyList<FollowedSighting>> ReadSightingsOfAsync(
        int tenantId, RecordName record, DateTimeOffset receivedAt, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException("queries are not asked here");

    public Task<StatusView?> FindStatusOfAsync(
        int tenantId, RecordName record, DateTimeOffset receivedAt, CancellationToken cancellationToken) =>
        throw new NotSupportedException("queries are not asked here");
}
