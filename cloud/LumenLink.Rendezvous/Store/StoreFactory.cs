namespace LumenLink.Rendezvous.Store;

/// <summary>
/// The way from settings to a store. Nothing is opened before the first call; nothing is ever migrated.
/// </summary>
internal static class StoreFactory
{
    /// <summary>The store of these settings; the caller disposes it.</summary>
    public static IRendezvousStore Create(DatabaseSettings settings) => settings.Engine == StoreEngine.Sqlite
        ? new SqliteStore(settings.SqlitePath)
        : new PostgresStore(settings);
}
