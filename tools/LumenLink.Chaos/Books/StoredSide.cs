using LumenLink.Simulator.Fleet;
using Npgsql;

namespace LumenLink.Chaos.Books;

/// <summary>What the database has of a record.</summary>
/// <param name="Rows">Rows of the record itself.</param>
/// <param name="IsRefused">Whether it was refused for good.</param>
/// <param name="Sums">Its rows of sightings.</param>
internal readonly record struct StoredRecord(long Rows, bool IsRefused, RecordSums Sums);

/// <summary>What the database says when all is over.</summary>
/// <param name="Records">Records with at least one row, of either table.</param>
/// <param name="Complaints">Counts of the database that contradict its rows.</param>
internal sealed record StoredSide(
    IReadOnlyDictionary<RecordId, StoredRecord> Records, IReadOnlyList<string> Complaints)
{
    private const string RecordsSql =
        "SELECT beacon_id, boot, seq, count(*), max(refused) FROM frames GROUP BY 1, 2, 3";

    private const string SightingsSql = """
        SELECT beacon_id, boot, seq, count(*), sum(address)::bigint, sum(rssi_dbm)::bigint
        FROM sightings GROUP BY 1, 2, 3
        """;

    /// <summary>Beacons whose counters are not what their rows are.</summary>
    private const string CountersSql = """
        SELECT a.beacon_id, a.record_count, coalesce(f.n, 0), a.sighting_count, coalesce(s.n, 0)
        FROM beacon_activity AS a
            LEFT JOIN (SELECT beacon_id, count(*) AS n FROM frames WHERE refused = 0 GROUP BY 1) AS f USING (beacon_id)
            LEFT JOIN (SELECT beacon_id, count(*) AS n FROM sightings GROUP BY 1) AS s USING (beacon_id)
        WHERE a.record_count <> coalesce(f.n, 0) OR a.sighting_count <> coalesce(s.n, 0)
        """;

    /// <summary>Reads it, past the service.</summary>
    /// <param name="connection">Of somebody who sees all rows.</param>
    public static async Task<StoredSide> ReadAsync(NpgsqlConnection connection)
    {
        Dictionary<RecordId, StoredRecord> records = [];
        List<string> complaints = [];
        await using (NpgsqlCommand path = new("SET search_path = lumen", connection))
            await path.ExecuteNonQueryAsync();
        await ReadAsync(connection, RecordsSql, row =>
            records[IdOf(row)] = new StoredRecord(row.GetInt64(3), row.GetInt16(4) != 0, default));
        await ReadAsync(connection, SightingsSql, row =>
            records[IdOf(row)] = records.GetValueOrDefault(IdOf(row)) with
            {
                Sums = new RecordSums(row.GetInt64(3), row.GetInt64(4), row.GetInt64(5)),
            });
        await ReadAsync(connection, CountersSql, row => complaints.Add(
            FormattableString.Invariant($"beacon {row.GetInt64(0):x16} counts {row.GetInt64(1)} records and ")
            + FormattableString.Invariant($"{row.GetInt64(3)} sightings, its rows are {row.GetInt64(2)} and ")
            + FormattableString.Invariant($"{row.GetInt64(4)}")));
        return new StoredSide(records, complaints);
    }

    private static RecordId IdOf(NpgsqlDataReader row) => new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));

    private static async Task ReadAsync(NpgsqlConnection connection, string sql, Action<NpgsqlDataReader> take)
    {
        await using NpgsqlCommand command = new(sql, connection) { CommandTimeout = 0 };
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) take(reader);
    }
}
