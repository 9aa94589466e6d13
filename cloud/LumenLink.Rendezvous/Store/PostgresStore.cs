using Npgsql;

namespace LumenLink.Rendezvous.Store;

/// <summary>
/// PostgreSQL. The login of DATABASE_URL owns nothing: each transaction takes the role it needs, lumen_ingest for the
/// pipeline, lumen_api with the tenant's number for reads of the API. Deadlocks and serialization failures are run
/// again.
/// </summary>
internal sealed partial class PostgresStore : SqlStore
{
    private const int MaxAttempts = 5;

    /// <summary>Any number that nobody else's advisory locks use in this database.</summary>
    private const long RevocationLock = 0x4C4C_7265_766F;

    /// <summary>As above.</summary>
    private const long UpkeepLock = 0x4C4C_7570_6B65;

    /// <summary>
    /// Takes the lock if nobody has it. A holder that falls silent in the midst of a transaction or between two loses
    /// its session, and so does one whose machine does not answer any more.
    /// </summary>
    private static readonly string TakeUpkeep = FormattableString.Invariant($"""
        SET idle_session_timeout = {UpkeepPolicy.Silence.TotalMilliseconds};
        SET idle_in_transaction_session_timeout = {UpkeepPolicy.Silence.TotalMilliseconds};
        SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3;
        SELECT pg_try_advisory_lock({UpkeepLock})
        """);

    /// <summary>Classes of SQLSTATE.</summary>
    private const string DataException = "22";
    private const string IntegrityViolation = "23";
    private const string LimitExceeded = "54";

    private static readonly SqlDialect PostgresDialect =
        new(
            ForUpdate: " FOR NO KEY UPDATE", SkipLocked: " FOR UPDATE SKIP LOCKED", TimesAreMilliseconds: false,
            RowStep: "({0} >> 12)", TableOfRow: "tableoid::regclass::text");
    private readonly DatabaseSettings settings;
    private readonly NpgsqlDataSource source;
    private readonly NpgsqlConnection? only;

    /// <summary>A store in the database of these settings.</summary>
    public PostgresStore(DatabaseSettings settings)
        : this(settings, NpgsqlDataSource.Create(settings.ForService()), null)
    {
    }

    private PostgresStore(DatabaseSettings settings, NpgsqlDataSource source, NpgsqlConnection? only)
        : base(PostgresDialect) => (this.settings, this.source, this.only) = (settings, source, only);

