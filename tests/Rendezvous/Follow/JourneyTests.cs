using System.Globalization;
using System.Net;
using System.Text.Json;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Access;
using LumenLink.Tests.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Follow;

/// <summary>/api/v1/trace over records that came in as sealed frames, on both engines.</summary>
[Collection(PostgresCollection.Name)]
public sealed class JourneyTests(PostgresFixture postgres)
{
    private static readonly string[] Parts =
        ["radio", "record", "frame", "seal", "decision", "receipt", "rows", "answer"];

    [Fact]
    public async Task A_sighting_is_followed_from_the_radio_to_the_api_on_sqlite() =>
        await FollowAsync(await SqliteDatabase.CreateAsync(), "sightings");

    [PostgresFact]
    public async Task A_sighting_is_followed_from_the_radio_to_the_api_on_postgresql() =>
        await FollowAsync(await postgres.CreateAsync(), "sightings_");

    [Fact]
    public async Task Nothing_of_another_tenant_is_followed_on_sqlite() =>
        await KeepApartAsync(await SqliteDatabase.CreateAsync());

    [PostgresFact]
    public async Task Nothing_of_another_tenant_is_followed_on_postgresql() =>
        await KeepApartAsync(await postgres.CreateAsync());

    [Theory]
    [InlineData(0)]
    [InlineData(120)]
    public async Task Bytes_that_were_encoded_again_are_those_that_came_or_said_not_to_be(int gapMs)
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        ushort day = (ushort)(service.Now.AddMinutes(-3).ToUnixTimeMilliseconds() / 86_400_000);
        byte[] record = Pseudonyms(service.Now.AddMinutes(-3).ToUnixTimeMilliseconds(), day, (uint)gapMs);
        await service.SendAsync(beacon, record);
        JsonElement frame = Step(await service.ReadAsync($"/api/v1/trace/{beacon.IdText}:5:1"), "frame");
        JsonElement bytes = frame.GetProperty("bytes");
        Assert.True(bytes.GetProperty("encoded_again").GetBoolean());
        Assert.False(frame.GetProperty("kept").GetBoolean());
        Assert.Equal(gapMs == 0, bytes.GetProperty("same_as_came").GetBoolean());
        Assert.Equal(
            gapMs == 0, Text(bytes, "hex") == Convert.ToHexStringLower(record));
        Assert.Contains(
            gapMs == 0 ? "the same as those that came" : "time_ms is the close of the last window",
            Text(frame, "not_kept"), StringComparison.Ordinal);

