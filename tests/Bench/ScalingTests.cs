using System.Globalization;
using System.Text.RegularExpressions;
using LumenLink.Bench;
using LumenLink.Bench.Ingest;
using LumenLink.Bench.Scaling;

namespace LumenLink.Tests.Bench;

/// <summary>tools/bench.sh scaling: the simulation against what theory says, and a small run.</summary>
public sealed partial class ScalingTests
{
    private static readonly Measured Record = new(
        1, 2000, 100e-6, 50e-6, 150e-6, 200e-6, 40, 16_000, 6700, 0.002, 41.7, 1, 4096);

    /// <summary>M/D/1: a record waits r s / 2 (1 - r) on average, at load r and service time s.</summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void Records_that_come_by_chance_wait_as_queueing_theory_says(double load)
    {
        const double Service = 0.001;
        Stage stage = new("one", new Machine(1), 1, 1, Service, 0);
        SimulatedRun run = new QueueSimulation([[stage]]).RunOpen(load / Service, 200_000 * Service / load);
        double expected = Service + (load * Service / (2 * (1 - load)));
        Assert.InRange(run.Mean, expected * 0.96, expected * 1.04);
        Assert.InRange(stage.Utilization(run.Elapsed), load - 0.01, load + 0.01);
        Assert.InRange(run.Rate, 0.98 * load / Service, 1.02 * load / Service);
    }

    [Fact]
    public void A_closed_loop_goes_at_the_pace_of_its_slowest_stage()
    {
        Machine many = new(64);
        Stage quick = new("quick", many, 1, 1, 0.001, 0);
        Stage slow = new("slow", many, 2, 1, 0.004, 0);
        Assert.Equal(500, new QueueSimulation([[quick, slow]]).RunClosed(20, 20_000).Rate, 5.0);

        // The same work on one core that all share.
        Machine one = new(1);
        Stage[] shared = [new("quick", one, 1, 1, 0.001, 0), new("slow", one, 2, 1, 0.004, 0)];
        Assert.Equal(200, new QueueSimulation([shared]).RunClosed(20, 20_000).Rate, 2.0);
    }

    [Fact]
    public void A_stage_that_waits_for_a_disk_takes_what_gathered_meanwhile()
    {
        Stage commit = new("commit", new Machine(1), 1, 10, 0.0001, 0.009);
        Assert.Equal(1000, new QueueSimulation([[commit]]).RunClosed(100, 20_000).Rate, 10.0);

        // Two of them wait for their disks at the same time.
        Machine cores = new(2);
        Stage[][] two = [.. Enumerable.Range(0, 2).Select(_ => new Stage[] { new("c", cores, 1, 10, 0.0001, 0.009) })];
        Assert.Equal(2000, new QueueSimulation(two).RunClosed(200, 40_000).Rate, 20.0);
    }

    [Fact]
    public void More_than_a_stage_can_do_is_left_on_the_way()
    {
        Stage stage = new("one", new Machine(1), 1, 1, 0.001, 0);
        SimulatedRun run = new QueueSimulation([[stage]]).RunOpen(2000, 10);
        Assert.InRange(run.Left, 9000, 11_000);
        Assert.Equal(1000, run.Rate, 20.0);
    }

    [Fact]
    public void A_plan_keeps_every_resource_below_its_share_and_grows_with_the_fleet()
    {
        ScalingModel model = new(Record);
        Deployment before = new(0, 0, 0);
        foreach (long beacons in (long[])[1_000, 100_000, 1_000_000, 10_000_000])
        {
            Deployment plan = model.PlanFor(beacons);
            Assert.All(model.LoadsOf(plan, beacons), resource =>
                Assert.True(resource.Load <= ScalingModel.PlannedLoad, $"{beacons}: {resource}"));
            Assert.True(plan.Replicas >= before.Replicas && plan.Databases >= before.Databases);
            before = plan;
        }

        Assert.Empty(ScalingModel.BoundsBelow(20_000));
        Assert.Equal(2, ScalingModel.BoundsBelow(20_001).Count());

        // 166,667 records a second, each 50 µs of one thread of a broker.
        Assert.Equal(14, before.Brokers);
        Assert.True(model.Simulate(model.PlanFor(100_000), 100_000, 10).Latency99 < 0.5);
    }

    [MosquittoPostgresFact]
    public async Task A_small_run_measures_both_and_ends_with_the_line_of_all_figures()
    {
        var shape = new ReportShape(10_000, 6);
        using var output = new StringWriter();
        await ScalingBenchmark.RunAsync(ReportInput.FromCrowd(shape), shape, 8, 4000, output);
        string last = output.ToString().TrimEnd().Split('\n')[^1];
        Assert.StartsWith("BENCH scaling ", last, StringComparison.Ordinal);
        Dictionary<string, double> figures = Pair().Matches(last).ToDictionary(
            pair => pair.Groups[1].Value, pair => double.Parse(pair.Groups[2].Value, CultureInfo.InvariantCulture));
        string[] measured =
        [
            "one_records_per_s", "one_simulated_per_s", "two_records_per_s", "two_simulated_per_s", "flush_us",
            "wal_bytes_per_sighting", "storage_bytes_per_sighting",
        ];
        Assert.All(measured, name => Assert.True(figures[name] > 0, last));
        Assert.Contains("10000000 | ", output.ToString(), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"(\w+)=([0-9.]+)")]
    private static partial Regex Pair();
}

/// <summary>A test that needs Mosquitto and PostgreSQL.</summary>
public sealed class MosquittoPostgresFactAttribute : FactAttribute
{
    public MosquittoPostgresFactAttribute() => Skip = PostgresCluster.SkipReason ?? MosquittoProcess.SkipReason;
}
