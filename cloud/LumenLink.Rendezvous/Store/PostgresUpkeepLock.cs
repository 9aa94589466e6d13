using System.Data;
using Npgsql;

namespace LumenLink.Rendezvous.Store;

/// <summary>A session of PostgreSQL that has the upkeep's lock.</summary>
/// <param name="store">The store over its connection.</param>
/// <param name="connection">The connection.</param>
internal sealed class PostgresUpkeepLock(PostgresStore store, NpgsqlConnection connection) : IUpkeepLock
{
    /// <inheritdoc/>
    public IRendezvousStore Store => store;

    /// <inheritdoc/>
    public bool IsHeld => connection.State == ConnectionState.Open;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => store.DisposeAsync();
}
