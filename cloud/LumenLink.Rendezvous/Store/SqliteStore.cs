using System.Data.Common;
using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Store.Migrations;
using Microsoft.Data.Sqlite;

namespace LumenLink.Rendezvous.Store;

/// <summary>
/// SQLite: WAL, every commit on disk before it returns (synchronous FULL), one writer connection behind a lock, readers
/// from a pool that never wait for it. One process serves it; the command line may write beside it.
/// </summary>
internal sealed class SqliteStore : SqlStore
{
    private const int BusyTimeoutS = 10;
    private const int TooBig = 18;
    private const int ConstraintViolated = 19;
    private const int Mismatch = 20;
    private const int ForgetAtOnce = 20_000;
    internal static readonly SqlDialect Dialect = new(
        ForUpdate: "", SkipLocked: "", TimesAreMilliseconds: true, RowStep: "{0}", TableOfRow: "'sightings'");
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly string path;
    private readonly string readers;
    private SqliteConnection? writer;

    /// <summary>A store in the file at this path, which the migrate command makes.</summary>
    public SqliteStore(string path)
        : base(Dialect)
    {
        this.path = path;
        readers = ConnectionString(pooling: true);
    }

    /// <inheritdoc/>
    public override string Engine => "sqlite";

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await writing.WaitAsync();
        await CloseWriterAsync();
        await using (var pooled = new SqliteConnection(readers))
            SqliteConnection.ClearPool(pooled);
        writing.Dispose();
    }

    /// <inheritdoc/>
    public override Task<IUpkeepLock?> TryTakeUpkeepAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IUpkeepLock?>(new SoleUpkeep(this));

    /// <inheritdoc/>
    public override async Task<int> RetainAsync(
        DateTimeOffset now, TimeSpan retention, CancellationToken cancellationToken)
    {
        DateTimeOffset cutoff = CutoffOf(now, retention);
        int gone = 0;
        foreach (DateOnly day in await ListDaysBeforeAsync(cutoff, cancellationToken))
            await RollUpDayAsync(day, cancellationToken);
        for (int last = ForgetAtOnce; last == ForgetAtOnce; gone += last)
            last = await WriteAsync(work => ForgetSomeAsync(work, cutoff), cancellationToken);
        await ForgetDiagnosticsAsync(cutoff, cancellationToken);
        await PruneIdentitiesAsync(cutoff, cancellationToken);
        return gone;
    }

    /// <inheritdoc/>
    public override Task<int> PruneAuditAsync(DateTimeOffset before, CancellationToken cancellationToken) => WriteAsync(
        async work =>
        {
            List<AuditCut> cuts = await work
                .Sql("""
                    SELECT chain_id, number, head_id, kind FROM audit_heads AS h WHERE at < @before AND NOT EXISTS (
                        SELECT 1 FROM audit_heads WHERE chain_id = h.chain_id AND at < @before
                            AND (number > h.number OR number = h.number AND head_id > h.head_id))
                    """)
                .With("before", before)
                .ListAsync(row => new AuditCut(row.Text(0), row.Long(1), row.Long(2), row.Text(3)));
            int gone = 0;
            foreach (AuditCut cut in cuts)
                gone += await PruneChainAsync(work, cut);
            return gone;
        },
        cancellationToken);

    /// <summary>As roll_up_hour does in PostgreSQL.</summary>
    protected override Task RollUpHourAsync(SqlWork work, DateTimeOffset hour) => work
        .Sql("""
            INSERT INTO beacon_hours (beacon_id, hour, tenant_id, records, sightings)
            SELECT beacon_id, @from, tenant_id, sum(records), sum(sightings)
            FROM (
                SELECT beacon_id, tenant_id, count(*) AS records, 0 AS sightings FROM frames
                WHERE received_at >= @from AND received_at < @to GROUP BY beacon_id, tenant_id
                UNION ALL
                SELECT beacon_id, tenant_id, 0, count(*) FROM sightings
                WHERE received_at >= @from AND received_at < @to GROUP BY beacon_id, tenant_id
            ) AS counted
            WHERE true GROUP BY beacon_id, tenant_id
            ON CONFLICT (beacon_id, hour) DO UPDATE SET
                records = max(records, excluded.records), sightings = max(sightings, excluded.sightings)
            """)
        .With("from", hour).With("to", hour.AddHours(1)).ExecuteAsync();

    /// <inheritdoc/>
    protected override bool IsOfOneRow(Exception error) =>
        error is SqliteException { SqliteErrorCode: ConstraintViolated };

    /// <inheritdoc/>
    protected override string? ReasonOf(Exception error) =>
        error is SqliteException { SqliteErrorCode: TooBig or ConstraintViolated or Mismatch } refusal
            ? refusal.Message
            : null;

    /// <summary>The one writer is the order.</summary>
    protected override Task OrderRevocationsAsync(SqlWork work) => Task.CompletedTask;

    /// <inheritdoc/>
    protected override IngestWriter CreateWriter(SqlWork work, DateTimeOffset receivedAt) =>
        new SqliteIngestWriter(work, receivedAt);

    /// <inheritdoc/>
    protected override async Task<long> FindVersionAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            return 0;
        return await ReadAsync(
            async work =>
            {
                List<long> tables = await work.Sql("SELECT count(*) FROM sqlite_master WHERE name = @name")
                    .With("name", SchemaVersionTable.Name).ListAsync(row => row.Long(0));
                return tables[0] == 0 ? 0 : await ReadVersionAsync(work);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    protected internal override async Task<T> WriteAsync<T>(
        Func<SqlWork, Task<T>> work, CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            writer ??= await OpenWriterAsync(cancellationToken);
            await using SqliteTransaction transaction = writer.BeginTransaction(deferred: false);
            T result = await work(new SqlWork(writer, transaction, Dialect, cancellationToken));
            await transaction.CommitAsync(CancellationToken.None);
            return result;
        }
        catch (SqliteException)
        {
            await CloseWriterAsync();
            throw;
        }
        finally
        {
            writing.Release();
        }
    }

    /// <inheritdoc/>
    protected override Task<T> WriteAsOwnerAsync<T>(
        Func<SqlWork, Task<T>> work, CancellationToken cancellationToken) => WriteAsync(work, cancellationToken);

    /// <inheritdoc/>
    protected override async Task<T> ReadAsync<T>(Func<SqlWork, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = new SqliteConnection(readers);
        await connection.OpenAsync(cancellationToken);
        await PragmaAsync(connection, "PRAGMA query_only = ON", cancellationToken);
        return await work(new SqlWork(connection, null, Dialect, cancellationToken));
    }

    /// <inheritdoc/>
    protected override Task<T> ReadTenantAsync<T>(
        int tenantId, Func<SqlWork, Task<T>> work, CancellationToken cancellationToken) =>
        ReadAsync(work, cancellationToken);

    private static async Task PragmaAsync(SqliteConnection connection, string text, CancellationToken cancellationToken)
    {
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = text;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The days of which something is about to go.</summary>
    private async Task<List<DateOnly>> ListDaysBeforeAsync(
        DateTimeOffset cutoff, CancellationToken cancellationToken) => await ReadAsync(
        async work =>
        {
            List<DateTimeOffset?> oldest = await work.Sql("SELECT min(received_at) FROM sightings")
                .ListAsync(row => row.TimeOrNull(0));
            List<DateOnly> days = [];
            DateOnly end = DateOnly.FromDateTime(cutoff.UtcDateTime);
            for (DateOnly day = oldest[0] is { } at ? DateOnly.FromDateTime(at.UtcDateTime) : end; day < end;
                day = day.AddDays(1))
                days.Add(day);
            return days;
        },
        cancellationToken);

    private static async Task<int> ForgetSomeAsync(SqlWork work, DateTimeOffset cutoff)
    {
        List<long> heardBy = await work
            .Sql($"""
                DELETE FROM sightings WHERE row_id IN (
                    SELECT row_id FROM sightings WHERE received_at < @before ORDER BY received_at LIMIT {ForgetAtOnce})
                RETURNING beacon_id
                """)
            .With("before", cutoff).ListAsync(row => row.Long(0));
        foreach ((long beacon, int count) in heardBy.CountBy(beacon => beacon))
        {
            await work.Sql("UPDATE beacon_activity SET sighting_count = sighting_count - @n WHERE beacon_id = @beacon")
                .With("n", count).With("beacon", beacon).ExecuteAsync();
        }
        return heardBy.Count;
    }

    /// <summary>As prune_audit does in PostgreSQL.</summary>
    private static async Task<int> PruneChainAsync(SqlWork work, AuditCut cut)
    {
        int gone = await On("DELETE FROM audit_entries WHERE chain_id = @chain AND number <= @number");
        await On("""
            DELETE FROM audit_heads WHERE chain_id = @chain
                AND (number < @number OR number = @number AND head_id < @head)
            """);
        if (cut.Kind == AuditHeadKind.Hourly.Text())
            return gone;
        await On("""
            DELETE FROM audit_heads WHERE head_id = @head
                AND NOT EXISTS (SELECT 1 FROM audit_heads WHERE chain_id = @chain AND head_id <> @head)
                AND NOT EXISTS (SELECT 1 FROM audit_entries WHERE chain_id = @chain)
            """);
        await On("""
            DELETE FROM audit_chains WHERE chain_id = @chain
                AND NOT EXISTS (SELECT 1 FROM audit_heads WHERE chain_id = @chain)
                AND NOT EXISTS (SELECT 1 FROM audit_entries WHERE chain_id = @chain)
            """);
        return gone;

        Task<int> On(string text) => work.Sql(text)
            .With("chain", cut.Chain).With("number", cut.Number).With("head", cut.HeadId).ExecuteAsync();
    }

    private async Task<SqliteConnection> OpenWriterAsync(CancellationToken cancellationToken)
    {
        var opened = new SqliteConnection(ConnectionString(pooling: false));
        await opened.OpenAsync(cancellationToken);
        await PragmaAsync(opened, "PRAGMA journal_mode = WAL", cancellationToken);
        await PragmaAsync(opened, "PRAGMA synchronous = FULL", cancellationToken);
        return opened;
    }

    private async Task CloseWriterAsync()
    {
        if (writer != null)
            await writer.DisposeAsync();
        writer = null;
    }

    private string ConnectionString(bool pooling) => new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = SqliteOpenMode.ReadWrite,
        ForeignKeys = true,
        DefaultTimeout = BusyTimeoutS,
        Pooling = pooling,
    }.ConnectionString;

    /// <summary>The newest head of a chain from before some time.</summary>
    private sealed record AuditCut(string Chain, long Number, long HeadId, string Kind);
}
