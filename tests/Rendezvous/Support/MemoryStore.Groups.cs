using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Tests.Rendezvous.Support;

internal sealed partial class MemoryStore
{
    public Task<EnrolmentGroup?> FindGroupAsync(int tenantId, string name, CancellationToken cancellationToken) =>
        Task.FromResult<EnrolmentGroup?>(null);

    public Task<(GroupOutcome Outcome, EnrolmentGroup? Group)> AddGroupAsync(
        EnrolmentGroup group, string by, CancellationToken cancellationToken) => throw NoGroups();

    public Task<IReadOnlyList<EnrolmentGroup>> ListGroupsAsync(int tenantId, CancellationToken cancellationToken) =>
        throw NoGroups();

    public Task<EnrolmentGroup?> CloseGroupAsync(
        int tenantId, string name, string by, DateTimeOffset now, CancellationToken cancellationToken) =>
        throw NoGroups();

    public Task<EnrolmentGroup?> WeighGroupAsync(
        int tenantId, string name, IReadOnlyDictionary<string, int> regions, string by, DateTimeOffset now,
        CancellationToken cancellationToken) => throw NoGroups();

    private static NotSupportedException NoGroups() => new("groups are the real stores' business");
}
