using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Store.Migrations;
using Npgsql;

namespace LumenLink.Bench.Ingest;

/// <summary>
/// What it costs to know when each beacon was heard last and how much it stored, three ways over the same commits: in
/// each commit, as the service does; by one statement every few seconds from memory; and by a query over the newest
/// partition each time somebody asks. The commits store the identities of their records, as real ones do.
/// </summary>
internal static class PresenceBenchmark
{
    private const string Database = "presence";
    private const int Commits = 1000;
    private const int FramesPerCommit = 128;
    private const double SightingsPerRecord = 36;
    private const int CommitsPerFlush = 65; // five seconds at 60,000 sightings a second
    private const int Questions = 5;
    private const int RowsOfPartition = 1_000_000;
    private const double Million = 1e6;

    private const string InsertFrames = """
        INSERT INTO frames (beacon_id, boot, seq, tenant_id, kind, refused, fingerprint, received_at)
        SELECT beacon, 1, $2, 1, 1, 0, beacon, now() FROM unnest($1::bigint[]) AS beacon
        """;

    private const string Update = """
        UPDATE beacon_activity AS a SET last_seen_at = greatest(a.last_seen_at, now()),
            record_count = a.record_count + $2, sighting_count = a.sighting_count + $3
        FROM unnest($1::bigint[]) AS added (beacon_id) WHERE a.beacon_id = added.beacon_id
        """;

    private const string Question = """
        SELECT beacon_id, max(received_at), count(DISTINCT (boot, seq)), count(*) FROM sightings GROUP BY beacon_id
        """;

    private enum Way
    {
        None,
        EachCommit,
        Debounced,
    }

    /// <summary>Runs and prints.</summary>
    /// <param name="beacons">Beacons, each of which sends in turn.</param>
    /// <param name="output">Takes the figures.</param>
    /// <exception cref="BenchException">PostgreSQL is not installed.</exception>
    public static async Task RunAsync(int beacons, TextWriter output)
    {
        if (PostgresCluster.SkipReason is { } reason)
            throw new BenchException(reason);
        await output.WriteLineAsync(BenchLine.Machine());
        await using PostgresCluster cluster = await PostgresCluster.StartAsync(isDurable: true);
        await cluster.ExecuteAsync($"CREATE DATABASE {Database}");
        DatabaseSettings settings = DatabaseSettings.Parse(cluster.UrlOf(Database, PostgresCluster.Superuser), "");
        await StoreMigrator.MigrateAsync(settings, null, CancellationToken.None);
        await using NpgsqlConnection connection = new(settings.ForService() + ";Pooling=false;Command Timeout=300");
        await connection.OpenAsync();
        await ExecuteAsync(connection, "SET search_path = lumen; SET session_replication_role = replica");
        await ExecuteAsync(
            connection, $"INSERT INTO beacon_activity SELECT i, 1 FROM generate_series(1, {beacons}) AS i");
        Dictionary<Way, double> seconds = [];
        int round = 0;
        await CommitAsync(connection, Way.EachCommit, beacons, round++); // not measured: it warms up
        foreach (Way way in Enum.GetValues<Way>())
        {
            await cluster.ExecuteAsync("CHECKPOINT");
            double before = Seconds(cluster);
            await CommitAsync(connection, way, beacons, round++);
            seconds[way] = Seconds(cluster) - before;
        }

        double sightings = Commits * FramesPerCommit * SightingsPerRecord / Million;
        double question = await AskAsync(cluster, connection, beacons);
        await output.WriteLineAsync(BenchLine.Of(
            "presence", ("beacons", beacons),
            ("commits_cpu_s_per_million", seconds[Way.None] / sightings),
            ("each_commit_cpu_s_per_million", (seconds[Way.EachCommit] - seconds[Way.None]) / sightings),
            ("debounced_cpu_s_per_million", (seconds[Way.Debounced] - seconds[Way.None]) / sightings),
            ("question_cpu_s", question), ("question_rows", RowsOfPartition)));
    }

    private static async Task CommitAsync(NpgsqlConnection connection, Way way, int beacons, int round)
    {
        Dictionary<long, long> waiting = [];
        long next = 0;
        for (int commit = 0; commit < Commits; commit++)
        {
            long[] senders = [.. Enumerable.Range(0, FramesPerCommit).Select(_ => 1 + (next++ % beacons))];
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
            await ExecuteAsync(connection, InsertFrames, senders, ((long)round * Commits) + commit);
            if (way == Way.EachCommit)
                await ExecuteAsync(connection, Update, senders, 1L, (long)SightingsPerRecord);
            foreach (long sender in senders)
                waiting[sender] = 1 + waiting.GetValueOrDefault(sender);
            if (way == Way.Debounced && (commit + 1) % CommitsPerFlush == 0)
            {
                await ExecuteAsync(connection, Update, waiting.Keys.ToArray(), 1L, (long)SightingsPerRecord);
                waiting.Clear();
            }

            await transaction.CommitAsync();
        }
    }

    /// <summary>Processor seconds of one question over a partition of a million rows.</summary>
    private static async Task<double> AskAsync(PostgresCluster cluster, NpgsqlConnection connection, int beacons)
    {
        await ExecuteAsync(
            connection,
            $"""
            INSERT INTO sightings (tenant_id, beacon_id, boot, seq, received_at, window_open_unix_ms, duration_ms,
                quality, radio, address, address_type, key_day, rssi_dbm)
            SELECT 1, 1 + (i / {(int)SightingsPerRecord}) % {beacons}, 1, i / {(int)SightingsPerRecord}, now(), i, 1000,
                0, 1, i, 0, 0, -70 FROM generate_series(1, {RowsOfPartition}) AS i
            """);
        await ExecuteAsync(connection, "ANALYZE sightings");
        double before = Seconds(cluster);
        for (int i = 0; i < Questions; i++)
            await ExecuteAsync(connection, Question);
        return (Seconds(cluster) - before) / Questions;
    }

    private static double Seconds(PostgresCluster cluster) =>
        ProcessTime.OfServer(cluster.Pid) + ProcessTime.Of(Environment.ProcessId);

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using NpgsqlCommand command = new(sql, connection);
        foreach (object value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync();
    }
}
