using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Store;

/// <summary>Enrolment groups. Boards take their places by <see cref="IRegistryStore.EnrolAsync"/>.</summary>
public interface IGroupStore
{
    /// <summary>Adds a group. When one has its name, that one is given back and nothing changes.</summary>
    Task<(GroupOutcome Outcome, EnrolmentGroup? Group)> AddGroupAsync(
        EnrolmentGroup group, string by, CancellationToken cancellationToken);

    /// <summary>The group of this name, or null.</summary>
    Task<EnrolmentGroup?> FindGroupAsync(int tenantId, string name, CancellationToken cancellationToken);

    /// <summary>All groups of a tenant, in order of name.</summary>
    Task<IReadOnlyList<EnrolmentGroup>> ListGroupsAsync(int tenantId, CancellationToken cancellationToken);

    /// <summary>Closes a group; once it is closed, nothing changes. Null when there is none.</summary>
    Task<EnrolmentGroup?> CloseGroupAsync(
        int tenantId, string name, string by, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Gives a group other weights; enrolled boards stay where they are. Null when there is none.</summary>
    Task<EnrolmentGroup?> WeighGroupAsync(
        int tenantId, string name, IReadOnlyDictionary<string, int> regions, string by, DateTimeOffset now,
        CancellationToken cancellationToken);
}
