using System.Data.Common;
using System.Globalization;
using LumenLink.Simulator.Fleet;
using LumenLink.Tests.Uplink.Support;

namespace LumenLink.Tests.Uplink.Week;

/// <summary>What the service has stored, seen through its database and not through its code.</summary>
internal sealed class StoredSide(UplinkWorld world) : IDisposable
{
    private const string AllFrames =
        "SELECT beacon_id, boot, seq, kind, refused, received_at FROM frames ORDER BY beacon_id, boot, seq";

    private const string AllSightings = """
        SELECT beacon_id, boot, seq, received_at, window_open_unix_ms, duration_ms, quality, radio, address,
            address_type, key_day, rssi_dbm
        FROM sightings ORDER BY beacon_id, boot, seq, window_open_unix_ms, radio, address, rssi_dbm
        """;

    private readonly DbConnection _connection = Open(world);
    private long _seenUntil;

    /// <summary>Records refused for good.</summary>
    public long Refused => Count("frames WHERE refused <> 0");

    /// <summary>Different addresses that anybody heard.</summary>
    public long Addresses => Scalar("SELECT count(DISTINCT address) FROM sightings");

    /// <summary>Rows of a table.</summary>
    public long Count(string fromWhere) => Scalar($"SELECT count(*) FROM {fromWhere}");

    /// <summary>Whether a record is there.</summary>
    public bool Has(UplinkBoard board, long boot, long sequence) => Count(FormattableString.Invariant(
        $"frames WHERE beacon_id = {IdOf(board)} AND boot = {boot} AND seq = {sequence}")) == 1;

    /// <summary>Enters what has been stored since the last call into the boards' books.</summary>
    public void Settle(IEnumerable<WeekBoard> boards)
    {
        // What comes in this millisecond may not be complete.
        long until = world.World.UtcEpochMs + world.World.NowMs;
        string arrived = FormattableString.Invariant($"received_at >= {_seenUntil} AND received_at < {until}");
        _seenUntil = until;
        Dictionary<(long, long, long), RecordSums> sums = [];
        Read(
            $"""
            SELECT beacon_id, boot, seq, count(*), sum(address), sum(rssi_dbm) FROM sightings
            WHERE {arrived} GROUP BY beacon_id, boot, seq
            """,
            row => sums.Add(
                (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)),
                new RecordSums(row.GetInt64(3), row.GetInt64(4), row.GetInt64(5))));
        Dictionary<long, WeekBoard> byId = boards.ToDictionary(board => IdOf(board.Board));
        Read(
            $"SELECT beacon_id, boot, seq FROM frames WHERE {arrived}",
            row =>
            {
                (long beacon, long boot, long sequence) = (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
                sums.Remove((beacon, boot, sequence), out RecordSums found);
                byId[beacon].Ledger.TakeStored((boot, sequence), found);
            });
        foreach ((long beacon, long boot, long sequence) in sums.Keys)
            byId[beacon].Ledger.Complaints.Add($"sightings of ({boot}, {sequence}) are stored apart from their record");
    }

    /// <summary>Every row of frames and sightings, as text, in an order that does not depend on their keys.</summary>
    public List<string> Rows()
    {
        List<string> rows = [];
        foreach (string sql in (string[])[AllFrames, AllSightings])
        {
            Read(sql, row => rows.Add(string.Join(' ', Enumerable.Range(0, row.FieldCount)
                .Select(column => Convert.ToString(row.GetValue(column), CultureInfo.InvariantCulture)))));
        }

        return rows;
    }

    public void Dispose() => _connection.Dispose();

    private static DbConnection Open(UplinkWorld world)
    {
        DbConnection connection = world.Service.Database.Connect();
        connection.Open();
        return connection;
    }

    private static long IdOf(UplinkBoard board) => unchecked((long)board.Id.Value);

    private long Scalar(string sql)
    {
        long value = 0;
        Read(sql, row => value = row.GetInt64(0));
        return value;
    }

    private void Read(string sql, Action<DbDataReader> take)
    {
        using DbCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        using DbDataReader rows = command.ExecuteReader();
        while (rows.Read())
            take(rows);
    }
}
