using Npgsql;
using NpgsqlTypes;

namespace LumenLink.Bench.Ingest;

/// <summary>A row of the table of sightings, without the number that the table gives it.</summary>
internal readonly record struct SightingRow(
    int TenantId, long Beacon, long Boot, long Sequence, DateTime ReceivedAt, long WindowOpenUnixMs, int DurationMs,
    short Quality, short Radio, long Address, short AddressType, int KeyDay, short RssiDbm)
{
    /// <summary>Its columns, in this order.</summary>
    public const string Columns = """
        tenant_id, beacon_id, boot, seq, received_at, window_open_unix_ms, duration_ms, quality, radio, address,
        address_type, key_day, rssi_dbm
        """;
}

/// <summary>The rows that the service stored, and COPY of them.</summary>
internal static class SightingRows
{
    /// <summary>Rows of records above a number, in order of arrival.</summary>
    public static async Task<List<SightingRow>> ReadAsync(NpgsqlConnection connection, long aboveSequence, int capacity)
    {
        var rows = new List<SightingRow>(capacity);
        await using NpgsqlCommand command = new(
            $"SELECT {SightingRow.Columns} FROM sightings WHERE seq > @above ORDER BY row_id", connection);
        command.Parameters.AddWithValue("above", aboveSequence);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            rows.Add(new SightingRow(
                reader.GetInt32(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetDateTime(4),
                reader.GetInt64(5), reader.GetInt32(6), reader.GetInt16(7), reader.GetInt16(8), reader.GetInt64(9),
                reader.GetInt16(10), reader.GetInt32(11), reader.GetInt16(12)));
        }

        return rows;
    }

    /// <summary>One binary COPY, one transaction.</summary>
    /// <returns>Rows that PostgreSQL took.</returns>
    public static async Task<ulong> CopyAsync(NpgsqlConnection connection, string table, IEnumerable<SightingRow> rows)
    {
        await using NpgsqlBinaryImporter copy = await connection.BeginBinaryImportAsync(
            $"COPY {table} ({SightingRow.Columns}) FROM STDIN (FORMAT binary)");
        foreach (SightingRow row in rows)
        {
            copy.StartRow();
            copy.Write(row.TenantId, NpgsqlDbType.Integer);
            copy.Write(row.Beacon, NpgsqlDbType.Bigint);
            copy.Write(row.Boot, NpgsqlDbType.Bigint);
            copy.Write(row.Sequence, NpgsqlDbType.Bigint);
            copy.Write(row.ReceivedAt, NpgsqlDbType.TimestampTz);
            copy.Write(row.WindowOpenUnixMs, NpgsqlDbType.Bigint);
            copy.Write(row.DurationMs, NpgsqlDbType.Integer);
            copy.Write(row.Quality, NpgsqlDbType.Smallint);
            copy.Write(row.Radio, NpgsqlDbType.Smallint);
            copy.Write(row.Address, NpgsqlDbType.Bigint);
            copy.Write(row.AddressType, NpgsqlDbType.Smallint);
            copy.Write(row.KeyDay, NpgsqlDbType.Integer);
            copy.Write(row.RssiDbm, NpgsqlDbType.Smallint);
        }

        return await copy.CompleteAsync();
    }
}
