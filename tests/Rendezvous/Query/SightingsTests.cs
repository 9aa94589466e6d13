using System.Net;
using System.Text.Json;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Query;

/// <summary>/api/v1/sightings and /api/v1/presence over rows that came in as sealed frames.</summary>
public sealed class SightingsTests : IAsyncLifetime
{
    private RunningService service = null!;

    public async Task InitializeAsync() => service = await RunningService.StartAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task A_sighting_has_its_address_signal_and_times_in_their_units()
    {
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        DateTimeOffset boot = service.Now.AddMinutes(-3);
        await service.SendAsync(
            beacon, TestRecords.Report(1, [0xC0FFEE123456], boot.ToUnixTimeMilliseconds(), openTicks: 90_000));
        JsonElement sighting = Assert.Single(await ItemsAsync("/api/v1/sightings"));
        Assert.Equal(
            new[]
            {
                "id", "beacon", "address", "pseudonym_day", "radio", "rssi_dbm", "captured_at", "capture_quality",
                "received_at",
            },
            sighting.EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            (beacon.IdText, "c0ffee123456", "ble", "device_clock"),
            (Text(sighting, "beacon"), Text(sighting, "address"), Text(sighting, "radio"),
                Text(sighting, "capture_quality")));
        Assert.Equal(-70, sighting.GetProperty("rssi_dbm").GetInt32());
        Assert.Equal(JsonValueKind.Null, sighting.GetProperty("pseudonym_day").ValueKind);
        Assert.Equal(boot.AddSeconds(90), Time(sighting, "captured_at"));
        Assert.Equal(service.Now, Time(sighting, "received_at"));
    }

    [Fact]
    public async Task A_clock_that_cannot_be_meant_does_not_spoil_the_list()
    {
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        await service.SendAsync(
            beacon, TestRecords.Report(1, [1], 0, (1UL << 40) - 9001),
            TestRecords.Report(2, [2], long.MaxValue, (1UL << 40) - 9001));
        JsonElement[] items = await ItemsAsync("/api/v1/sightings");
        Assert.Equal(2, items.Length);
        Assert.All(items, item => Assert.Equal("received", Text(item, "capture_quality")));
    }

    [Fact]
    public async Task The_cursor_walks_every_row_once_while_rows_come_in()
    {
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        foreach (uint number in Enumerable.Range(1, 5))
        {
            ulong[] addresses = [.. Enumerable.Range(1, 5).Select(i => (number * 16) + (ulong)i)];
            await service.SendAsync(beacon, TestRecords.Report(number, addresses));
        }

        string[] before = [.. (await ItemsAsync("/api/v1/sightings")).Select(item => Text(item, "address")!)];
        Assert.Equal(25, before.Distinct().Count());
        List<string> walked = [];
        uint sequence = 6;
        for (string? cursor = ""; cursor is not null;)
        {
            string more = cursor.Length > 0 ? $"&cursor={cursor}" : "";
            JsonElement page = await service.ReadAsync($"/api/v1/sightings?limit=4{more}");
            walked.AddRange(Items(page).Select(item => Text(item, "address")!));
            cursor = Text(page, "next_cursor");
            await service.SendAsync(beacon, TestRecords.Report(sequence, [1000 + sequence++]));
        }

        Assert.Equal(before, walked);
    }