    /// <inheritdoc/>
    public override string Engine => "postgresql";

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (only != null)
            await only.DisposeAsync();
        await source.DisposeAsync();
    }

    /// <summary>
    /// The lock is of the session, so the session is of a connection outside the pool, and all work under the lock is
    /// its transactions: PostgreSQL frees the lock after it has rolled them back.
    /// </summary>
    public override async Task<IUpkeepLock?> TryTakeUpkeepAsync(CancellationToken cancellationToken)
    {
        NpgsqlDataSource own = NpgsqlDataSource.Create(settings.ForUpkeep());
        NpgsqlConnection? connection = null;
        try
        {
            connection = await own.OpenConnectionAsync(cancellationToken);
            await using var command = new NpgsqlCommand(TakeUpkeep, connection);
            if (await command.ExecuteScalarAsync(cancellationToken) is true)
                return new PostgresUpkeepLock(new PostgresStore(settings, own, connection), connection);
        }
        catch
        {
            await CloseAsync();
            throw;
        }

        await CloseAsync();
        return null;

        async Task CloseAsync()
        {
            if (connection != null)
                await connection.DisposeAsync();
            await own.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    public override async Task<int> PruneAuditAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        (int)Math.Min(
            (long)await CallAsync("SELECT prune_audit(@arg)", before, cancellationToken), int.MaxValue);

    /// <inheritdoc/>
    protected override bool IsOfOneRow(Exception error) => error is PostgresException { SqlState: { } state }
        && (state.StartsWith(DataException, StringComparison.Ordinal)
            || state.StartsWith(IntegrityViolation, StringComparison.Ordinal));

    /// <inheritdoc/>
    protected override string? ReasonOf(Exception error) =>
        error is PostgresException { SqlState: { } state } refusal && !PassesByItself(refusal)
        && (IsOfOneRow(error) || state == PostgresErrorCodes.RaiseException
            || state.StartsWith(LimitExceeded, StringComparison.Ordinal))
            ? $"SQLSTATE {state}: {refusal.MessageText}"
            : null;

    /// <inheritdoc/>
    protected override Task OrderRevocationsAsync(SqlWork work) =>
        work.Sql($"SELECT pg_advisory_xact_lock({RevocationLock})").ExecuteAsync();

    /// <inheritdoc/>
    protected override IngestWriter CreateWriter(SqlWork work, DateTimeOffset receivedAt) =>
        new PostgresIngestWriter(work, receivedAt);

    /// <inheritdoc/>
    protected override async Task<long> FindVersionAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(ReadVersionAsync, cancellationToken);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.UndefinedTable
            or PostgresErrorCodes.UndefinedObject or PostgresErrorCodes.InsufficientPrivilege
            or PostgresErrorCodes.InvalidParameterValue)
        {
            return 0;
        }
    }

    /// <inheritdoc/>
    protected internal override Task<T> WriteAsync<T>(
        Func<SqlWork, Task<T>> work, CancellationToken cancellationToken) =>
        WriteAsync("lumen_ingest", work, cancellationToken);

    /// <inheritdoc/>
    protected override Task<T> WriteAsOwnerAsync<T>(
        Func<SqlWork, Task<T>> work, CancellationToken cancellationToken) =>
        WriteAsync("lumen_migrate", work, cancellationToken);

    private async Task<T> WriteAsync<T>(
        string role, Func<SqlWork, Task<T>> work, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await TransactAsync(role, null, work, cancellationToken);
            }
            catch (PostgresException error) when (attempt < MaxAttempts && PassesByItself(error))
            {
                // Rolled back whole; the other side went on, so this one can.
            }
        }
    }

    /// <summary>
    /// A conflict with another transaction; also a row on its way into the default partition while the partition of
    /// its day was attached.
    /// </summary>
    private static bool PassesByItself(PostgresException error) => error.SqlState
        is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
        || error is { SqlState: PostgresErrorCodes.CheckViolation, TableName: "sightings_default" };

    /// <inheritdoc/>
    protected override Task<T> ReadAsync<T>(Func<SqlWork, Task<T>> work, CancellationToken cancellationToken) =>
        TransactAsync("lumen_ingest", null, work, cancellationToken);

    /// <inheritdoc/>
    protected override Task<T> ReadTenantAsync<T>(
        int tenantId, Func<SqlWork, Task<T>> work, CancellationToken cancellationToken) =>
        TransactAsync("lumen_api", tenantId, work, cancellationToken);

    private async Task<T> TransactAsync<T>(
        string role, int? tenantId, Func<SqlWork, Task<T>> work, CancellationToken cancellationToken)
    {
        if (only != null)
            return await TransactAsync(only, role, tenantId, work, cancellationToken);
        await using NpgsqlConnection connection = await source.OpenConnectionAsync(cancellationToken);
        return await TransactAsync(connection, role, tenantId, work, cancellationToken);
    }

    private static async Task<T> TransactAsync<T>(
        NpgsqlConnection connection, string role, int? tenantId, Func<SqlWork, Task<T>> work,
        CancellationToken cancellationToken)
    {
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await EnterAsync(connection, transaction, role, tenantId, cancellationToken);
        T result = await work(new SqlWork(connection, transaction, PostgresDialect, cancellationToken));
        await transaction.CommitAsync(CancellationToken.None);
        return result;
    }

    /// <summary>
    /// Role and tenant, for this transaction only; and a commit that returns is on disk, whatever the default is.
    /// </summary>
    private static async Task EnterAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string role, int? tenantId,
        CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"SET LOCAL ROLE {role}"));
        batch.BatchCommands.Add(tenantId is { } tenant
            ? new NpgsqlBatchCommand("SELECT set_config('lumen.tenant_id', $1::text, true)")
            {
                Parameters = { new() { Value = tenant } },
            }
            : new NpgsqlBatchCommand("""
                SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'
                """));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<object> CallAsync(string text, object argument, CancellationToken cancellationToken) =>
        await WriteAsync(
            async work =>
            {
                await using var command = new NpgsqlCommand(text, (NpgsqlConnection)work.Connection);
                command.Parameters.AddWithValue("arg", argument);
                return (await command.ExecuteScalarAsync(work.CancellationToken))!;
            },
            cancellationToken);
}
