using System.Globalization;
using LumenLink.Bench.Ingest;
using LumenLink.Load;
using Npgsql;

namespace LumenLink.Bench.Scaling;

/// <summary>
/// One and two replicas behind one Mosquitto and one PostgreSQL, measured; a queueing simulation with what the first
/// cost, held against what the second did; and what it says of larger fleets.
/// </summary>
internal static class ScalingBenchmark
{
    /// <summary>Beacons that send at the same time where nothing else is said.</summary>
    public const int UsualSenders = 512;

    /// <summary>Sightings of each measured run where nothing else is said.</summary>
    public const int UsualSightings = 600_000;

    private const int WarmUpShare = 3;
    private const int FlushProbes = 200;
    private const int PredictedRecords = 60_000;
    private const double SimulatedRecords = 200_000;
    private const double MaxSimulatedSeconds = 60;
    private const long SecondsOfRetention = 7 * 86_400;
    private const double Mega = 1e6;
    private const double Giga = 1e9;
    private const double Tera = 1e12;
    private static readonly long[] Sizes = [1_000, 10_000, 100_000, 1_000_000, 10_000_000];
    private static readonly Deployment Today = new(1, 2, 1);

    /// <summary>Runs and prints.</summary>
    /// <param name="input">What the beacons heard.</param>
    /// <param name="shape">Windows of their reports.</param>
    /// <param name="senders">Beacons that send at the same time.</param>
    /// <param name="sightings">Sightings of each measured run, about.</param>
    /// <param name="output">Takes the figures.</param>
    /// <exception cref="BenchException">Something is not installed, or not everything is stored.</exception>
    public static async Task RunAsync(
        ReportInput input, ReportShape shape, int senders, int sightings, TextWriter output)
    {
        Measured one = await MeasureAsync(1, input, shape, senders, sightings, output);
        Measured two = await MeasureAsync(2, input, shape, senders, sightings, output);
        ScalingModel model = new(one);
        double predictedOne = Predict(one);
        double predictedTwo = Predict(two);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"one replica: {one.Rate:F0} records/s measured, {predictedOne:F0} simulated "
            + $"({Off(predictedOne, one.Rate)}); two: {two.Rate:F0} measured, {predictedTwo:F0} simulated "
            + $"({Off(predictedTwo, two.Rate)})"));
        await TellSizesAsync(model, one, output);
        await output.WriteLineAsync(BenchLine.Of(
            "scaling", ("one_records_per_s", one.Rate), ("one_simulated_per_s", predictedOne),
            ("two_records_per_s", two.Rate), ("two_simulated_per_s", predictedTwo),
            ("broker_us", one.Broker * Mega), ("service_us", one.Service * Mega), ("database_us", one.Database * Mega),
            ("flush_us", one.FlushSeconds * Mega), ("wal_bytes_per_sighting", one.WalBytes / one.Sightings),
            ("storage_bytes_per_sighting", one.StoredBytes / one.Sightings)));

        double Predict(Measured run) => model.PredictRate(
            run.Replicas, run.Share, senders, Environment.ProcessorCount, PredictedRecords);
    }

    private static async Task<Measured> MeasureAsync(
        int replicas, ReportInput input, ReportShape shape, int senders, int sightings, TextWriter output)
    {
        await output.WriteLineAsync(BenchLine.Machine());
        double perRecord = (double)input.SightingCount / input.Reports.Count;
        int each = Math.Max(1, (int)(sightings / perRecord / senders));
        int warm = Math.Max(1, each / WarmUpShare);
        await using IngestScene scene = await IngestScene.StartAsync(senders, replicas: replicas);
        double bytesBefore = scene.BrokerBytes;
        await using LoadFleet fleet = await LoadFleet.AttestAsync(
            scene.Beacons, scene.Target, () => { }, CancellationToken.None);
        double connection = (scene.BrokerBytes - bytesBefore) / senders;
        List<LoadLane> lanes = fleet.Prepare(new FrameMaker(input, shape), senders * (warm + each));
        await WholeRun.SendAsync([.. lanes.Select(lane => lane with { Frames = [.. lane.Frames.Take(warm)] })]);
        await scene.CheckpointAsync();
        Costs before = await Costs.TakeAsync(scene);
        LoadRun run = await WholeRun.SendAsync(
            [.. lanes.Select(lane => lane with { Frames = [.. lane.Frames.Skip(warm)] })]);
        Costs spent = (await Costs.TakeAsync(scene)).Since(before);
        double records = run.Receipted;
        Measured measured = new(
            replicas, records / run.Elapsed.TotalSeconds, spent.Generator / records, spent.Broker / records,
            spent.Service / records, spent.Database / records, spent.CommittedFrames / Math.Max(1, spent.Commits),
            spent.WalBytes / records, spent.StoredBytes / records, await FlushAsync(scene), perRecord,
            (spent.Generator + spent.Broker + spent.Service + spent.Database) / spent.Machine, connection);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{replicas} replica(s): {records:F0} records of {perRecord:F1} sightings "
            + $"in {run.Elapsed.TotalSeconds:F1} s, "
            + $"{measured.Rate:F0} records/s, {measured.Rate * perRecord:F0} sightings/s; µs of processor a record: "
            + $"generator {measured.Generator * Mega:F0}, broker {measured.Broker * Mega:F0}, "
            + $"service {measured.Service * Mega:F0}, PostgreSQL {measured.Database * Mega:F0}; "
            + $"{measured.CommitFrames:F1} records a commit, flush {measured.FlushSeconds * 1000:F1} ms, "
            + $"{measured.WalBytes / perRecord:F0} bytes of log a sighting, "
            + $"{connection / 1024:F1} KiB of broker a connection, "
            + $"{measured.Share:P0} of the processor time of the machine; sent again "
            + $"{run.Count(SendOutcome.NoReceipt) + run.Count(SendOutcome.PublishRefused)}"));
        return measured;
    }

    /// <summary>What a commit waits for its disk: the mean of many that change one row.</summary>
    private static async Task<double> FlushAsync(IngestScene scene)
    {
        await using NpgsqlConnection connection = await scene.OpenOwnerAsync();
        await using NpgsqlCommand make = new("CREATE TABLE flushed (n bigint)", connection);
        await make.ExecuteNonQueryAsync();
        await using NpgsqlCommand probe = new("INSERT INTO flushed VALUES (1)", connection);
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        for (int i = 0; i < FlushProbes; i++)
            await probe.ExecuteNonQueryAsync();
        return System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds / FlushProbes;
    }

    private static async Task TellSizesAsync(ScalingModel model, Measured one, TextWriter output)
    {
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"a record each {ScalingModel.RecordEveryS} s; one Mosquitto, two replicas of {ScalingModel.ReplicaCores} "
            + $"cores, one PostgreSQL of {ScalingModel.DatabaseCores}; planned for {ScalingModel.PlannedLoad:P0}"));
        await output.WriteLineAsync(
            "beacons | sightings/s | first bottleneck, load | p99 s | planned brokers, replicas, databases | its p99 s "
            + "| log MB/s | TB in 7 days | GB of broker | bounds to raise");
        foreach (long beacons in Sizes)
            await output.WriteLineAsync(RowOf(beacons, model, one));
    }

    private static string RowOf(long beacons, ScalingModel model, Measured one)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        (string name, double load) = model.LoadsOf(Today, beacons).MaxBy(resource => resource.Load);
        Deployment plan = model.PlanFor(beacons);
        double records = ScalingModel.RateOf(beacons);
        double seconds = Math.Min(MaxSimulatedSeconds, SimulatedRecords / records);
        string late = load < 1 ? LateOf(Today) : "overload";
        return string.Join(
            " | ",
            beacons.ToString(culture), (records * one.Sightings).ToString("F0", culture),
            name + load.ToString(" 0.00", culture), late, $"{plan.Brokers}, {plan.Replicas}, {plan.Databases}",
            LateOf(plan), (records * one.WalBytes / Mega).ToString("F1", culture),
            (records * one.StoredBytes * SecondsOfRetention / Tera).ToString("F2", culture),
            (beacons * one.ConnectionBytes / Giga).ToString("F2", culture),
            string.Join(", ", ScalingModel.BoundsBelow(beacons)));

        string LateOf(Deployment deployment) =>
            model.Simulate(deployment, beacons, seconds).Latency99.ToString("F3", culture);
    }

    private static string Off(double simulated, double measured) =>
        string.Create(CultureInfo.InvariantCulture, $"{(simulated / measured) - 1:+0.0%;-0.0%}");

    /// <summary>What was spent so far.</summary>
    private readonly record struct Costs(
        double Generator, double Broker, double Service, double Database, double Commits, double CommittedFrames,
        double WalBytes, double StoredBytes, double Machine)
    {
        public static async Task<Costs> TakeAsync(IngestScene scene)
        {
            double commits = 0;
            double frames = 0;
            foreach (ServiceProcess service in scene.Services)
            {
                commits += await service.MetricAsync("lumenlink_commit_frames_count");
                frames += await service.MetricAsync("lumenlink_commit_frames_sum");
            }

            await using NpgsqlConnection connection = await scene.OpenOwnerAsync();
            await using NpgsqlCommand command = new(
                """
                SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8, (
                    SELECT sum(pg_total_relation_size(oid))::float8 FROM pg_class
                    WHERE relnamespace = 'lumen'::regnamespace AND relkind = 'r')
                """,
                connection);
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
            await reader.ReadAsync();
            return new Costs(
                ProcessTime.Of(Environment.ProcessId), scene.BrokerSeconds, scene.ServiceSeconds, scene.DatabaseSeconds,
                commits, frames, reader.GetDouble(0), reader.GetDouble(1), ProcessTime.OfMachine());
        }

        public Costs Since(Costs before) => new(
            Generator - before.Generator, Broker - before.Broker, Service - before.Service, Database - before.Database,
            Commits - before.Commits, CommittedFrames - before.CommittedFrames, WalBytes - before.WalBytes,
            StoredBytes - before.StoredBytes, Machine - before.Machine);
    }
}
