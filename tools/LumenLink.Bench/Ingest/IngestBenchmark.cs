using System.Diagnostics;
using LumenLink.Load;
using Npgsql;

namespace LumenLink.Bench.Ingest;

/// <summary>
/// Sightings a second from a QoS 1 publish to committed rows, through the service as it runs: its own process, its own
/// broker, a PostgreSQL that waits for the disk. Beside it, in the same run and one after the other, one binary COPY of
/// the same rows into an identical empty partition, one into a table without indexes, and a pipeline of JSON.
/// </summary>
internal sealed class IngestBenchmark
{
    /// <summary>Most beacons that it takes.</summary>
    public const int MaxBeacons = 5000;

    /// <summary>Most sightings that it takes.</summary>
    public const int MaxSightings = 20_000_000;

    /// <summary>Beacons where nothing else is said: enough that a batch gathers while the one before commits.</summary>
    public const int UsualBeacons = 512;

    /// <summary>Sightings where nothing else is said.</summary>
    public const int UsualSightings = 1_200_000;

    private const int WarmUpShare = 4;
    private const int JsonShare = 15;
    private const double Million = 1e6;
    private const string CopyDatabase = "copy_of_rows";
    private const string JsonDatabase = "json_rows";
    private static readonly TimeSpan ProgressPeriod = TimeSpan.FromSeconds(2);

    private readonly IngestScene _scene;
    private readonly TextWriter _output;
    private List<SightingRow> _rows = [];

    private IngestBenchmark(IngestScene scene, TextWriter output)
    {
        _scene = scene;
        _output = output;
    }

    /// <summary>Runs and prints.</summary>
    /// <param name="input">What the beacons heard.</param>
    /// <param name="shape">Windows of their reports.</param>
    /// <param name="beacons">How many send.</param>
    /// <param name="sightings">How many they send in all, about.</param>
    /// <param name="output">Takes the figures.</param>
    /// <exception cref="BenchException">PostgreSQL is not installed, or not everything is stored.</exception>
    public static async Task RunAsync(
        ReportInput input, ReportShape shape, int beacons, int sightings, TextWriter output)
    {
        double perRecord = (double)input.SightingCount / input.Reports.Count;
        int measured = Math.Max(beacons, (int)(sightings / perRecord));
        int warmUp = Math.Max(beacons, measured / WarmUpShare);
        await output.WriteLineAsync($"{input.Name}: {perRecord:F1} sightings a record, one record a frame");
        await output.WriteLineAsync(BenchLine.Machine());
        await using IngestScene scene = await IngestScene.StartAsync(beacons);
        await using LoadFleet fleet = await LoadFleet.AttestAsync(
            scene.Beacons, scene.Target, () => { }, CancellationToken.None);
        await output.WriteLineAsync($"{beacons} beacons attested");
        int warmFrames = warmUp / beacons;
        List<LoadLane> lanes = fleet.Prepare(new FrameMaker(input, shape), (warmFrames * beacons) + measured);
        var bench = new IngestBenchmark(scene, output);
        await bench.SendAsync([.. lanes.Select(lane => lane with { Frames = [.. lane.Frames.Take(warmFrames)] })]);
        await bench.MeasureAsync(
            [.. lanes.Select(lane => lane with { Frames = [.. lane.Frames.Skip(warmFrames)] })], warmFrames);
    }

    private async Task MeasureAsync(List<LoadLane> lanes, int warmFrames)
    {
        await _scene.CheckpointAsync();
        long bytesBefore = await BytesAsync();
        Account before = Account.Take(_scene);
        LoadRun run = await SendAsync(lanes);
        Account ours = Account.Take(_scene).Since(before);
        long bytes = await BytesAsync() - bytesBefore;
        await ReadBackAsync(run, warmFrames);
        double stored = _rows.Count;
        await _output.WriteLineAsync($"processor seconds: service {ours.Service:F1}, PostgreSQL {ours.Database:F1}, "
            + $"generator {ours.Own:F1} (not counted)");
        (double copyRate, Account copy) = await CopyAsync();
        double bareRate = await CopyBareAsync();
        double jsonRate = await RunJsonAsync();
        double rate = stored / run.Elapsed.TotalSeconds;
        double cpu = (ours.Service + ours.Database) / stored * Million;
        double copyCpu = (copy.Own + copy.Database) / stored * Million;
        await _output.WriteLineAsync($"CPU / CPU of COPY {cpu / copyCpu:F2} (goal at most 1.6); rate / COPY "
            + $"{rate / copyRate:F2} (goal 0.4); rate / JSON {rate / jsonRate:F1} (goal 10)");
        await _output.WriteLineAsync(BenchLine.Of(
            "ingest", ("sightings_per_s", rate), ("copy_per_s", copyRate), ("copy_bare_per_s", bareRate),
            ("json_per_s", jsonRate), ("cpu_s_per_million", cpu), ("copy_cpu_s_per_million", copyCpu),
            ("storage_bytes_per_sighting", bytes / stored), ("sightings_per_record", stored / run.Receipted)));
    }

