using System.Data.Common;
using System.Globalization;

namespace LumenLink.Rendezvous.Store;

/// <summary>What differs between the engines in statements that both run.</summary>
/// <param name="ForUpdate">Ends a SELECT that locks its rows; empty where the one writer is the lock.</param>
/// <param name="SkipLocked">Ends a SELECT that locks its rows and leaves out those that are locked.</param>
/// <param name="TimesAreMilliseconds">Times are stored as unix milliseconds, not as timestamps.</param>
/// <param name="RowStep">
/// How sightings are in their indexes: {0} is row_id, and rows of one step are in no order there.
/// </param>
/// <param name="TableOfRow">Names the table that a row of sightings lies in.</param>
internal sealed record SqlDialect(
    string ForUpdate, string SkipLocked, bool TimesAreMilliseconds, string RowStep, string TableOfRow)
{
    /// <summary>The step of a row id, of a column or a parameter.</summary>
    public string StepOf(string rowId) => string.Format(CultureInfo.InvariantCulture, RowStep, rowId);
}

/// <summary>One unit of work on an open connection; statements run in its transaction.</summary>
internal sealed class SqlWork(
    DbConnection connection, DbTransaction? transaction, SqlDialect dialect, CancellationToken cancellationToken)
{
    /// <summary>The connection, for what only one engine can do.</summary>
    public DbConnection Connection => connection;

    /// <summary>Stops the unit of work.</summary>
    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>Engine differences.</summary>
    public SqlDialect Dialect => dialect;

    /// <summary>A statement with parameters named @name.</summary>
    public SqlStatement Sql(string text)
    {
        DbCommand command = connection.CreateCommand();
        command.CommandText = text;
        command.Transaction = transaction;
        return new SqlStatement(command, dialect, cancellationToken);
    }
}

/// <summary>
/// A statement: parameters, then one run; or prepared, and run many times with the parameters set anew.
/// </summary>
internal sealed class SqlStatement(DbCommand command, SqlDialect dialect, CancellationToken cancellationToken)
    : IAsyncDisposable
{
    /// <summary>Sets a parameter. Times are cut to milliseconds, so that the engines answer alike.</summary>
    public SqlStatement With(string name, object? value)
    {
        object stored = value switch
        {
            null => DBNull.Value,
            DateTimeOffset time when dialect.TimesAreMilliseconds => time.ToUnixTimeMilliseconds(),
            DateTimeOffset time => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds()),
            uint number => (long)number,
            _ => value,
        };
        if (command.Parameters.Contains(name))
        {
            command.Parameters[name].Value = stored;
            return this;
        }
        DbParameter parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = stored;
        command.Parameters.Add(parameter);
        return this;
    }

    /// <summary>Runs it once; returns the number of rows it changed.</summary>
    public async Task<int> ExecuteAsync()
    {
        await using (command)
            return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Runs it, to be run again.</summary>
    public Task<int> ExecuteAgainAsync() => command.ExecuteNonQueryAsync(cancellationToken);

    /// <summary>Runs it, to be run again; returns the rows.</summary>
    public async Task<List<T>> ListAgainAsync<T>(Func<SqlRow, T> read)
    {
        var rows = new List<T>();
        await using DbDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(read(new SqlRow(reader, dialect)));
        return rows;
    }

    /// <summary>Runs it once; returns the rows.</summary>
    public async Task<List<T>> ListAsync<T>(Func<SqlRow, T> read)
    {
        await using (command)
            return await ListAgainAsync(read);
    }

    /// <summary>Runs it once; returns the first row, or null.</summary>
    public async Task<T?> FirstAsync<T>(Func<SqlRow, T> read)
        where T : class => (await ListAsync(read)).FirstOrDefault();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => command.DisposeAsync();
}

/// <summary>The row a reader stands on; columns by position, in the order of the SELECT.</summary>
internal readonly struct SqlRow(DbDataReader reader, SqlDialect dialect)
{
    public long Long(int column) => reader.GetInt64(column);

    public int Int(int column) => (int)reader.GetInt64(column);

    public uint UInt(int column) => (uint)reader.GetInt64(column);

    public string Text(int column) => reader.GetString(column);

    public byte[] Bytes(int column) => reader.GetFieldValue<byte[]>(column);

    public bool IsNull(int column) => reader.IsDBNull(column);

    public long? LongOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    public DateTimeOffset Time(int column) => dialect.TimesAreMilliseconds
        ? DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(column))
        : reader.GetFieldValue<DateTimeOffset>(column);

    public DateTimeOffset? TimeOrNull(int column) => reader.IsDBNull(column) ? null : Time(column);
}
