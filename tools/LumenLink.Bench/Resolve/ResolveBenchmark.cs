using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LumenLink.Bench.Fleet;
using LumenLink.Bench.Ingest;
using LumenLink.Rendezvous.Limits;
using LumenLink.Rendezvous.Resolve;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Store.Migrations;
using LumenLink.Rendezvous.Trust;
using Npgsql;

namespace LumenLink.Bench.Resolve;

/// <summary>
/// Identifiers of a fleet: making the table from keys in memory, asking it, loading it from the database, and asking
/// over HTTP beside an endpoint that does nothing.
/// </summary>
internal static class ResolveBenchmark
{
    /// <summary>Beacons where nothing else is said.</summary>
    public const int UsualBeacons = 1_000_000;

    /// <summary>Beacons at most.</summary>
    public const int MaxBeacons = 4_000_000;

    private const int Rounds = 5;
    private const int HttpRounds = 3;
    private const int Asked = 4_000_000;
    private const int EidsOfRequest = 16;
    private const int Requests = 20_000;
    private const int Connections = 16;
    private const string Login = "bench_service";
    private const string Database = "resolve";
    private const double MostByShare = 0.01;
    private const double Megabyte = 1 << 20;
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;
    private static readonly TimeSpan HttpTime = TimeSpan.FromSeconds(5);

    /// <summary>Runs and prints.</summary>
    public static async Task RunAsync(int count, TextWriter output)
    {
        if ((PostgresCluster.SkipReason ?? RedisProcess.SkipReason) is { } reason)
            throw new BenchException(reason);
        await output.WriteLineAsync(BenchLine.Machine());
        (double buildS, double eidsPerS, double memoryMb) = await InProcessAsync(count, output);
        await using PostgresCluster cluster = await PostgresCluster.StartAsync(isDurable: true);
        byte[] key = RandomNumberGenerator.GetBytes(MasterKey.Size);
        await FillAsync(cluster, count, new SecretBox(key), output);
        await using RedisProcess redis = await RedisProcess.StartAsync();
        await using ResolveProcess service =
            await ResolveProcess.StartAsync(cluster.UrlOf(Database, Login), key, redis.Url);
        await output.WriteLineAsync(string.Create(
            Culture,
            $"loaded from PostgreSQL, unwrapped, where they stand, table: {service.LoadSeconds:F1} s; "
            + $"the service has {ProcessTime.ResidentBytes(service.Pid) / Megabyte:F0} MB resident"));
        (HttpFigures resolve, HttpFigures empty) = await OverHttpAsync(service.Port, count, output);
        long limited = await LimitedAsync(service.Port);
        await output.WriteLineAsync(string.Create(
            Culture,
            $"{limited} calls limited by Redis; "
            + $"HTTP / empty {resolve.PerSecond / empty.PerSecond:F2} (goal 0.7); goals 3 s, 2,000,000 EIDs/s"));
        await output.WriteLineAsync(BenchLine.Of(
            "resolve", ("build_s", buildS), ("load_s", service.LoadSeconds), ("eids_per_s", eidsPerS),
            ("memory_mb", memoryMb), ("http_per_s", resolve.PerSecond), ("empty_http_per_s", empty.PerSecond),
            ("p99_ms", resolve.P99Ms)));
    }

    private static async Task<(double BuildS, double EidsPerS, double MemoryMb)> InProcessAsync(
        int count, TextWriter output)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        FleetBeacon[] beacons = BenchFleet.InMemory(count);
        long nowS = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var builds = new double[Rounds];
        EidTable table = EidTable.Empty;
        for (int round = 0; round < Rounds; round++)
        {
            table = EidTable.Empty;
            GC.Collect();
            long started = Stopwatch.GetTimestamp();
            table = EidTable.Make(beacons, count, nowS, Environment.ProcessorCount);
            builds[round] = Stopwatch.GetElapsedTime(started).TotalSeconds;
        }

