namespace LumenLink.Rendezvous.Store;

/// <summary>What packs need to last.</summary>
public interface IPackStore
{
    /// <summary>
    /// Raises the version of a tenant's packs by one statement and returns it: over restarts and replicas none is given
    /// twice or goes back. The first is 1.
    /// </summary>
    Task<long> RaisePackVersionAsync(int tenantId, CancellationToken cancellationToken);
}