        // Whatever is missing, what the bytes say is what came.
        ReportReader came = new();
        ReportReader again = new();
        Assert.Equal(WireError.None, came.Read(record));
        Assert.Equal(WireError.None, again.Read(Convert.FromHexString(Text(bytes, "hex"))));
        Assert.Equal((came.KeyDay, came.SightingCount), (again.KeyDay, again.SightingCount));
        Assert.Equal(came.Windows.ToArray(), again.Windows.ToArray());
        Assert.Equal(
            Enumerable.Range(0, came.SightingCount).Select(i => came[i]),
            Enumerable.Range(0, again.SightingCount).Select(i => again[i]));
        AssertTiles(bytes);
    }

    [Fact]
    public async Task A_clock_that_was_not_set_is_said_and_the_bytes_have_ticks_again()
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        byte[] record = TestRecords.Report(1, [0xA, 0xB]);
        await service.SendAsync(beacon, record);
        JsonElement journey = await service.ReadAsync($"/api/v1/trace/{beacon.IdText}:5:1");
        Assert.Equal("device_uptime", Text(Times(Step(journey, "radio"))[0], "clock"));
        Assert.StartsWith("placed", Fact(Step(journey, "record"), "time quality"), StringComparison.Ordinal);
        JsonElement bytes = Step(journey, "frame").GetProperty("bytes");
        Assert.Equal(Convert.ToHexStringLower(record), Text(bytes, "hex"));
        Assert.True(bytes.GetProperty("same_as_came").GetBoolean());
    }

    [Fact]
    public async Task A_time_that_is_not_known_is_not_made_up()
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        await service.SendAsync(beacon, TestRecords.Report(1, [1], 0, (1UL << 40) - 9001));
        JsonElement journey = await service.ReadAsync($"/api/v1/trace/{beacon.IdText}:5:1");
        JsonElement time = Assert.Single(Times(Step(journey, "radio")));
        Assert.Equal(("frame arrived", "service"), (Text(time, "name"), Text(time, "clock")));
        JsonElement frame = Step(journey, "frame");
        Assert.Equal(JsonValueKind.Null, frame.GetProperty("bytes").ValueKind);
        Assert.Contains("not known when its windows were open", Text(frame, "not_kept"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_report_has_the_steps_that_it_has()
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        await service.SendAsync(
            beacon, TestRecords.Status(2), TestRecords.Diagnostics(3, "marked-line\n"),
            TestRecords.Record(5, 9, [1, 2]));
        JsonElement status = await service.ReadAsync($"/api/v1/trace/{beacon.IdText}:5:2");
        Assert.False(Step(status, "radio").GetProperty("kept").GetBoolean());
        JsonElement answer = Step(status, "answer").GetProperty("answer");
        Assert.Equal(
            61_000, answer.GetProperty("status").GetProperty("status").GetProperty("uptime_ms").GetInt64());
        JsonElement page = await service.ReadAsync(Text(answer, "link"));
        Assert.Equal(
            answer.GetProperty("status").GetRawText(),
            Assert.Single(page.GetProperty("items").EnumerateArray()).GetRawText());

        // Diagnostics are for operators, and a refused record has no rows.
        JsonElement diagnostics = await service.ReadAsync($"/api/v1/trace/{beacon.IdText}:5:3");
        Assert.DoesNotContain("marked-line", diagnostics.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("diagnostics", Text(Step(diagnostics, "answer"), "not_kept"), StringComparison.Ordinal);
        JsonElement refused = await service.ReadAsync($"/api/v1/trace/{beacon.IdText}:5:5");
        Assert.Equal("1 KindUnknown", Fact(Step(refused, "decision"), "refused"));
        Assert.Equal("the bitmap", Fact(Step(refused, "receipt"), "covered by"));
        Assert.False(Step(refused, "answer").GetProperty("kept").GetBoolean());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("9223372036854775808")]
    [InlineData("1%7F")]
    [InlineData("%F0%9F%92%A1")]
    [InlineData("1'--")]
    [InlineData("AQIDBAUGBwh:1:1")]
    [InlineData("AQIDBAUGBwg:2097152:1")]
    [InlineData("AQIDBAUGBwg:1:16777216")]
    public async Task A_hostile_id_is_a_bad_parameter(string id)
    {
        await using RunningService service = await RunningService.StartAsync();
        JsonElement problem = await service.RefusedAsync(
            $"/api/v1/trace/{id}", HttpStatusCode.BadRequest, "invalid_parameter");
        Assert.Equal("id", Text(problem, "parameter"));
        await service.RefusedAsync("/api/v1/trace/1?more=1", HttpStatusCode.BadRequest, "unknown_parameter");
        await service.RefusedAsync("/api/v1/trace/9223372036854775807", HttpStatusCode.NotFound, "record_unknown");
        await service.RefusedAsync("/api/v1/trace/AQIDBAUGBwg:1:1", HttpStatusCode.NotFound, "record_unknown");
    }

    private static async Task FollowAsync(TestDatabase database, string table)
    {
        await using RunningService service = await RunningService.StartAsync(over: database);
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        DateTimeOffset boot = service.Now.AddMinutes(-3);
        ulong[] addresses = [.. Enumerable.Range(1, 20).Select(i => (ulong)i)];
        await service.SendAsync(
            beacon, TestRecords.Report(1, [0xC0FFEE123456, 0xB], boot.ToUnixTimeMilliseconds(), openTicks: 90_000),
            TestRecords.Report(2, addresses, boot.ToUnixTimeMilliseconds(), openTicks: 90_000));
        JsonElement listed = (await service.ReadAsync("/api/v1/sightings?address=c0ffee123456"))
            .GetProperty("items")[0];
        JsonElement journey = await service.ReadAsync($"/api/v1/trace/{Text(listed, "id")}");
        Assert.Equal(
            ($"{beacon.IdText}:5:1", Text(listed, "id"), "attic"),
            (Text(journey, "record"), Text(journey, "sighting"), Text(journey, "beacon_name")));
        Assert.Equal(Parts, Steps(journey).Select(step => Text(step, "part")));
        Assert.All(Steps(journey), step => Assert.True(
            step.GetProperty("kept").GetBoolean() || Text(step, "not_kept").Length > 0, Text(step, "part")));
        AssertTimes(journey, boot.AddSeconds(90), boot.AddSeconds(99), service.Now);
        JsonElement radio = Step(journey, "radio");
        Assert.Equal(
            ("c0ffee123456", "-70", "9000", "0 Public"),
            (Fact(radio, "address"), Fact(radio, "rssi_dbm"), Fact(radio, "duration_ms"), Fact(radio, "address_type")));
        Assert.Equal(
            beacon.Session!.Id.ToString(CultureInfo.InvariantCulture), Fact(Step(journey, "seal"), "session_id"));
        Assert.Equal(
            ("the range", "2"),
            (Fact(Step(journey, "receipt"), "covered by"), Fact(Step(journey, "receipt"), "settled_through")));

        // The row is the one that was listed, and the bytes say what it says.
        JsonElement row = Step(journey, "rows").GetProperty("rows").EnumerateArray().Last();
        Assert.StartsWith(table, Text(row, "table").Replace("lumen.", "", StringComparison.Ordinal),
            StringComparison.Ordinal);
        Assert.Equal($"row_id = {Text(listed, "id")}", Text(row, "key"));
        ReportReader reader = new();
        Assert.Equal(
            WireError.None,
            reader.Read(Convert.FromHexString(Text(Step(journey, "frame").GetProperty("bytes"), "hex"))));
        Sighting read = Enumerable.Range(0, reader.SightingCount).Select(i => reader[i])
            .Single(sighting => sighting.Address == 0xC0FFEE123456);
        Assert.Equal(
            (Column(row, "window_open_unix_ms"), Column(row, "address"), Column(row, "rssi_dbm")),
            ($"{reader.Windows[read.Window].OpenMs}", $"{read.Address:x12}", $"{read.RssiDbm}"));

        // The answer is what the call that it names answers.
        JsonElement answer = Step(journey, "answer").GetProperty("answer");
        Assert.Equal(listed.GetRawText(), Assert.Single(Sightings(answer)).GetRawText());
        JsonElement asked = await service.ReadAsync(Text(answer, "link"));
        Assert.Equal(
            listed.GetRawText(), Assert.Single(asked.GetProperty("items").EnumerateArray()).GetRawText());

        JsonElement record = await service.ReadAsync($"/api/v1/trace/{beacon.IdText}:5:2");
        Assert.Equal(JsonValueKind.Null, record.GetProperty("sighting").ValueKind);
        Assert.Equal("20", Fact(Step(record, "radio"), "sightings"));
        Assert.Equal(16, Sightings(Step(record, "answer").GetProperty("answer")).Length);
        Assert.Contains("first 16", Text(Step(record, "rows"), "not_kept"), StringComparison.Ordinal);
    }

    private static async Task KeepApartAsync(TestDatabase database)
    {
        await using RunningService service = await RunningService.StartAsync(over: database);
        await service.Database.ExecuteAsync("INSERT INTO tenants (tenant_id, name) VALUES (2, 'second')");
        TestBeacon theirs = await service.EnrolLiveAsync("theirs", enrolment => enrolment with { TenantId = 2 });
        await service.SendAsync(theirs, TestRecords.Report(1, [1]), TestRecords.Status(2));
        (string key, _) = await service.AddKeyAsync(ApiRole.Viewer, 2);
        using HttpResponseMessage listed = await service.SendAsync(key, HttpMethod.Get, "/api/v1/sightings");
        using JsonDocument page = JsonDocument.Parse(await listed.Content.ReadAsStringAsync());
        string sighting = Text(page.RootElement.GetProperty("items")[0], "id");
        foreach (string id in new[] { sighting, $"{theirs.IdText}:5:1", $"{theirs.IdText}:5:2" })
        {
            await service.RefusedAsync($"/api/v1/trace/{id}", HttpStatusCode.NotFound, "record_unknown");
            using HttpResponseMessage own = await service.SendAsync(key, HttpMethod.Get, $"/api/v1/trace/{id}");
            Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        }

        // The books alone keep tenants apart too, without the look at the beacon before them.
        var books = await service.Store.FindBooksAsync(
            1, new(theirs.Id, 5, 1), service.Now, default);
        Assert.Equal((null, null, null), (books.Record, books.Marks, books.Session));
        Assert.NotNull((await service.Store.FindBooksAsync(2, new(theirs.Id, 5, 1), null, default)).Session);
    }

    /// <summary>Nothing in the order of the steps happened before what came earlier.</summary>
    private static void AssertTimes(
        JsonElement journey, DateTimeOffset opened, DateTimeOffset closed, DateTimeOffset committed)
    {
        JsonElement[] radio = Times(Step(journey, "radio"));
        Assert.Equal((opened, closed), (At(radio[0]), At(radio[1])));
        Assert.All(radio, time => Assert.Equal("device", Text(time, "clock")));
        JsonElement[] decided = Times(Step(journey, "decision"));
        Assert.Equal(committed, At(Assert.Single(decided)));
        Assert.True(opened <= closed && closed <= committed);
        Assert.Equal(
            (committed - closed).TotalMilliseconds.ToString(CultureInfo.InvariantCulture),
            Fact(Step(journey, "decision"), "from the window's close to the commit, ms"));
        Assert.All(Times(Step(journey, "seal")), time => Assert.True(At(time) <= committed));
    }

    /// <summary>Ranges lie one behind the other over all bytes, and numbers are those of their bytes.</summary>
    private static void AssertTiles(JsonElement bytes)
    {
        byte[] record = Convert.FromHexString(Text(bytes, "hex"));
        int at = 0;
        foreach (JsonElement field in bytes.GetProperty("fields").EnumerateArray())
        {
            int length = field.GetProperty("length").GetInt32();
            Assert.Equal(at, field.GetProperty("offset").GetInt32());
            if (Text(field, "field") is "sequence" or "time_ms" or "form")
            {
                byte[] number = new byte[8];
                record.AsSpan(at, length).CopyTo(number);
                Assert.Equal(BitConverter.ToUInt64(number), ulong.Parse(Text(field, "value"), null));
            }

            at += length;
        }

        Assert.Equal(record.Length, at);
    }

    /// <summary>Pseudonyms in two windows of two radios; made so long after the last one closed.</summary>
    private static byte[] Pseudonyms(long epochUnixMs, ushort day, uint gapMs)
    {
        byte[] record = new byte[WireLimits.MaxRecordBytes];
        ReportWriter writer = new();
        Assert.True(writer.Begin(record, 0, ReportAddressing.Pseudonym, day) && writer.BeginWindow(Radio.Ble, 1000));
        Assert.True(writer.TryAddSighting(0xABCDEF, AddressType.Random, -61));
        Assert.True(writer.TryAddSighting(0xABCDE0, AddressType.Public, -93));
        writer.EndWindow(3000);
        Assert.True(writer.BeginWindow(Radio.WiFi, 4500) && writer.TryAddSighting(0x77, AddressType.Public, -40));
        writer.EndWindow(200);
        int length = writer.Finish(1, 4700 + gapMs, epochUnixMs);
        Assert.True(length > 0);
        return record[..length];
    }

    private static IEnumerable<JsonElement> Steps(JsonElement journey) => journey.GetProperty("steps").EnumerateArray();

    private static JsonElement Step(JsonElement journey, string part) =>
        Steps(journey).Single(step => Text(step, "part") == part);

    private static JsonElement[] Times(JsonElement step) => [.. step.GetProperty("times").EnumerateArray()];

    private static JsonElement[] Sightings(JsonElement answer) => [.. answer.GetProperty("sightings").EnumerateArray()];

    private static DateTimeOffset At(JsonElement time) => time.GetProperty("at").GetDateTimeOffset();

    private static string Fact(JsonElement step, string name) => Named(step.GetProperty("facts"), name);

    private static string Column(JsonElement row, string name) => Named(row.GetProperty("columns"), name);

    private static string Named(JsonElement facts, string name) =>
        Text(facts.EnumerateArray().Single(fact => Text(fact, "name") == name), "value");

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
