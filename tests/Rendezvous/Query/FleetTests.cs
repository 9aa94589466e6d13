using System.Net;
using System.Text.Json;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Query;

/// <summary>/api/v1/gateways and /api/v1/beacons/{id} over beacons that came in by the exchange.</summary>
public sealed class FleetTests : IAsyncLifetime
{
    private RunningService service = null!;

    public async Task InitializeAsync() => service = await RunningService.StartAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task A_live_beacon_is_listed_with_its_level_in_words_and_its_counts()
    {
        TestBeacon beacon = await service.EnrolLiveAsync(
            "north gate", enrolment => enrolment with { Region = "hall-2" });
        await service.SendAsync(beacon, TestRecords.Report(1, [1, 2, 3]), TestRecords.Status(2));
        service.Advance(TimeSpan.FromMinutes(2));
        JsonElement page = await service.ReadAsync("/api/v1/gateways");
        Assert.Equal(JsonValueKind.Null, page.GetProperty("next_cursor").ValueKind);
        JsonElement gateway = Assert.Single(page.GetProperty("items").EnumerateArray());
        Assert.Equal(
            new[]
            {
                "id", "name", "region", "status", "trusted", "security_level", "security_level_label", "hardware_model",
                "firmware_version", "last_seen_at", "attested_at", "attested_until", "revoked_at", "boot",
                "sighting_count", "record_count", "refusal",
                "clone_suspected", "open_alarms", "location", "queue_records", "distance_m",
            },
            gateway.EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            (beacon.IdText, "north gate", "hall-2", "live", "emulated_chip", "emulated chip", "0.1.0"),
            (Text(gateway, "id"), Text(gateway, "name"), Text(gateway, "region"), Text(gateway, "status"),
                Text(gateway, "security_level"), Text(gateway, "security_level_label"),
                Text(gateway, "firmware_version")));
        Assert.True(gateway.GetProperty("trusted").GetBoolean());
        DateTimeOffset then = service.Now.AddMinutes(-2);
        Assert.Equal((then, then), (Time(gateway, "last_seen_at"), Time(gateway, "attested_at")));
        Assert.True(Time(gateway, "attested_until") > service.Now);
        Assert.Equal(
            (5, 3, 2, 0xFFFF),
            (gateway.GetProperty("boot").GetInt32(), gateway.GetProperty("sighting_count").GetInt32(),
                gateway.GetProperty("record_count").GetInt32(), gateway.GetProperty("hardware_model").GetInt32()));
        Assert.Equal(JsonValueKind.Null, gateway.GetProperty("refusal").ValueKind);
    }

    [Fact]
    public async Task A_refused_beacon_says_why_in_plain_words_and_is_not_among_the_live_ones()
    {
        TestBeacon refused = await service.EnrolRefusedAsync("south gate");
        Assert.Empty(Items(await service.ReadAsync("/api/v1/gateways")));
        JsonElement gateway = Assert.Single(Items(await service.ReadAsync("/api/v1/gateways?status=refused")));
        Assert.Equal((refused.IdText, "refused"), (Text(gateway, "id"), Text(gateway, "status")));
        Assert.False(gateway.GetProperty("trusted").GetBoolean());
        JsonElement refusal = gateway.GetProperty("refusal");
        Assert.Equal("chain_untrusted", Text(refusal, "outcome"));
        Assert.Equal(
            "Its certificate does not come from one of the operator's authorities.", Text(refusal, "meaning"));
        Assert.NotEqual("", Text(refusal, "detail"));
        Assert.Equal(service.Now, Time(refusal, "at"));
        Assert.Equal(JsonValueKind.Null, gateway.GetProperty("attested_until").ValueKind);
    }

    [Fact]
    public async Task A_refusal_is_shown_beside_a_session_that_still_runs()
    {
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        AssertRefused(await service.AttestAsync(beacon, evidence => evidence.Boot = 4));
        JsonElement gateway = Assert.Single(Items(await service.ReadAsync("/api/v1/gateways")));
        Assert.Equal("live", Text(gateway, "status"));
        Assert.Equal("boot_not_rising", Text(gateway.GetProperty("refusal"), "outcome"));
    }