    [Fact]
    public async Task Filters_work_alone_and_together()
    {
        TestBeacon one = await service.EnrolLiveAsync("one");
        TestBeacon two = await service.EnrolLiveAsync("two");
        await service.SendAsync(one, TestRecords.Report(1, [1, 2]));
        service.Advance(TimeSpan.FromMinutes(1));
        string middle = service.Now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null);
        await service.SendAsync(two, TestRecords.Report(1, [1]));
        service.Advance(TimeSpan.FromMinutes(1));
        string end = service.Now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null);
        await service.SendAsync(one, TestRecords.Report(2, [3]));
        Assert.Equal(["3", "2", "1"], await ShortAsync($"beacon={one.IdText}"));
        Assert.Equal(["1", "1"], await ShortAsync("address=000000000001"));
        Assert.Equal(["3", "1"], await ShortAsync($"from={middle}"));
        Assert.Equal(["2", "1"], await ShortAsync($"to={middle}"));
        Assert.Equal(["1"], await ShortAsync($"from={middle}&to={end}"));
        string offset = middle.Replace("Z", ".000%2B00:00", StringComparison.Ordinal);
        Assert.Equal(["1"], await ShortAsync($"from={offset}&to={end}"));
        Assert.Empty(await ShortAsync($"beacon={two.IdText}&address=000000000003"));
        Assert.Empty(await ShortAsync("beacon=AQIDBAUGBwg"));
        Assert.Empty(await ShortAsync("from=9999-12-31T23:59:59Z"));
        Assert.Equal(4, (await ShortAsync("from=0001-01-01T00:00:00Z")).Length);
    }

    [Fact]
    public async Task An_address_may_be_written_in_capitals()
    {
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        await service.SendAsync(beacon, TestRecords.Report(1, [0xABCDEF012345]));
        Assert.Equal(["abcdef012345"], await ShortAsync("address=ABCDEF012345"));
    }

    [Fact]
    public async Task Presence_tells_who_is_around_where_and_since_when()
    {
        TestBeacon near = await service.EnrolLiveAsync("near");
        TestBeacon far = await service.EnrolLiveAsync("far");
        await service.SendAsync(near, TestRecords.Report(1, [0xA, 0xB]));
        service.Advance(TimeSpan.FromSeconds(100));
        await service.SendAsync(far, TestRecords.Report(1, [0xA]));
        JsonElement list = await service.ReadAsync("/api/v1/presence");
        Assert.Equal(service.Now.AddSeconds(-300), Time(list, "since"));
        JsonElement[] items = [.. Items(list)];
        Assert.Equal(["00000000000a", "00000000000b"], items.Select(item => Text(item, "address")));
        Assert.Equal(
            (2, 2L, -70, "ble", service.Now),
            (items[0].GetProperty("beacon_count").GetInt32(), items[0].GetProperty("sighting_count").GetInt64(),
                items[0].GetProperty("strongest_rssi_dbm").GetInt32(), Text(items[0], "radio"),
                Time(items[0], "last_received_at")));
        Assert.Equal(near.IdText, Text(items[1], "strongest_beacon"));
        JsonElement latest = Assert.Single(await ItemsAsync("/api/v1/presence?since=99"));
        Assert.Equal("00000000000a", Text(latest, "address"));
        Assert.Equal(2, (await ItemsAsync("/api/v1/presence?since=86400")).Length);
        Assert.Single(await ItemsAsync("/api/v1/presence?limit=1"));
        service.Advance(TimeSpan.FromSeconds(301));
        Assert.Empty(await ItemsAsync("/api/v1/presence"));
    }

    [Fact]
    public async Task A_tenant_does_not_see_what_is_another_s()
    {
        await service.Database.ExecuteAsync("INSERT INTO tenants (tenant_id, name) VALUES (2, 'second')");
        TestBeacon theirs = await service.EnrolLiveAsync("theirs", enrolment => enrolment with { TenantId = 2 });
        await service.SendAsync(theirs, TestRecords.Report(1, [1, 2]));
        Assert.Empty(await ItemsAsync("/api/v1/gateways?status=all"));
        Assert.Empty(await ItemsAsync("/api/v1/sightings"));
        Assert.Empty(await ItemsAsync($"/api/v1/sightings?beacon={theirs.IdText}"));
        Assert.Empty(await ItemsAsync("/api/v1/presence"));
        await service.RefusedAsync($"/api/v1/beacons/{theirs.IdText}", HttpStatusCode.NotFound, "beacon_unknown");
        await service.RefusedAsync(
            $"/api/v1/gateways?cursor={theirs.IdText}", HttpStatusCode.BadRequest, "invalid_parameter");
    }

    [Fact]
    public async Task A_database_that_lost_a_table_is_a_store_that_does_not_answer()
    {
        await service.Database.ExecuteAsync("DROP TABLE sightings");
        foreach (string path in new[] { "/api/v1/sightings", "/api/v1/presence" })
        {
            JsonElement problem = await service.RefusedAsync(path, HttpStatusCode.ServiceUnavailable,
                "store_unavailable");
            Assert.DoesNotContain("sightings", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    private static IEnumerable<JsonElement> Items(JsonElement page) => page.GetProperty("items").EnumerateArray();

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static DateTimeOffset Time(JsonElement element, string name) =>
        element.GetProperty(name).GetDateTimeOffset();

    private async Task<JsonElement[]> ItemsAsync(string path) => [.. Items(await service.ReadAsync(path))];

    private async Task<string[]> ShortAsync(string query) =>
        [.. (await ItemsAsync($"/api/v1/sightings?{query}")).Select(item => Text(item, "address")!.TrimStart('0'))];
}
