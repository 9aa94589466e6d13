using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Composition;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Broker;
using LumenLink.Tests.Rendezvous.Frames;
using LumenLink.Tests.Rendezvous.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Prometheus;

namespace LumenLink.Tests.Rendezvous.Observability;

/// <summary>The metrics against their page, and that nobody from outside makes a time series.</summary>
public sealed class MetricsTests
{
    [Fact]
    public async Task The_page_of_metrics_and_the_service_agree_both_ways()
    {
        LumenMetrics metrics = new(Metrics.NewCustomRegistry());
        IReadOnlyDictionary<string, MetricRow> page = MetricsTable.Read();
        Dictionary<string, string> labels = MetricsTable.LabelsInCode(metrics);
        Dictionary<string, (string Type, string Help)> declared =
            MetricsTable.Declared(await MetricsTable.ExportAsync(metrics.Registry))
                .ToDictionary(metric => metric.Name, metric => (metric.Type, metric.Help));
        Assert.Equal(page.Keys.Order(), declared.Keys.Order());
        Assert.Equal(page.Keys.Order(), labels.Keys.Order());
        Assert.All(page.Values, row =>
        {
            Assert.Equal((row.Type, row.Meaning + "."), declared[row.Name]);
            Assert.Equal(row.Label, labels[row.Name]);
            Assert.Equal(row.Label.Length > 0, row.Values.Length > 0);
        });
    }

    [Fact]
    public async Task Hostile_traffic_makes_no_series_but_those_of_the_enums()
    {
        FirstUpkeep upkeep = new();
        await using RunningService service = await RunningService.StartAsync(
            adminToken: "an-admin-token-of-a-length",
            replace: services => services.AddSingleton<ILogger<Upkeep>>(upkeep));
        IReadOnlyDictionary<string, MetricRow> page = MetricsTable.Read();
        await upkeep.Done.WaitAsync(TimeSpan.FromMinutes(1)); // its jobs make series of their own at the start
        await AttackAsync(service, seed: 1);
        HashSet<(string, string, string)> first = await SeriesAsync(service);
        Assert.All(first, series => AssertListed(page, series));
        Assert.Contains(("lumenlink_frames_total", "outcome", "TagMismatch"), first);
        Assert.Contains(("lumenlink_frames_total", "outcome", "TopicNotOwn"), first);
        Assert.Contains(("lumenlink_frame_posts_total", "outcome", "NotAuthorized"), first);
        Assert.Contains(("lumenlink_receipts_total", "door", "Http"), first);
        Assert.Contains(("lumenlink_capture_age_faults_total", "fault", "Ahead"), first);
        for (int seed = 2; seed <= 6; seed++)
            await AttackAsync(service, seed);
        HashSet<(string, string, string)> last = await SeriesAsync(service);
        Assert.Equal(first.Order(), last.Order());
    }

    /// <summary>Beacons of other names each time, who send what beacons must not, with bytes of chance.</summary>
    private static async Task AttackAsync(RunningService service, int seed)
    {
        Random random = new(seed);
        TestBeacon beacon = await service.EnrolLiveAsync($"attic-{seed}-{random.Next()}");
        await service.EnrolRefusedAsync($"cellar-{seed}-{random.Next()}");
        await service.SendAsync(beacon, TestRecords.Report(1, [(ulong)random.Next(), (ulong)random.Next()]));
        await service.SendAsync(beacon, TestRecords.Report(2, [1], service.Now.AddDays(seed).ToUnixTimeMilliseconds()));
        byte[] forged = beacon.Session!.Records(beacon.Boot, 1, TestRecords.Report(3, [7]));
        forged[^1] ^= 1;
        await service.HandleAsync(beacon, forged);
        byte[] garbage = new byte[random.Next(100, 200)];
        random.NextBytes(garbage);
        garbage[0] = 0xFF; // a version that there is not
        await service.HandleAsync(beacon, garbage);
        await using (TestClient client =
            await TestClient.ConnectAsync(service.Get<EmbeddedBroker>().Port, beacon))
        {
            await client.PublishAsync($"ll/1/{random.Next()}/u", garbage);
            await client.PublishAsync($"{{outcome=\"x{random.Next()}\"}}\n", garbage);
            await client.PublishAsync(garbage);
        }

        PostClient posts = new(service, beacon);
        await posts.PostAsync(beacon.Session!.Records(beacon.Boot, 3, TestRecords.Report(3, [9])));
        await posts.SendAsync($"Bearer {random.Next()}", garbage);
        foreach (string path in (string[])[$"/api/v1/{random.Next()}", $"/api/v1/sightings?limit={random.Next()}"])
            (await service.Http.GetAsync(new Uri(path, UriKind.Relative))).Dispose();
    }

    private static async Task<HashSet<(string, string, string)>> SeriesAsync(RunningService service) =>
        MetricsTable.Series(await service.Http.GetStringAsync(new Uri(service.MetricsAddress, "/metrics")));

    private static void AssertListed(
        IReadOnlyDictionary<string, MetricRow> page, (string Metric, string Label, string Value) series)
    {
        MetricRow row = page[series.Metric];
        Assert.Equal(row.Label, series.Label);
        if (series.Label.Length > 0)
            Assert.Contains(series.Value, MetricsTable.ValuesOf(row));
    }

    /// <summary>Hears when every job of the upkeep was done once.</summary>
    private sealed class FirstUpkeep : ILogger<Upkeep>
    {
        private const int JobDone = 1914;
        private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int left = Enum.GetValues<UpkeepJob>().Length;

        public Task Done => done.Task;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == JobDone && --left == 0)
                done.SetResult();
        }
    }
}
