using System.Data.Common;
using System.Globalization;
using LumenLink.Bench.Ingest;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace LumenLink.Bench.Scale;

/// <summary>Fills the store of a scene with a crowd, as fast as its engine takes rows.</summary>
internal static class StoreFiller
{
    /// <summary>Bytes of a sighting with its indexes, its part of the identities, and some to spare.</summary>
    private const int BytesPerRow = 260;

    private const long FixedBytes = 3L << 30;
    private const int SqliteRowsAtOnce = 200_000;

    /// <summary>Bytes of disk that so many rows need.</summary>
    public static long NeedOf(long rows) => FixedBytes + (rows * BytesPerRow);

    /// <summary>Empties the tables of sightings and identities and fills them.</summary>
    public static async Task FillAsync(IngestScene scene, StoredCrowd crowd)
    {
        await using DbConnection connection = await scene.OpenStoreAsync();
        if (connection is NpgsqlConnection postgres)
            await FillAsync(postgres, crowd);
        else
            await FillAsync((SqliteConnection)connection, crowd);
    }

    private static async Task FillAsync(NpgsqlConnection connection, StoredCrowd crowd)
    {
        await RunAsync(connection, "TRUNCATE sightings, frames");
        for (int back = 0; back < StoredCrowd.Days; back++)
        {
            await RunAsync(connection, string.Create(
                CultureInfo.InvariantCulture,
                $"SELECT add_sightings_partition((now() AT TIME ZONE 'UTC')::date - {back})"));
        }

        await SightingRows.CopyAsync(connection, "sightings", crowd.Sightings());
        await using (NpgsqlBinaryImporter copy = await connection.BeginBinaryImportAsync(
            "COPY frames (beacon_id, boot, seq, tenant_id, kind, refused, received_at, fingerprint) "
            + "FROM STDIN (FORMAT binary)"))
        {
            foreach (RecordRow record in crowd.AllRecords())
            {
                copy.StartRow();
                copy.Write(record.Beacon, NpgsqlDbType.Bigint);
                copy.Write(0L, NpgsqlDbType.Bigint);
                copy.Write(record.Sequence, NpgsqlDbType.Bigint);
                copy.Write(1, NpgsqlDbType.Integer);
                copy.Write((short)1, NpgsqlDbType.Smallint);
                copy.Write((short)0, NpgsqlDbType.Smallint);
                copy.Write(record.ReceivedAt, NpgsqlDbType.TimestampTz);
                copy.Write(record.Sequence, NpgsqlDbType.Bigint);
            }

            await copy.CompleteAsync();
        }

        // What autovacuum would do in its own time, so that it does not begin while something is measured.
        await RunAsync(connection, "VACUUM (ANALYZE) sightings");
        await RunAsync(connection, "VACUUM (ANALYZE) frames");
    }

    private static async Task FillAsync(SqliteConnection connection, StoredCrowd crowd)
    {
        await RunAsync(connection, "DELETE FROM sightings");
        await RunAsync(connection, "DELETE FROM frames");
        foreach (SightingRow[] rows in crowd.Sightings().Chunk(SqliteRowsAtOnce))
        {
            await InsertAsync(
                connection, $"INSERT INTO sightings ({SightingRow.Columns}) VALUES", 13, rows,
                row =>
                [
                    row.TenantId, row.Beacon, row.Boot, row.Sequence, Milliseconds(row.ReceivedAt),
                    row.WindowOpenUnixMs, row.DurationMs, row.Quality, row.Radio, row.Address,
                    row.AddressType, row.KeyDay, row.RssiDbm,
                ]);
        }

        foreach (RecordRow[] records in crowd.AllRecords().Chunk(SqliteRowsAtOnce))
        {
            await InsertAsync(
                connection,
                "INSERT INTO frames (beacon_id, boot, seq, tenant_id, kind, refused, received_at, fingerprint) VALUES",
                8, records,
                record =>
                [
                    record.Beacon, 0L, record.Sequence, 1L, 1L, 0L, Milliseconds(record.ReceivedAt), record.Sequence,
                ]);
        }

        await RunAsync(connection, "ANALYZE");
    }

    /// <summary>One transaction; the statement is prepared once.</summary>
    private static async Task InsertAsync<TRow>(
        SqliteConnection connection, string insert, int columns, TRow[] rows, Func<TRow, long[]> valuesOf)
    {
        await using SqliteTransaction transaction = connection.BeginTransaction();
        await using SqliteCommand command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"{insert} ({string.Join(',', Enumerable.Range(0, columns).Select(i => $"$p{i}"))})";
        SqliteParameter[] parameters =
            [.. Enumerable.Range(0, columns).Select(i => command.Parameters.Add($"$p{i}", SqliteType.Integer))];
        command.Prepare();
        foreach (TRow row in rows)
        {
            long[] values = valuesOf(row);
            for (int i = 0; i < columns; i++)
                parameters[i].Value = values[i];
            command.ExecuteNonQuery();
        }

        await transaction.CommitAsync();
    }

    private static long Milliseconds(DateTime time) => new DateTimeOffset(time).ToUnixTimeMilliseconds();

    private static async Task RunAsync(DbConnection connection, string sql)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }
}
