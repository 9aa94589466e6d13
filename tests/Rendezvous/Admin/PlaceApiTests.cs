using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Registry;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Admin;

/// <summary>Where beacons are: said at enrolment, and changed later.</summary>
public sealed class PlaceApiTests
{
    private static readonly GeoPoint Berlin = new(525_200_066, 134_049_540);

    [Fact]
    public async Task A_board_is_enrolled_with_its_location_and_everybody_is_told()
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon beacon = new("attic");
        JsonObject request = service.Request(beacon);
        request["location"] = new JsonObject { ["latitude"] = 52.5200066, ["longitude"] = 13.404954 };
        using HttpResponseMessage created = await service.PostBeaconAsync(request);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        JsonElement told = JsonDocument.Parse(await created.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("""{"latitude":52.5200066,"longitude":13.404954}""", At(told));
        Assert.Equal(Berlin, (await service.FindAsync(beacon))!.Enrolment.Location);
        Assert.Equal(At(told), At((await service.ReadAsync($"/api/v1/beacons/{beacon.IdText}")).GetProperty("beacon")));

        // The same again is the same; without a location nothing is said of it; another one is a change.
        using HttpResponseMessage again = await service.PostBeaconAsync(request);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        request.Remove("location");
        using HttpResponseMessage silent = await service.PostBeaconAsync(request);
        Assert.Equal(HttpStatusCode.OK, silent.StatusCode);
        request["location"] = new JsonObject { ["latitude"] = 0, ["longitude"] = 0 };
        using HttpResponseMessage moved = await service.PostBeaconAsync(request);
        JsonElement problem = await RunningService.ProblemAsync(moved, HttpStatusCode.Conflict, "enrolment_differs");
        Assert.Equal("location", problem.GetProperty("parameter").GetString());
        Assert.Contains("lumen beacon place", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(Berlin, (await service.FindAsync(beacon))!.Enrolment.Location);
    }

    [Fact]
    public async Task A_board_of_a_group_has_a_location_too()
    {
        await using RunningService service = await RunningService.StartAsync();
        (await service.PostGroupAsync("spring")).Dispose();
        TestBeacon beacon = new("attic");
        JsonObject request = service.Request(beacon, group: "spring");
        request["location"] = new JsonObject { ["latitude"] = 52.5200066, ["longitude"] = 13.404954 };
        using HttpResponseMessage created = await service.PostBeaconAsync(request);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(Berlin, (await service.FindAsync(beacon))!.Enrolment.Location);
    }

    [Theory]
    [InlineData("""{"latitude":90.0000001,"longitude":0}""", "invalid_parameter")]
    [InlineData("""{"latitude":0,"longitude":-180.1}""", "invalid_parameter")]
    [InlineData("""{"latitude":1e999,"longitude":0}""", "invalid_parameter")]
    [InlineData("""{"latitude":"NaN","longitude":0}""", "request_malformed")]
    [InlineData("""{"latitude":NaN,"longitude":0}""", "request_malformed")]
    [InlineData("""{"latitude":1}""", "request_malformed")]
    [InlineData("""{"latitude":null,"longitude":0}""", "request_malformed")]
    [InlineData("""{"latitude":1,"longitude":1,"altitude":1}""", "request_malformed")]
    [InlineData("[1,2]", "request_malformed")]
    [InlineData("\"52.5,13.4\"", "request_malformed")]
    public async Task What_is_nowhere_on_Earth_is_refused(string location, string code)
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon beacon = new("attic");
        (await service.PostBeaconAsync(service.Request(beacon))).Dispose();
        string enrolment =
            service.Request(new TestBeacon("cellar")).ToJsonString()[..^1] + $",\"location\":{location}}}";
        HttpResponseMessage[] refused =
        [
            await service.Http.PostAsync(new Uri("/api/v1/admin/beacons", UriKind.Relative), Json(enrolment)),
            await PutAsync(service, beacon, $$"""{"name":"attic","region":"loft","location":{{location}}}"""),
        ];
        foreach (HttpResponseMessage response in refused)
        {
            JsonElement problem = await RunningService.ProblemAsync(response, HttpStatusCode.BadRequest, code);
            if (code == "invalid_parameter")
                Assert.Equal("location", problem.GetProperty("parameter").GetString());
            response.Dispose();
        }

        Assert.Equal(1, await service.Database.CountAsync("beacons"));
        Assert.Equal(0, await service.Database.CountAsync("beacons WHERE latitude_e7 IS NOT NULL"));
    }

