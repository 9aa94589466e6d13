namespace LumenLink.Rendezvous.Store;

/// <summary>
/// Everything durable, behind one interface: SQLite (one tenant, one process) and PostgreSQL answer alike and pass the
/// same conformance suite. Times are the caller's, so that tests move them.
/// </summary>
public interface IRendezvousStore : IRegistryStore, IGroupStore, ITrustStore, IIngestStore, IControlStore,
    IQueryStore, IPackStore, ISealedStore, IAlarmStore, IPoisonStore, IAuditStore, IApiKeyStore, IUpkeepStore,
    IFleetStore, IFollowStore, IWebhookStore, IAsyncDisposable
{
    /// <summary>"sqlite" or "postgresql", for labels.</summary>
    string Engine { get; }

    /// <summary>
    /// Asks the database a real question and compares the schema version. Never throws for a sick database.
    /// </summary>
    Task<StoreHealth> CheckAsync(CancellationToken cancellationToken);
}

/// <summary>Answer to a store health check.</summary>
public enum StoreHealth
{
    /// <summary>Reachable, schema as this build expects.</summary>
    Ok,

    /// <summary>Does not answer.</summary>
    Unreachable,

    /// <summary>The schema is older than this build needs: run the migrate command.</summary>
    SchemaTooOld,

    /// <summary>The schema is newer than this build knows, by more than additions.</summary>
    SchemaTooNew,
}
