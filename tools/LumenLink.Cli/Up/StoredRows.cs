using System.Data.Common;
using LumenLink.Cli.Provisioning;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace LumenLink.Cli.Up;

/// <summary>One stored sighting.</summary>
/// <param name="WindowOpenUnixMs">When its scan window opened, board time.</param>
/// <param name="Address">48 bits.</param>
/// <param name="RssiDbm">Signal strength.</param>
internal readonly record struct StoredRow(long WindowOpenUnixMs, long Address, int RssiDbm);

/// <summary>Reads the store by SQL of its own, past the service.</summary>
internal sealed class StoredRows : IAsyncDisposable
{
    private const string Query =
        "SELECT window_open_unix_ms, address, rssi_dbm FROM sightings WHERE beacon_id = @beacon AND boot >= @boot";

    private const string CountQuery = """
        SELECT f.seq, coalesce(heard.sightings, 0) FROM frames AS f LEFT JOIN (
            SELECT seq, count(*) AS sightings FROM sightings WHERE beacon_id = @beacon AND boot = @boot GROUP BY seq
            ) AS heard ON heard.seq = f.seq
        WHERE f.beacon_id = @beacon AND f.boot = @boot
        """;

    private readonly DbConnection connection;

    private StoredRows(DbConnection connection) => this.connection = connection;

    /// <summary>The store of a run: PostgreSQL when DATABASE_URL is set, else the folder's SQLite file.</summary>
    public static async Task<StoredRows> OpenAsync(RunFolder folder)
    {
        string? url = Environment.GetEnvironmentVariable("DATABASE_URL");
        DbConnection connection = string.IsNullOrEmpty(url)
            ? new SqliteConnection(new SqliteConnectionStringBuilder
            {
                DataSource = folder.Database,
                Mode = SqliteOpenMode.ReadOnly,
            }.ToString())
            : new NpgsqlConnection(DatabaseSettings.Parse(url, folder.Database).ForService());
        await connection.OpenAsync();
        var rows = new StoredRows(connection);
        if (connection is NpgsqlConnection)
            await rows.ExecuteAsync("SET ROLE lumen_migrate"); // the owner, who sees the rows of all tenants
        return rows;
    }

    /// <summary>The sightings of a beacon since a boot.</summary>
    public async IAsyncEnumerable<StoredRow> OfAsync(string beacon, long boot)
    {
        if (!BeaconId.TryParse(beacon, out BeaconId id))
            throw new UpException($"'{beacon}' in the fleet's report is no beacon id");
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = Query;
        Add(command, "beacon", unchecked((long)id.Value));
        Add(command, "boot", boot);
        await using DbDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            yield return new StoredRow(reader.GetInt64(0), reader.GetInt64(1), Convert.ToInt32(reader.GetValue(2)));
    }

    /// <summary>Sightings of each stored record of a boot, by its number; 0 for a record without any.</summary>
    public async Task<Dictionary<long, long>> CountByRecordAsync(string beacon, long boot)
    {
        if (!BeaconId.TryParse(beacon, out BeaconId id))
            throw new UpException($"'{beacon}' is no beacon id");
        var counts = new Dictionary<long, long>();
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = CountQuery;
        Add(command, "beacon", unchecked((long)id.Value));
        Add(command, "boot", boot);
        await using DbDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            counts.Add(reader.GetInt64(0), reader.GetInt64(1));
        return counts;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private static void Add(DbCommand command, string name, long value)
    {
        DbParameter parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