    private async Task<LoadRun> SendAsync(List<LoadLane> lanes)
    {
        var run = new LoadRun(lanes, null);
        Task running = run.RunAsync(CancellationToken.None);
        long before = 0;
        using var period = new PeriodicTimer(ProgressPeriod);
        while (!running.IsCompleted)
        {
            if (await Task.WhenAny(running, period.WaitForNextTickAsync().AsTask()) == running)
                break;
            long now = run.Sightings;
            await _output.WriteLineAsync(
                $"  {now} sightings, {(now - before) / ProgressPeriod.TotalSeconds:F0} a second");
            before = now;
        }

        await running;
        return WholeRun.Check(run, lanes);
    }

    /// <summary>The rows as they are committed: what is not there was not measured.</summary>
    private async Task ReadBackAsync(LoadRun run, int warmFrames)
    {
        await using NpgsqlConnection connection = await _scene.OpenOwnerAsync();
        _rows = await SightingRows.ReadAsync(connection, warmFrames, (int)run.Sightings);
        if (_rows.Count != run.Sightings)
            throw new BenchException($"Of {run.Sightings} receipted sightings {_rows.Count} are stored.");
        await _output.WriteLineAsync(
            $"{_rows.Count} sightings of {run.Receipted} records in {run.Elapsed.TotalSeconds:F1} s, "
            + $"committed with fsync {await ShowAsync("fsync")}, "
            + $"synchronous_commit {await ShowAsync("synchronous_commit")}");

        async Task<object?> ShowAsync(string setting)
        {
            await using NpgsqlCommand command = new($"SHOW {setting}", connection);
            return await command.ExecuteScalarAsync();
        }
    }

    private async Task<(double Rate, Account Cost)> CopyAsync()
    {
        await _scene.MakeDatabaseAsync(CopyDatabase);
        await WarmAsync();
        await using NpgsqlConnection connection = await _scene.OpenIngestAsync(CopyDatabase);
        await _scene.CheckpointAsync();
        Account before = Account.Take(_scene);
        double rate = await CopyIntoAsync(connection, "sightings");
        Account cost = Account.Take(_scene).Since(before);
        await _output.WriteLineAsync(
            $"COPY: {rate:F0} a second; client {cost.Own:F1} s, PostgreSQL {cost.Database:F1} s");
        return (rate, cost);
    }

    private async Task<double> CopyBareAsync()
    {
        await using NpgsqlConnection connection = await _scene.OpenSuperuserAsync(CopyDatabase);
        await using NpgsqlCommand make = new(
            $"CREATE TABLE bare AS SELECT {SightingRow.Columns} FROM sightings WITH NO DATA", connection);
        await make.ExecuteNonQueryAsync();
        await _scene.CheckpointAsync();
        double rate = await CopyIntoAsync(connection, "bare");
        await _output.WriteLineAsync($"COPY without indexes: {rate:F0} a second");
        return rate;
    }

    private async Task<double> CopyIntoAsync(NpgsqlConnection connection, string table)
    {
        long started = Stopwatch.GetTimestamp();
        ulong copied = await SightingRows.CopyAsync(connection, table, _rows);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return copied == (ulong)_rows.Count
            ? copied / seconds
            : throw new BenchException($"Of {_rows.Count} rows {copied} were copied.");
    }

    /// <summary>Compiles what COPY runs in this process, as the service's is after its warm-up.</summary>
    private async Task WarmAsync()
    {
        await using NpgsqlConnection connection = await _scene.OpenSuperuserAsync(CopyDatabase);
        await using NpgsqlCommand make = new(
            $"CREATE TEMPORARY TABLE warm AS SELECT {SightingRow.Columns} FROM sightings WITH NO DATA", connection);
        await make.ExecuteNonQueryAsync();
        await SightingRows.CopyAsync(connection, "warm", _rows.Take(_rows.Count / WarmUpShare));
    }

    private async Task<double> RunJsonAsync()
    {
        await _scene.MakeDatabaseAsync(JsonDatabase);
        await using NpgsqlConnection connection = await _scene.OpenIngestAsync(JsonDatabase);
        List<byte[]> documents = JsonPipeline.Documents(_rows.Take(Math.Max(1, _rows.Count / JsonShare)));
        await JsonPipeline.StoreAsync(connection, documents.Take(documents.Count / WarmUpShare));
        double storing = documents.Count / await JsonPipeline.StoreAsync(connection, documents);
        double rate = documents.Count / await JsonPipeline.PublishAsync(connection, documents);
        await _output.WriteLineAsync(
            $"JSON: {rate:F0} a second over {documents.Count}; without MQTT {storing:F0} a second");
        return rate;
    }

    private async Task<long> BytesAsync()
    {
        await using NpgsqlConnection connection = await _scene.OpenOwnerAsync();
        await using NpgsqlCommand command = new(
            """
            SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class
            WHERE relnamespace = 'lumen'::regnamespace AND relkind = 'r'
            """,
            connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Processor seconds.</summary>
    private readonly record struct Account(double Service, double Database, double Own)
    {
        public static Account Take(IngestScene scene) =>
            new(scene.ServiceSeconds, scene.DatabaseSeconds, ProcessTime.Of(Environment.ProcessId));

        public Account Since(Account before) =>
            new(Service - before.Service, Database - before.Database, Own - before.Own);
    }
}