        double memory = (GC.GetTotalMemory(forceFullCollection: true) - before) / Megabyte;
        ulong[] asked = Eids(beacons, count, nowS, Asked);
        var rates = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            long started = Stopwatch.GetTimestamp();
            int found = 0;
            foreach (ulong eid in asked)
                found += table.Find(eid, out _) is null ? 0 : 1;
            rates[round] = asked.Length / Stopwatch.GetElapsedTime(started).TotalSeconds;
            if (found != asked.Length / 2)
                throw new BenchException($"{found} of {asked.Length} identifiers are found in place of a half.");
        }

        Array.Sort(builds);
        Array.Sort(rates);
        await output.WriteLineAsync(string.Create(
            Culture,
            $"{count} beacons: table made in {builds[Rounds / 2]:F2} s (median of {Rounds}), "
            + $"{table.Bytes / Megabyte:F0} MB, with the beacons {memory:F0} MB; "
            + $"{rates[Rounds / 2] / 1e6:F2} million EIDs a second on one core, half of them unknown"));
        return (builds[Rounds / 2], rates[Rounds / 2], memory);
    }

    /// <summary>Identifiers in random order, half of them of nobody.</summary>
    private static ulong[] Eids(FleetBeacon[] beacons, int count, long nowS, int wanted)
    {
        var eids = new ulong[wanted];
        var random = new Random(7);
        using EidMaker maker = new();
        Span<ulong> made = stackalloc ulong[1];
        for (int i = 0; i < wanted; i++)
        {
            if (i % 2 == 0)
            {
                ref readonly EidClock clock = ref beacons[random.Next(count)].Clock;
                maker.Make(clock, clock.PeriodAt(nowS), made);
                eids[i] = made[0];
            }
            else
            {
                eids[i] = (ulong)random.NextInt64() | 1;
            }
        }

        return eids;
    }

    private static async Task FillAsync(PostgresCluster cluster, int count, SecretBox box, TextWriter output)
    {
        long started = Stopwatch.GetTimestamp();
        await cluster.ExecuteAsync($"CREATE ROLE {Login} LOGIN NOINHERIT");
        await cluster.ExecuteAsync($"CREATE DATABASE {Database}");
        DatabaseSettings owner = DatabaseSettings.Parse(cluster.UrlOf(Database, PostgresCluster.Superuser), "");
        await StoreMigrator.MigrateAsync(owner, null, CancellationToken.None);
        await cluster.ExecuteAsync($"GRANT lumen_ingest, lumen_api TO {Login}");
        await using var connection = new NpgsqlConnection(
            $"Host=127.0.0.1;Port={cluster.Port};Database={Database};Username={PostgresCluster.Superuser};"
            + "Search Path=lumen;Pooling=false");
        await connection.OpenAsync();
        await BenchFleet.StoreAsync(connection, count, box);
        await output.WriteLineAsync(string.Create(
            Culture,
            $"{count} beacons stored in {Stopwatch.GetElapsedTime(started).TotalSeconds:F0} s"));
    }

    private static async Task<(HttpFigures Resolve, HttpFigures Empty)> OverHttpAsync(
        int port, int count, TextWriter output)
    {
        FleetBeacon[] beacons = BenchFleet.InMemory(count);
        ulong[] eids = Eids(beacons, count, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), Requests * EidsOfRequest);
        byte[][] resolve = [.. eids.Chunk(EidsOfRequest).Select((chunk, i) => RequestOf("/api/v1/resolve", chunk, i))];
        byte[][] empty =
            [.. eids.Chunk(EidsOfRequest).Select((chunk, i) => RequestOf(ResolveHost.EmptyPath, chunk, i))];
        List<HttpFigures> resolved = [];
        List<HttpFigures> emptied = [];
        for (int round = 0; round <= HttpRounds; round++)
        {
            HttpFigures one = await HttpLoad.RunAsync(port, empty, Connections, HttpTime);
            HttpFigures other = await HttpLoad.RunAsync(port, resolve, Connections, HttpTime);
            await output.WriteLineAsync(string.Create(
            Culture,
                $"{(round == 0 ? "warm-up" : "HTTP")}: {other.PerSecond:F0} calls of {EidsOfRequest} EIDs a second, "
                + $"99 % {other.P99Ms:F2} ms; empty {one.PerSecond:F0}, 99 % {one.P99Ms:F2} ms"));
            if (round == 0)
                continue;
            resolved.Add(other);
            emptied.Add(one);
        }

        return (Middle(resolved), Middle(emptied));
    }

    /// <summary>How many calls Redis was asked for; nearly all, or something else was measured.</summary>
    private static async Task<long> LimitedAsync(int port)
    {
        ServiceFigures figures = await ServiceFigures.ReadAsync(new HttpClient(), port);
        double allowed = figures.Limited($"{LimitOutcome.Allowed}");
        double share = figures.Limited($"{LimitOutcome.AllowedByShare}");
        return share <= allowed * MostByShare
            ? (long)allowed
            : throw new BenchException($"Redis did not answer for {share} calls of {allowed + share}.");
    }

    private static HttpFigures Middle(List<HttpFigures> rounds) =>
        rounds.OrderBy(round => round.PerSecond).ElementAt(rounds.Count / 2);

    /// <summary>Each request is of another client: the proxy on this machine says so.</summary>
    private static byte[] RequestOf(string path, ulong[] eids, int client)
    {
        string body = $"{{\"eids\":[{string.Join(',', eids.Select(eid => $"\"{eid:x16}\""))}]}}";
        return Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + $"X-Forwarded-For: 10.{client >> 16 & 255}.{client >> 8 & 255}.{client & 255}\r\n"
            + $"Content-Length: {body.Length}\r\n\r\n{body}");
    }
}
