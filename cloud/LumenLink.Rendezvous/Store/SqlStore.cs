using System.Data.Common;
using System.Net.Sockets;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store.Migrations;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Store;

/// <summary>
/// What both engines share: the statements and the rules. One rule carries the rest: **the beacon's row is the lock**.
/// Whatever changes a beacon's sessions, revocation, records or marks first locks its row in beacons, several of them
/// in order of id; so a commit and a revocation, or two commits of one beacon, happen one after the other.
/// </summary>
internal abstract partial class SqlStore : IRendezvousStore
{
    private readonly SqlDialect dialect;

    /// <summary>A store that speaks this dialect.</summary>
    protected SqlStore(SqlDialect dialect)
    {
        this.dialect = dialect;
        verdicts = new GroupCommit<VerdictRow, VerdictCommit>(
            TrustPolicy.VerdictsAtOnce, CommitVerdictsAsync, IsOfOneRow);
    }

    /// <inheritdoc/>
    public abstract string Engine { get; }

    /// <inheritdoc/>
    public async Task<StoreHealth> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            long version = await FindVersionAsync(cancellationToken);
            return version == SchemaVersion.Current ? StoreHealth.Ok
                : version < SchemaVersion.Current ? StoreHealth.SchemaTooOld
                : StoreHealth.SchemaTooNew;
        }
        catch (Exception error) when (error is DbException or IOException or SocketException or TimeoutException
            or UnauthorizedAccessException)
        {
            return StoreHealth.Unreachable;
        }
    }

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <inheritdoc/>
    public abstract Task<int> RetainAsync(DateTimeOffset now, TimeSpan retention, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract Task<IUpkeepLock?> TryTakeUpkeepAsync(CancellationToken cancellationToken);

    /// <summary>Version of the schema; 0 when there is none.</summary>
    protected abstract Task<long> FindVersionAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Runs work in one durable transaction of the pipeline and commits it; a failure rolls all of it back. Work may be
    /// run again after a deadlock, so it keeps its results to itself until this returns.
    /// </summary>
    protected internal abstract Task<T> WriteAsync<T>(Func<SqlWork, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>Runs one read of the pipeline.</summary>
    protected abstract Task<T> ReadAsync<T>(Func<SqlWork, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>
    /// Runs one read that can see this tenant's rows only (SQLite: sees what the statement's own filter lets).
    /// </summary>
    protected abstract Task<T> ReadTenantAsync<T>(
        int tenantId, Func<SqlWork, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>
    /// The highest version applied, newer ones left out that only add: a build before them goes on as it did.
    /// </summary>
    protected static async Task<long> ReadVersionAsync(SqlWork work) =>
        (await work
            .Sql($"""
                SELECT coalesce(max(version), 0) FROM {SchemaVersionTable.Name}
                WHERE version <= @known OR description IS NULL OR description NOT LIKE '{ExpandsAttribute.Mark}%'
                """)
            .With("known", SchemaVersion.Current).ListAsync(row => row.Long(0)))[0];

    /// <summary>The start of the UTC day before which sightings are past retention: days leave whole.</summary>
    protected static DateTimeOffset CutoffOf(DateTimeOffset now, TimeSpan retention) =>
        new((now - retention).UtcDateTime.Date, TimeSpan.Zero);

    /// <summary>A beacon id as a column holds it.</summary>
    internal static long ToColumn(BeaconId id) => unchecked((long)id.Value);

    /// <summary>A column as a beacon id.</summary>
    protected static BeaconId ToBeaconId(long column) => new(unchecked((ulong)column));

    /// <summary>Takes the beacon's lock until the end of the transaction; null when it is not enrolled.</summary>
    private async Task<LockedBeacon?> LockBeaconAsync(SqlWork work, BeaconId id) => await work
        .Sql($"""
            SELECT tenant_id, revoked_at, attested_boot, attested_at FROM beacons
            WHERE beacon_id = @beacon{dialect.ForUpdate}
            """)
        .With("beacon", ToColumn(id))
        .FirstAsync(row => new LockedBeacon(row.Int(0), !row.IsNull(1), row.UInt(2), row.TimeOrNull(3)));

}

/// <summary>What the registry says of a beacon whose row is locked.</summary>
/// <param name="TenantId">Whose it is.</param>
/// <param name="IsRevoked">True once it is revoked.</param>
/// <param name="AttestedBoot">The highest boot that was accepted.</param>
/// <param name="AttestedAt">When one was accepted last.</param>
internal sealed record LockedBeacon(
    int TenantId, bool IsRevoked, uint AttestedBoot, DateTimeOffset? AttestedAt);