    [Fact]
    public async Task A_place_is_changed_as_a_whole_and_the_audit_says_by_whom()
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        const string Place =
            """{"name":"roof","region":"hall-2","location":{"latitude":52.5200066,"longitude":13.404954}}""";
        using HttpResponseMessage placed = await PutAsync(service, beacon, Place);
        JsonElement gateway = await AnswerAsync(placed);
        Assert.Equal(
            ("roof", "hall-2", "live"),
            (Text(gateway, "name"), Text(gateway, "region"), Text(gateway, "status")));
        BeaconEnrolment kept = (await service.FindAsync(beacon))!.Enrolment;
        Assert.Equal(("roof", "hall-2", (GeoPoint?)Berlin), (kept.Name, kept.Region, kept.Location));
        (await PutAsync(service, beacon, Place)).Dispose();
        Assert.Equal(1, await service.Database.CountAsync("audit_entries WHERE kind = 'place'"));
        Assert.Equal(1, await service.Database.CountAsync(
            $"audit_entries WHERE kind = 'place' AND subject = '{beacon.IdText}' AND actor = 'loopback' "
            + "AND detail = 'roof, region hall-2, 52.5200066,13.404954'"));

        using HttpResponseMessage nowhere = await PutAsync(service, beacon, """{"name":"roof","region":""}""");
        gateway = await AnswerAsync(nowhere);
        Assert.Equal(("", JsonValueKind.Null), (Text(gateway, "region"), gateway.GetProperty("location").ValueKind));
        Assert.Equal(2, await service.Database.CountAsync("audit_entries WHERE kind = 'place'"));
    }

    [Theory]
    [InlineData("""{"region":"loft"}""", "request_malformed", null)]
    [InlineData("""{"name":"attic"}""", "request_malformed", null)]
    [InlineData("""{"name":null,"region":"loft"}""", "request_malformed", null)]
    [InlineData("""{"name":"","region":"loft"}""", "invalid_parameter", "name")]
    [InlineData("""{"name":"a\nb","region":"loft"}""", "invalid_parameter", "name")]
    [InlineData("""{"name":"a","region":"012345678901234567890123456789012"}""", "invalid_parameter", "region")]
    [InlineData("""{"name":"a","region":"b","level":"secure_element"}""", "request_malformed", null)]
    public async Task A_place_that_cannot_be_is_refused(string body, string code, string? parameter)
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon beacon = await service.EnrolAsync("attic");
        using HttpResponseMessage refused = await PutAsync(service, beacon, body);
        JsonElement problem = await RunningService.ProblemAsync(refused, HttpStatusCode.BadRequest, code);
        if (parameter is not null)
            Assert.Equal(parameter, Text(problem, "parameter"));
        Assert.Equal("attic", (await service.FindAsync(beacon))!.Enrolment.Name);
    }

    [Fact]
    public async Task Nobody_is_placed_who_is_not_enrolled_or_by_who_is_not_admitted()
    {
        await using RunningService service = await RunningService.StartAsync();
        using HttpResponseMessage unknown =
            await PutAsync(service, new TestBeacon("attic"), """{"name":"a","region":"b"}""");
        await RunningService.ProblemAsync(unknown, HttpStatusCode.NotFound, "beacon_unknown");
        await using RunningService guarded = await RunningService.StartAsync(
            environment: ServiceEnvironment.Production, adminToken: "a-token-that-is-long-enough");
        using HttpResponseMessage refused =
            await PutAsync(guarded, new TestBeacon("attic"), """{"name":"a","region":"b"}""");
        await RunningService.ProblemAsync(refused, HttpStatusCode.Unauthorized, "admin_token_required");
    }

    private static Task<HttpResponseMessage> PutAsync(RunningService service, TestBeacon beacon, string body) =>
        service.Http.PutAsync(
            new Uri($"/api/v1/admin/beacons/{beacon.IdText}/place", UriKind.Relative), Json(body));

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static async Task<JsonElement> AnswerAsync(HttpResponseMessage response)
    {
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, body);
        return JsonDocument.Parse(body).RootElement;
    }

    private static string At(JsonElement element) => element.GetProperty("location").GetRawText();

    private static string? Text(JsonElement element, string member) => element.GetProperty(member).GetString();
}
