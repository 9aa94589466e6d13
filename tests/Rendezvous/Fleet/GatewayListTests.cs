using System.Net;
using System.Text.Json;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Fleet;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Fleet;

/// <summary>Lists of beacons by distance and load, and the reading that calls share.</summary>
public sealed class GatewayListTests
{
    private static readonly DateTimeOffset Noon = new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero);
    private static readonly GatewayFilter Any =
        new(null, null, null, null, null, null, GatewayOrder.Name, 100);

    private static readonly BeaconView[] Fleet =
    [
        View(1, "a", new GeoPoint(0, 30_000), 7), View(2, "b", new GeoPoint(0, 10_000), 3),
        View(3, "c", null, null), View(4, "d", new GeoPoint(0, 10_000), 40), View(5, "e", new GeoPoint(0, 90_000), 3),
    ];

    private static readonly GatewayFilter ByDistance =
        Any with { Near = new GeoPoint(0, 0), Order = GatewayOrder.Distance };

    private static readonly GatewayFilter ByLoad = Any with { Order = GatewayOrder.Load };

    [Fact]
    public void The_nearest_come_first_and_those_of_no_location_last()
    {
        Page<Gateway> page = GatewayList.Read(Fleet, ByDistance, null, Noon)!;
        Assert.Equal("bdaec", NamesOf(page));
        Assert.Equal([111, 111, 334, 1001, null], page.Items.Select(gateway => gateway.DistanceM));
        Assert.Equal("bd", NamesOf(GatewayList.Read(Fleet, ByDistance with { WithinM = 200 }, null, Noon)!));
    }

    [Fact]
    public void The_least_loaded_come_first_and_those_that_told_nothing_last()
    {
        Assert.Equal("beadc", NamesOf(GatewayList.Read(Fleet, ByLoad, null, Noon)!));
        Assert.Equal("bea", NamesOf(GatewayList.Read(Fleet, ByLoad with { Load = 7 }, null, Noon)!));
        Assert.Equal("abe", NamesOf(GatewayList.Read(Fleet, Any with { Load = 7 }, null, Noon)!));
    }

    /// <summary>Pages of every size, while beacons come before and behind and the last one of a page goes.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(4, true)]
    [InlineData(1, false)]
    [InlineData(3, false)]
    public void Pages_by_a_number_have_each_beacon_once_whatever_comes_and_goes(int limit, bool isDistance)
    {
        GatewayFilter filter = (isDistance ? ByDistance : ByLoad) with { Limit = limit };
        List<BeaconView> fleet = [.. Fleet];
        List<string> walked = [];
        string? cursor = null;
        do
        {
            Page<Gateway> page = GatewayList.Read(fleet, filter, cursor, Noon)!;
            walked.AddRange(page.Items.Select(gateway => gateway.Name).Where(name => name.Length == 1));
            cursor = page.NextCursor;
            fleet.RemoveAll(beacon => beacon.Id.ToString() == page.Items[^1].Id);
            fleet.Add(View((ulong)(100 + walked.Count), "new", new GeoPoint(0, 1), 0));
        }
        while (cursor is not null);
        Assert.Equal(isDistance ? "bdaec" : "beadc", string.Concat(walked));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("5")]
    [InlineData("AQIDBAUGBwg")]
    [InlineData(".AQIDBAUGBwg")]
    [InlineData("-1.AQIDBAUGBwg")]
    [InlineData("5\0.AQIDBAUGBwg")]
    [InlineData("99999999999999999999.AQIDBAUGBwg")]
    [InlineData("5.AQIDBAUGBwh")]
    [InlineData("5.AQIDBAUGBwg.")]
    public void A_cursor_of_no_page_is_refused(string cursor)
    {
        if (cursor != ".AQIDBAUGBwg")
            Assert.Null(GatewayList.Read(Fleet, ByDistance, cursor, Noon));
        Assert.Null(GatewayList.Read(Fleet, Any, cursor, Noon));
    }

    [Fact]
    public async Task The_call_lists_the_nearest_with_their_distance_and_load()
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon far = await service.EnrolLiveAsync(
            "far", enrolment => enrolment with { Location = new GeoPoint(525_300_000, 134_000_000) });
        await service.EnrolLiveAsync(
            "near", enrolment => enrolment with { Location = new GeoPoint(525_201_000, 134_000_000) });
        await service.EnrolLiveAsync("lost");
        await service.SendAsync(far, TestRecords.Status(1));
        JsonElement[] items = await ItemsAsync(service, "near=52.52,13.4");
        Assert.Equal(["near", "far", "lost"], items.Select(NameOf));
        Assert.Equal(["11", "1112", "null"], items.Select(item => item.GetProperty("distance_m").GetRawText()));
        Assert.Equal(["null", "3", "null"], items.Select(item => item.GetProperty("queue_records").GetRawText()));
        Assert.Equal(
            """{"latitude":52.5201,"longitude":13.4}""", items[0].GetProperty("location").GetRawText());
        Assert.Equal(["near"], (await ItemsAsync(service, "near=52.52,13.4&within_m=100")).Select(NameOf));
        Assert.Equal(["far", "lost", "near"], (await ItemsAsync(service, "near=52.52,13.4&order=name")).Select(NameOf));
        Assert.Equal(["far"], (await ItemsAsync(service, "load=3")).Select(NameOf));
        Assert.Empty(await ItemsAsync(service, "load=2"));
        Assert.Equal("far", NameOf((await ItemsAsync(service, "order=load&limit=1"))[0]));
        (string Query, string Parameter)[] wrong =
        [
            ("within_m=5", "within_m"), ("order=distance", "order"), ("near=52.52", "near"), ("near=NaN,0", "near"),
            ("near=91,0", "near"), ("near=52.52,13.4&within_m=0", "within_m"), ("load=-1", "load"),
            ("order=level", "order"), ("near=52.52,13.4&cursor=AQIDBAUGBwg", "cursor"),
        ];
        foreach ((string query, string parameter) in wrong)
        {
            JsonElement problem = await service.RefusedAsync(
                $"/api/v1/gateways?{query}", HttpStatusCode.BadRequest, "invalid_parameter");
            Assert.Equal(parameter, problem.GetProperty("parameter").GetString());
        }
    }

    [Fact]
    public async Task Calls_share_a_reading_until_it_is_old_or_something_is_changed_here()
    {
        SteppedTime time = new();
        CountedReads store = new();
        FleetReadings readings = new(store.Store, time);
        Task<FleetReading>[] atOnce =
            [.. Enumerable.Range(0, 20).Select(_ => readings.ReadAsync(1, default))];
        await Task.WhenAll(atOnce);
        time.Advance(FleetReadings.MaxAge - TimeSpan.FromMilliseconds(1));
        FleetReading first = await readings.ReadAsync(1, default);
        Assert.Equal(1, store.Reads);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.NotSame(first, await readings.ReadAsync(1, default));
        Assert.NotSame(await readings.ReadAsync(1, default), await readings.ReadAsync(2, default));
        Assert.Equal(3, store.Reads);
        FleetReading anew = await readings.ReadAnewAsync(1, default);
        Assert.Same(anew, await readings.ReadAsync(1, default));
        readings.Forget(1);
        await readings.ReadAsync(1, default);
        Assert.Equal(5, store.Reads);

        store.Failure = new IOException("away");
        time.Advance(FleetReadings.MaxAge);
        await Assert.ThrowsAsync<IOException>(() => readings.ReadAsync(1, default));
        store.Failure = null;
        await readings.ReadAsync(1, default); // a failure is nobody's reading
        for (int tenant = 0; tenant < 3 * FleetReadings.MaxTenants; tenant++)
            await readings.ReadAsync(tenant, default);
        Assert.Equal(FleetReadings.MaxTenants, readings.Count);
    }

    private static async Task<JsonElement[]> ItemsAsync(RunningService service, string query) =>
        [.. (await service.ReadAsync($"/api/v1/gateways?{query}")).GetProperty("items").EnumerateArray()];

    private static string? NameOf(JsonElement gateway) => gateway.GetProperty("name").GetString();

    private static string NamesOf(Page<Gateway> page) => string.Concat(page.Items.Select(gateway => gateway.Name));

    private static BeaconView View(ulong id, string name, GeoPoint? location, long? queue) => new(
        new BeaconId(id), name, "hall-1", SecurityLevel.EmulatedChip, 0xFFFF, null, Noon, Noon.AddHours(-1),
        Noon.AddHours(1), AttestationOutcome.Accepted, Noon.AddHours(-1), "", 1, "1.0.0", 0, 0)
    {
        Location = location,
        QueueRecords = queue,
    };

    /// <summary>Counts how often the fleet is read.</summary>
    private sealed class CountedReads
    {
        private readonly Dashboard.ScriptedQueries queries = new();
        private readonly ReadCounter counter;

        public CountedReads() => (Store, counter) = ReadCounter.Around(queries);

        public IQueryStore Store { get; }

        public int Reads => counter.Reads;

        public Exception? Failure { set => queries.Failure = value; }
    }

    /// <summary>Stands in front of a store for reads.</summary>
    internal class ReadCounter : System.Reflection.DispatchProxy
    {
        private IQueryStore inner = null!;
        private int reads;

        public int Reads => reads;

        public static (IQueryStore Store, ReadCounter Counter) Around(IQueryStore inner)
        {
            IQueryStore store = Create<IQueryStore, ReadCounter>();
            ((ReadCounter)store).inner = inner;
            return (store, (ReadCounter)store);
        }

        protected override object? Invoke(System.Reflection.MethodInfo? targetMethod, object?[]? args)
        {
            Interlocked.Increment(ref reads);
            return targetMethod!.Invoke(inner, args);
        }
    }
}