    [Fact]
    public async Task Every_status_is_reached_and_filtered()
    {
        TestBeacon live = await service.EnrolLiveAsync("a");
        TestBeacon silent = await service.EnrolLiveAsync("b");
        TestBeacon revoked = await service.EnrolLiveAsync("c");
        TestBeacon refused = await service.EnrolRefusedAsync("d");
        TestBeacon enrolled = await service.EnrolAsync("e");
        Assert.True(await service.Store.RevokeAsync(revoked.Id, "test", service.Now, default));
        service.Advance(FleetPolicy.LiveWithin + TimeSpan.FromSeconds(1));
        await service.SendAsync(live, TestRecords.Status(1));
        (string Status, TestBeacon Beacon)[] expected =
            [("live", live), ("stale", silent), ("revoked", revoked), ("refused", refused), ("enrolled", enrolled)];
        foreach ((string status, TestBeacon beacon) in expected)
        {
            JsonElement gateway = Assert.Single(Items(await service.ReadAsync($"/api/v1/gateways?status={status}")));
            Assert.Equal((beacon.IdText, status), (Text(gateway, "id"), Text(gateway, "status")));
            Assert.Equal(status is "live" or "stale", gateway.GetProperty("trusted").GetBoolean());
        }

        JsonElement all = await service.ReadAsync("/api/v1/gateways?status=all");
        Assert.Equal(["a", "b", "c", "d", "e"], Items(all).Select(gateway => Text(gateway, "name")));
    }

    [Fact]
    public async Task Region_and_level_filter_exactly()
    {
        await service.EnrolAsync("a", enrolment => enrolment with { Region = "hall 1/ü&" });
        await service.EnrolAsync("b", enrolment => enrolment with { Level = SecurityLevel.SecureElement });
        await service.EnrolAsync("c", enrolment => enrolment with { Level = SecurityLevel.Software });
        Assert.Equal(["a"], await NamesAsync("region=" + Uri.EscapeDataString("hall 1/ü&")));
        Assert.Empty(await NamesAsync("region=hall"));
        Assert.Equal(["a"], await NamesAsync("level=emulated_chip"));
        Assert.Equal(["b"], await NamesAsync("level=secure_element"));
        Assert.Equal(["c"], await NamesAsync("level=software&region=attic"));
        JsonElement software =
            Assert.Single(Items(await service.ReadAsync("/api/v1/gateways?status=all&level=software")));
        Assert.Equal("key in flash: can be copied", Text(software, "security_level_label"));
    }

    [Fact]
    public async Task The_cursor_walks_every_beacon_once_while_more_are_enrolled()
    {
        foreach (int number in Enumerable.Range(0, 7))
            await service.EnrolAsync($"m{number}");
        List<string> walked = [];
        string query = "/api/v1/gateways?status=all&limit=3";
        string? cursor = null;
        do
        {
            JsonElement page = await service.ReadAsync(cursor is null ? query : $"{query}&cursor={cursor}");
            walked.AddRange(Items(page).Select(gateway => Text(gateway, "name")!));
            cursor = Text(page, "next_cursor");
            await service.EnrolAsync($"a{walked.Count}"); // before the cursor: must not shift what follows
        }
        while (cursor is not null);
        Assert.Equal(Enumerable.Range(0, 7).Select(number => $"m{number}"), walked);
    }

    [Fact]
    public async Task A_page_holds_as_many_as_were_asked_for()
    {
        foreach (int number in Enumerable.Range(0, 3))
            await service.EnrolAsync($"b{number}");
        JsonElement exact = await service.ReadAsync("/api/v1/gateways?status=all&limit=3");
        Assert.Equal((3, null), (Items(exact).Count(), Text(exact, "next_cursor")));
        JsonElement one = await service.ReadAsync("/api/v1/gateways?status=all&limit=1");
        Assert.Equal(Text(Assert.Single(Items(one)), "id"), Text(one, "next_cursor"));
        await service.ReadAsync("/api/v1/gateways?limit=1000");
    }

