using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Control;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Admin;

/// <summary>The calls under /api/v1/admin, over a service that listens.</summary>
public sealed class AdminApiTests
{
    private const string Token = "a-token-that-is-long-enough";

    [Theory]
    [InlineData("""{"command":"fly"}""", "invalid_parameter", "command")]
    [InlineData("""{"command":"Identify"}""", "invalid_parameter", "command")]
    [InlineData("""{"command":"identify","argument":601}""", "invalid_parameter", "argument")]
    [InlineData("""{"command":"identify","argument":-1}""", "invalid_parameter", "argument")]
    [InlineData("""{"command":"reboot","argument":1}""", "invalid_parameter", "argument")]
    [InlineData("""{"command":"reboot","expires_in_s":0}""", "invalid_parameter", "expires_in_s")]
    [InlineData("""{"command":"reboot","expires_in_s":604801}""", "invalid_parameter", "expires_in_s")]
    [InlineData("""{"command":"reboot","when":"now"}""", "request_malformed", null)]
    [InlineData("""{"command":"reboot","command":"rescan"}""", "request_malformed", null)]
    [InlineData("""{"argument":1}""", "request_malformed", null)]
    [InlineData("""{"command":null}""", "request_malformed", null)]
    [InlineData("""{"command":"identify","argument":99999999999}""", "request_malformed", null)]
    [InlineData("[]", "request_malformed", null)]
    [InlineData("null", "request_malformed", null)]
    [InlineData("", "request_malformed", null)]
    public async Task A_command_that_cannot_be_is_refused_and_nothing_stored(
        string body, string code, string? parameter)
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon beacon = await service.EnrolAsync("attic");
        using HttpResponseMessage response = await PostAsync(service, beacon, body);
        JsonElement problem = await RunningService.ProblemAsync(response, HttpStatusCode.BadRequest, code);
        if (parameter is not null)
            Assert.Equal(parameter, problem.GetProperty("parameter").GetString());
        Assert.Equal(0, await service.Database.CountAsync("commands"));
    }

    [Theory]
    [InlineData("""{"settings":{"wifi_password":"x"}}""", "configuration_invalid", "wifi_password")]
    [InlineData("""{"settings":{"report_ms":"soon"}}""", "configuration_invalid", "report_ms")]
    [InlineData("""{"settings":{"report_ms":"1\nregion=x"}}""", "configuration_invalid", "report_ms")]
    [InlineData("""{"settings":{"report_ms":30000}}""", "request_malformed", null)]
    [InlineData("""{"settings":{"region":"a","region":"b"}}""", "request_malformed", null)]
    [InlineData("""{"settings":null}""", "request_malformed", null)]
    [InlineData("{}", "request_malformed", null)]
    public async Task A_configuration_that_cannot_be_is_refused_and_nothing_stored(
        string body, string code, string? key)
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon beacon = await service.EnrolAsync("attic");
        using HttpResponseMessage response = await PutAsync(service, beacon, body);
        JsonElement problem = await RunningService.ProblemAsync(response, HttpStatusCode.BadRequest, code);
        if (key is not null)
            Assert.Equal(key, problem.GetProperty("key").GetString());
        Assert.Equal(0, await service.Database.CountAsync("configurations"));
    }

    [Fact]
    public async Task The_evidence_on_record_is_told_in_pages()
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon[] beacons = [await service.EnrolAsync("attic"), await service.EnrolAsync("cellar")];
        foreach (TestBeacon beacon in beacons)
            await service.AttestAsync(beacon);
        JsonElement first = await service.ReadAsync("/api/v1/admin/evidence?limit=1");
        JsonElement second =
            await service.ReadAsync($"/api/v1/admin/evidence?limit=1&cursor={first.GetProperty("next_cursor")}");
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next_cursor").ValueKind);
        JsonElement[] items = [first.GetProperty("items")[0], second.GetProperty("items")[0]];
        Assert.Equal(
            beacons.Select(beacon => beacon.Id.ToString()).Order(),
            items.Select(item => item.GetProperty("beacon").GetString()!).Order());
        Assert.All(items, item =>
        {
            Assert.Equal("accepted", item.GetProperty("outcome").GetString());
            EvidenceFrame frame = new();
            byte[] bytes = item.GetProperty("frame").GetBytesFromBase64();
            Assert.Equal(WireError.None, frame.Read(bytes, 0, bytes.Length));
        });
    }

    [Fact]
    public async Task What_the_database_refused_is_told_in_pages_with_its_frame()
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        await service.Database.ExecuteAsync(service.Database.RefuseAddress(13));
        byte[] frame = beacon.Session!.Records(
            beacon.Boot, 1, TestRecords.Report(1, [13]), TestRecords.Report(2, [7]), TestRecords.Report(3, [13]));
        Assert.Equal(IngestOutcome.SetAside, (await service.HandleAsync(beacon, frame)).Outcome);
        JsonElement first = await service.ReadAsync("/api/v1/admin/poisoned?limit=1");
        JsonElement second =
            await service.ReadAsync($"/api/v1/admin/poisoned?limit=1&cursor={first.GetProperty("next_cursor")}");
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next_cursor").ValueKind);
        JsonElement[] items = [second.GetProperty("items")[0], first.GetProperty("items")[0]];
        Assert.Equal([1, 3], items.Select(item => item.GetProperty("sequence").GetInt32()).Order());
        Assert.All(items, item =>
        {
            Assert.Equal(beacon.Id.ToString(), item.GetProperty("beacon").GetString());
            Assert.Contains("refused on purpose", item.GetProperty("reason").GetString(), StringComparison.Ordinal);
            Assert.Equal(frame, item.GetProperty("frame").GetBytesFromBase64());
        });
    }

    [Fact]
    public async Task What_is_not_there_cannot_be_asked()
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon beacon = await service.EnrolAsync("attic");
        await RefusedAsync("/api/v1/admin/beacons/x/commands", HttpStatusCode.BadRequest, "invalid_parameter");
        await RefusedAsync("/api/v1/admin/beacons/AQIDBAUGBwg/commands", HttpStatusCode.NotFound, "beacon_unknown");
        await RefusedAsync($"{Path(beacon)}/commands/1", HttpStatusCode.NotFound, "command_unknown");
        await RefusedAsync($"{Path(beacon)}/commands/-1", HttpStatusCode.NotFound, "command_unknown");
        await RefusedAsync($"{Path(beacon)}/commands?limit=0", HttpStatusCode.BadRequest, "invalid_parameter");
        await RefusedAsync($"{Path(beacon)}/commands?x=1", HttpStatusCode.BadRequest, "unknown_parameter");
        await RefusedAsync(
            $"{Path(beacon)}/commands?cursor=4294967296", HttpStatusCode.BadRequest, "invalid_parameter");
        foreach (string text in (string[])["text/plain", "application/xml"])
        {
            StringContent content = new("{\"command\":\"reboot\"}", Encoding.UTF8, text);
            using HttpResponseMessage response = await service.Http.PostAsync(
                new Uri($"{Path(beacon)}/commands", UriKind.Relative), content);
            await RunningService.ProblemAsync(response, HttpStatusCode.UnsupportedMediaType, "request_malformed");
        }

        using HttpResponseMessage large =
            await PostAsync(service, beacon, new string(' ', ApiLimits.MaxBodyBytes + 1));
        await RunningService.ProblemAsync(large, HttpStatusCode.RequestEntityTooLarge, "body_too_large");
        await service.Store.RevokeAsync(beacon.Id, "test", service.Now, default);
        using HttpResponseMessage revoked = await PostAsync(service, beacon, """{"command":"reboot"}""");
        await RunningService.ProblemAsync(revoked, HttpStatusCode.Conflict, "beacon_revoked");

        Task<JsonElement> RefusedAsync(string path, HttpStatusCode status, string code) =>
            service.RefusedAsync(path, status, code);
    }

    [Fact]
    public async Task So_many_commands_wait_and_are_listed_in_pages()
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon beacon = await service.EnrolAsync("attic");
        for (int i = 0; i < ControlPolicy.PendingCommands; i++)
            (await PostAsync(service, beacon, """{"command":"rescan"}""")).Dispose();
        using HttpResponseMessage one = await PostAsync(service, beacon, """{"command":"rescan"}""");
        await RunningService.ProblemAsync(one, HttpStatusCode.Conflict, "too_many_pending");
        JsonElement page = await service.ReadAsync($"{Path(beacon)}/commands?limit=10");
        Assert.Equal([16, 15, 14], page.GetProperty("items").EnumerateArray().Take(3)
            .Select(item => item.GetProperty("id").GetInt32()));
        Assert.Equal("7", page.GetProperty("next_cursor").GetString());
        page = await service.ReadAsync($"{Path(beacon)}/commands?limit=10&cursor=7");
        Assert.Equal((6, JsonValueKind.Null),
            (page.GetProperty("items").GetArrayLength(), page.GetProperty("next_cursor").ValueKind));
        Assert.Equal("loopback", page.GetProperty("items")[0].GetProperty("requested_by").GetString());
    }

    [Fact]
    public async Task Settings_come_as_JSON_or_as_lines_and_the_status_says_what_is_in_effect()
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        await service.SendAsync(beacon, TestRecords.Status(1), TestRecords.Diagnostics(2, "queue 3\nchip 0\n"));
        JsonElement none = await service.ReadAsync($"{Path(beacon)}/configuration");
        Assert.Equal(JsonValueKind.Null, none.GetProperty("current").ValueKind);
        using HttpResponseMessage json =
            await PutAsync(service, beacon, """{"settings":{"report_ms":"30000","region":"hall 2"}}""");
        using HttpResponseMessage lines = await service.Http.PutAsync(
            new Uri($"{Path(beacon)}/configuration", UriKind.Relative), new StringContent("privacy=raw"));
        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (json.StatusCode, lines.StatusCode));
        JsonElement told = await service.ReadAsync($"{Path(beacon)}/configuration");
        Assert.Equal(31, told.GetProperty("in_effect_version").GetInt32());
        Assert.Equal("raw", told.GetProperty("current").GetProperty("settings").GetProperty("privacy").GetString());
        JsonElement[] history = [.. told.GetProperty("history").EnumerateArray()];
        Assert.Equal([(33, "waiting"), (32, "superseded")], history.Select(
            each => (each.GetProperty("version").GetInt32(), each.GetProperty("state").GetString())));
        JsonElement diagnostics = await service.ReadAsync($"{Path(beacon)}/diagnostics");
        Assert.Equal(["queue 3", "chip 0"], diagnostics.GetProperty("items")[0].GetProperty("lines").EnumerateArray()
            .Select(line => line.GetString()));
    }

    [Fact]
    public async Task Without_a_configuration_key_nothing_is_configured_and_the_rest_works()
    {
        await using RunningService service = await RunningService.StartAsync(hasConfigurationKey: false);
        TestBeacon beacon = await service.EnrolAsync("attic");
        using HttpResponseMessage refused = await PutAsync(service, beacon, """{"settings":{"region":"a"}}""");
        JsonElement problem =
            await RunningService.ProblemAsync(refused, HttpStatusCode.Conflict, "no_configuration_key");
        Assert.Contains(
            "lumen keys rotate configuration", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        using HttpResponseMessage command = await PostAsync(service, beacon, """{"command":"reboot"}""");
        Assert.Equal(HttpStatusCode.Accepted, command.StatusCode);
    }

    [Fact]
    public async Task Every_call_is_behind_the_gate()
    {
        await using RunningService service = await RunningService.StartAsync(
            environment: ServiceEnvironment.Production);
        TestBeacon beacon = await service.EnrolAsync("attic");
        await AssertRefusedAsync(service, beacon, HttpStatusCode.Forbidden, "admin_not_allowed");
        Assert.Equal(0, await service.Database.CountAsync("commands"));
        Assert.Equal(0, await service.Database.CountAsync("configurations"));
    }

    [Fact]
    public async Task With_a_token_its_bearer_is_admitted_and_named()
    {
        await using RunningService service = await RunningService.StartAsync(adminToken: Token);
        TestBeacon beacon = await service.EnrolAsync("attic");
        await AssertRefusedAsync(service, beacon, HttpStatusCode.Unauthorized, "admin_token_required");
        service.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using HttpResponseMessage response = await PostAsync(service, beacon, """{"command":"reboot"}""");
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        string answer = await response.Content.ReadAsStringAsync();
        Assert.Contains("\"requested_by\":\"admin token\"", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(Token, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_beacon_is_revoked_for_ever_and_asking_again_changes_nothing()
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage response = await RevokeAsync(service, beacon.IdText);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            using JsonDocument told = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            Assert.Equal("revoked", told.RootElement.GetProperty("status").GetString());
            Assert.False(told.RootElement.GetProperty("trusted").GetBoolean());
        }

        Assert.Equal(1, await service.Database.CountAsync("revocations"));
        using HttpResponseMessage unknown = await RevokeAsync(service, "AQIDBAUGBwg");
        await RunningService.ProblemAsync(unknown, HttpStatusCode.NotFound, "beacon_unknown");
    }

    [Fact]
    public async Task An_alarm_is_acknowledged_once_and_a_further_one_has_another_number()
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        long first = (await RaiseAsync()).Id;
        foreach (string unknown in (string[])["0", "-1", "x", "99999999999999999999", $"{first + 1}"])
        {
            using HttpResponseMessage refused = await AcknowledgeAsync(service, unknown);
            await RunningService.ProblemAsync(refused, HttpStatusCode.NotFound, "alarm_unknown");
        }

        string? at = null;
        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage response = await AcknowledgeAsync(service, $"{first}");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            using JsonDocument told = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            Assert.Equal("acknowledged", told.RootElement.GetProperty("state").GetString());
            Assert.Equal("loopback", told.RootElement.GetProperty("acknowledged_by").GetString());
            at ??= told.RootElement.GetProperty("acknowledged_at").GetString();
            Assert.Equal(at, told.RootElement.GetProperty("acknowledged_at").GetString());
            service.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(0, (await service.ReadAsync("/api/v1/alarms")).GetProperty("items").GetArrayLength());
        AlarmView again = await RaiseAsync();
        Assert.True(again.Id > first);
        Assert.Equal(2, again.Count);

        Task<AlarmView> RaiseAsync() => service.Store.RaiseAlarmAsync(
            1, beacon.Id, AlarmKind.UptimeBehind, "It happened.", 2, service.Now, default);
    }

    private static Task<HttpResponseMessage> RevokeAsync(RunningService service, string id) => service.Http.PostAsync(
        new Uri($"/api/v1/admin/beacons/{id}/revocation", UriKind.Relative), null);

    private static Task<HttpResponseMessage> AcknowledgeAsync(RunningService service, string number) =>
        service.Http.PostAsync(new Uri($"/api/v1/admin/alarms/{number}/acknowledge", UriKind.Relative), null);

    private static async Task AssertRefusedAsync(
        RunningService service, TestBeacon beacon, HttpStatusCode status, string code)
    {
        foreach (string path in (string[])["commands", "commands/1", "configuration", "diagnostics"])
            await service.RefusedAsync($"{Path(beacon)}/{path}", status, code);
        foreach (string path in (string[])["entries", "heads"])
            await service.RefusedAsync($"/api/v1/admin/audit/{path}", status, code);
        using HttpResponseMessage command = await PostAsync(service, beacon, """{"command":"reboot"}""");
        await RunningService.ProblemAsync(command, status, code);
        using HttpResponseMessage revocation = await RevokeAsync(service, beacon.IdText);
        await RunningService.ProblemAsync(revocation, status, code);
        using HttpResponseMessage acknowledgement = await AcknowledgeAsync(service, "1");
        await RunningService.ProblemAsync(acknowledgement, status, code);
        using HttpResponseMessage configuration = await PutAsync(service, beacon, """{"settings":{"region":"a"}}""");
        await RunningService.ProblemAsync(configuration, status, code);
        Assert.Equal(
            status == HttpStatusCode.Unauthorized ? "Bearer" : "", $"{configuration.Headers.WwwAuthenticate}");
    }

    private static string Path(TestBeacon beacon) => $"/api/v1/admin/beacons/{beacon.IdText}";

    private static Task<HttpResponseMessage> PostAsync(RunningService service, TestBeacon beacon, string body) =>
        service.Http.PostAsync(new Uri($"{Path(beacon)}/commands", UriKind.Relative), Json(body));

    private static Task<HttpResponseMessage> PutAsync(RunningService service, TestBeacon beacon, string body) =>
        service.Http.PutAsync(new Uri($"{Path(beacon)}/configuration", UriKind.Relative), Json(body));

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");
}