    [Fact]
    public async Task One_beacon_is_told_in_full()
    {
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        await service.SendAsync(beacon, TestRecords.Status(1));
        service.Advance(TimeSpan.FromSeconds(30));
        AssertRefused(await service.AttestAsync(beacon, evidence => evidence.Boot = 4));
        JsonElement detail = await service.ReadAsync($"/api/v1/beacons/{beacon.IdText}");
        Assert.Equal("attic", Text(detail.GetProperty("beacon"), "name"));
        JsonElement[] attestations = [.. detail.GetProperty("attestations").EnumerateArray()];
        Assert.Equal(
            ["boot_not_rising", "accepted"], attestations.Select(attestation => Text(attestation, "outcome")));
        Assert.Equal([4, 5], attestations.Select(attestation => attestation.GetProperty("boot").GetInt32()));
        Assert.Equal(service.Now, Time(attestations[0], "at"));
        JsonElement status = detail.GetProperty("status");
        Assert.Equal(
            (61_000, 3, 400, -55, "0.1.0"),
            (status.GetProperty("uptime_ms").GetInt32(), status.GetProperty("queue_records").GetInt32(),
                status.GetProperty("queue_bytes").GetInt32(), status.GetProperty("wifi_rssi_dbm").GetInt32(),
                Text(status, "firmware_version")));
        Assert.Equal(service.Now.AddSeconds(-30), Time(status, "received_at"));
        Assert.Equal(
            """
            [{"kind":"http","index":1},{"advertise_ms":42700,"ble_scan_ms":15200,"wifi_scan_ms":300},
            {"rssi":11,"address":12,"service":13,"manufacturer":14,"unchanged":15},
            {"connects":21,"connect_failures":22,"receipts_missed":23,"downlink_refused":24},
            "secure_element",31,{"radio":41,"chip":42,"torn_records":43,"other":44},51]
            """.Replace("\n", "", StringComparison.Ordinal),
            Told(status));
    }

    [Fact]
    public async Task A_status_without_details_and_one_of_a_later_firmware_are_told_too()
    {
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        StatusBody body = new() { BootReason = (BootReason)200 };
        byte[] bytes = new byte[StatusBody.MaxSize];
        byte[] plain = bytes[..body.Write(bytes, 0)];
        await service.SendAsync(beacon, TestRecords.Record(1, 2, plain));
        JsonElement status = await StatusAsync();
        Assert.Equal("[null,null,null,null,null,null,null,null]", Told(status));
        Assert.Equal("not_known", Text(status, "boot_reason"));

        await service.SendAsync(beacon, TestRecords.Record(2, 2, [.. plain, 1, 2, 77, 3, 5, 1, 99, 200, 1, 0]));
        Assert.Equal(
            """[{"kind":null,"index":3},null,null,null,"not_known",null,null,null]""", Told(await StatusAsync()));

        async Task<JsonElement> StatusAsync() =>
            (await service.ReadAsync($"/api/v1/beacons/{beacon.IdText}")).GetProperty("status");
    }

    /// <summary>The details of a status, as the API tells them.</summary>
    private static string Told(JsonElement status)
    {
        string[] names =
        [
            "transport", "radio_duty", "filtered", "link", "security_level", "config_version", "faults", "eid_period",
        ];
        return $"[{string.Join(',', names.Select(name => status.GetProperty(name).GetRawText()))}]";
    }

    [Fact]
    public async Task A_beacon_that_never_spoke_has_no_status_and_no_times()
    {
        TestBeacon beacon = await service.EnrolAsync("shelf");
        JsonElement detail = await service.ReadAsync($"/api/v1/beacons/{beacon.IdText}");
        Assert.Equal(JsonValueKind.Null, detail.GetProperty("status").ValueKind);
        Assert.Empty(detail.GetProperty("attestations").EnumerateArray());
        Assert.All(
            ["last_seen_at", "attested_at", "attested_until", "revoked_at", "firmware_version", "refusal"],
            name => Assert.Equal(JsonValueKind.Null, detail.GetProperty("beacon").GetProperty(name).ValueKind));
    }

    [Fact]
    public async Task A_beacon_s_hours_are_counted_after_their_end_and_asked_for_by_number()
    {
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        DateTimeOffset hour = UpkeepPolicy.HourOf(service.Now);
        await service.SendAsync(beacon, TestRecords.Report(1, [1, 2, 3]), TestRecords.Status(2));
        service.Advance(TimeSpan.FromMinutes(61));
        await service.Store.RollUpAsync(service.Now, UpkeepPolicy.Retention, default);
        string path = $"/api/v1/beacons/{beacon.IdText}/hours";
        Assert.Empty(Items(await service.ReadAsync(path)));
        service.Advance(TimeSpan.FromMinutes(10));
        await service.Store.RollUpAsync(service.Now, UpkeepPolicy.Retention, default);
        JsonElement history = await service.ReadAsync(path + "?hours=2");
        Assert.Equal((hour.AddHours(-1), hour.AddHours(1)), (Time(history, "from"), Time(history, "to")));
        JsonElement counted = Assert.Single(Items(history));
        Assert.Equal(
            (hour, 2, 3),
            (Time(counted, "hour"), counted.GetProperty("records").GetInt32(),
                counted.GetProperty("sightings").GetInt32()));
        service.Advance(TimeSpan.FromHours(2));
        Assert.Empty(Items(await service.ReadAsync(path + "?hours=2")));
        await service.RefusedAsync(path + "?hours=745", HttpStatusCode.BadRequest, "invalid_parameter");
        await service.RefusedAsync("/api/v1/beacons/AQIDBAUGBwg/hours", HttpStatusCode.NotFound, "beacon_unknown");
        await service.RefusedAsync("/api/v1/beacons/x/hours", HttpStatusCode.BadRequest, "invalid_parameter");
    }

    [Fact]
    public async Task A_beacon_s_statuses_are_paged_newest_first_and_chosen_by_time()
    {
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        DateTimeOffset start = service.Now;
        for (uint i = 1; i <= 5; i++)
        {
            await service.SendAsync(beacon, TestRecords.Status(i));
            service.Advance(TimeSpan.FromMinutes(5));
        }

        string path = $"/api/v1/beacons/{beacon.IdText}/statuses";
        List<int> walked = [];
        string? cursor = null;
        do
        {
            JsonElement page = await service.ReadAsync($"{path}?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            walked.AddRange(Items(page).Select(item => item.GetProperty("sequence").GetInt32()));
            cursor = Text(page, "next_cursor");
        }
        while (cursor is not null);
        Assert.Equal([5, 4, 3, 2, 1], walked);
        JsonElement some = await service.ReadAsync(
            $"{path}?from={start.AddMinutes(5):yyyy-MM-ddTHH:mm:ssZ}&to={start.AddMinutes(15):yyyy-MM-ddTHH:mm:ssZ}");
        Assert.Equal([3, 2], Items(some).Select(item => item.GetProperty("sequence").GetInt32()));
        JsonElement first = Items(some).First();
        Assert.Equal(
            (5, start.AddMinutes(10), 3),
            (first.GetProperty("boot").GetInt32(), Time(first.GetProperty("status"), "received_at"),
                first.GetProperty("status").GetProperty("queue_records").GetInt32()));
        string[] wrong =
        [
            "cursor=x", "cursor=1-2", "cursor=1-2-3-4", "cursor=-1-2-3", "cursor=1-2-4294967296",
            "cursor=999999999999999-1-1", "from=yesterday", "limit=0",
            "from=2030-01-31T08:00:00Z&to=2030-01-31T08:00:00Z",
        ];
        foreach (string query in wrong)
            await service.RefusedAsync($"{path}?{query}", HttpStatusCode.BadRequest, "invalid_parameter");
        await service.RefusedAsync("/api/v1/beacons/AQIDBAUGBwg/statuses", HttpStatusCode.NotFound, "beacon_unknown");
        await service.RefusedAsync("/api/v1/beacons/x/statuses", HttpStatusCode.BadRequest, "invalid_parameter");
    }

    [Fact]
    public async Task A_beacon_that_is_not_enrolled_is_404_and_an_id_that_is_none_400()
    {
        await service.RefusedAsync("/api/v1/beacons/AQIDBAUGBwg", HttpStatusCode.NotFound, "beacon_unknown");
        string[] noIds =
            ["x", "!!!!!!!!!!!", "AQIDBAUGBwh", "AQIDBAUGBw=", "AQIDBAUGBwgA", "%C3%BCQIDBAUGBwg", "a%20b"];
        foreach (string id in noIds)
        {
            JsonElement problem = await service.RefusedAsync(
                $"/api/v1/beacons/{id}", HttpStatusCode.BadRequest, "invalid_parameter");
            Assert.Equal("id", Text(problem, "parameter"));
            Assert.Contains("11 characters", Text(problem, "detail"), StringComparison.Ordinal);
        }
    }

    private static void AssertRefused(IngestOutcome outcome) =>
        Assert.Equal(IngestOutcome.AttestationRefused, outcome);

    private static IEnumerable<JsonElement> Items(JsonElement page) => page.GetProperty("items").EnumerateArray();

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static DateTimeOffset Time(JsonElement element, string name) =>
        element.GetProperty(name).GetDateTimeOffset();

    private async Task<IEnumerable<string?>> NamesAsync(string query) =>
        Items(await service.ReadAsync($"/api/v1/gateways?status=all&{query}")).Select(gateway => Text(gateway, "name"));
}
