using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Registry;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Admin;

/// <summary>Enrolment groups over a service that listens.</summary>
public sealed class GroupApiTests
{
    private const string Nobodys = "\"0000000000000000000000000000000000000000000000000000000000000000\"";
    private const string TooLong = "\"0123456789012345678901234567890123456789012345678901234 {id}\"";

    [Fact]
    public async Task A_group_is_made_once_and_another_of_its_name_refused()
    {
        await using RunningService service = await RunningService.StartAsync();
        using HttpResponseMessage made = await service.PostGroupAsync("spring");
        using HttpResponseMessage again = await service.PostGroupAsync("spring");
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (made.StatusCode, again.StatusCode));
        using HttpResponseMessage other = await service.PostGroupAsync("spring", group => group["max_boards"] = 4);
        await RunningService.ProblemAsync(other, HttpStatusCode.Conflict, "group_differs");
        JsonElement item = (await service.ReadAsync("/api/v1/admin/groups")).GetProperty("items")[0];
        Assert.Equal(
            ("spring", "open", 3, 0),
            (item.GetProperty("name").GetString(), item.GetProperty("state").GetString(),
                item.GetProperty("max_boards").GetInt32(), item.GetProperty("enrolled").GetInt32()));
    }

    [Fact]
    public async Task A_CA_is_named_by_its_certificate_or_its_key_with_or_without_colons()
    {
        await using RunningService service = await RunningService.StartAsync();
        byte[] key = service.Operator.DevelopmentCa.PublicKey.ExportSubjectPublicKeyInfo();
        string colons = BitConverter.ToString(SHA256.HashData(key)).Replace('-', ':');
        using HttpResponseMessage made = await service.PostGroupAsync("spring", group => group["ca_sha256"] = colons);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        using HttpResponseMessage enrolled =
            await service.PostBeaconAsync(service.Request(new TestBeacon(), group: "spring"));
        Assert.Equal(HttpStatusCode.Created, enrolled.StatusCode);
    }

    [Theory]
    [InlineData("name", "\"Spring\"", "invalid_parameter", 400)]
    [InlineData("name", "\"\"", "invalid_parameter", 400)]
    [InlineData("ca_sha256", "\"abc\"", "invalid_parameter", 400)]
    [InlineData("ca_sha256", Nobodys, "ca_not_pinned", 409)]
    [InlineData("level", "\"platinum\"", "invalid_parameter", 400)]
    [InlineData("level", "\"secure_element\"", "level_not_allowed", 409)]
    [InlineData("hardware_model", "0", "invalid_parameter", 400)]
    [InlineData("regions", "{}", "invalid_parameter", 400)]
    [InlineData("regions", "{\"a\":0}", "invalid_parameter", 400)]
    [InlineData("regions", "{\"a\":10001}", "invalid_parameter", 400)]
    [InlineData("regions", "{\"\":1}", "invalid_parameter", 400)]
    [InlineData("name_pattern", "\"{region}\"", "invalid_parameter", 400)]
    [InlineData("name_pattern", TooLong, "invalid_parameter", 400)]
    [InlineData("max_boards", "0", "invalid_parameter", 400)]
    [InlineData("open_until", "\"2030-05-17T12:00:00Z\"", "invalid_parameter", 400)]
    [InlineData("open_until", "\"2032-05-17T12:00:00Z\"", "invalid_parameter", 400)]
    [InlineData("open_until", "\"soon\"", "request_malformed", 400)]
    [InlineData("colour", "\"red\"", "request_malformed", 400)]
    public async Task Terms_that_cannot_be_are_refused(string field, string value, string code, int status)
    {
        await using RunningService service = await RunningService.StartAsync();
        using HttpResponseMessage refused =
            await service.PostGroupAsync("spring", group => group[field] = JsonNode.Parse(value));
        JsonElement problem = await RunningService.ProblemAsync(refused, (HttpStatusCode)status, code);
        if (code != "request_malformed")
            Assert.Equal(field, problem.GetProperty("parameter").GetString());
        Assert.Equal(0, await service.Database.CountAsync("enrolment_groups"));
    }

    [Fact]
    public async Task A_board_of_a_group_gets_level_region_and_name_and_attests()
    {
        await using RunningService service = await RunningService.StartAsync();
        (await service.PostGroupAsync("spring")).Dispose();
        TestBeacon beacon = new("unnamed");
        using HttpResponseMessage created =
            await service.PostBeaconAsync(service.Request(beacon, group: "spring"));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        BeaconEnrolment record = (await service.FindAsync(beacon))!.Enrolment;
        EnrolmentGroup group = (await service.Store.FindGroupAsync(1, "spring", default))!;
        string region = group.RegionOf(SHA256.HashData(beacon.PublicKey));
        Assert.Equal(
            (SecurityLevel.EmulatedChip, 65535, region, $"{region}-{beacon.IdText}", group.Id, 1),
            (record.Level, record.HardwareModel, record.Region, record.Name, record.GroupId, group.Enrolled));
        Assert.Equal(IngestOutcome.Attested, await service.AttestAsync(beacon));
    }

    [Theory]
    [InlineData("level", "\"software\"")]
    [InlineData("hardware_model", "7")]
    [InlineData("region", "\"loft\"")]
    public async Task What_the_group_says_nobody_else_says_otherwise(string field, string value)
    {
        await using RunningService service = await RunningService.StartAsync();
        (await service.PostGroupAsync("spring")).Dispose();
        JsonObject request = service.Request(new TestBeacon(), group: "spring");
        request[field] = JsonNode.Parse(value);
        using HttpResponseMessage refused = await service.PostBeaconAsync(request);
        JsonElement problem =
            await RunningService.ProblemAsync(refused, HttpStatusCode.BadRequest, "invalid_parameter");
        Assert.Equal(field, problem.GetProperty("parameter").GetString());
    }

    [Fact]
    public async Task A_group_cannot_be_used_for_another_CA_beyond_its_number_its_time_or_its_end()
    {
        await using RunningService service = await RunningService.StartAsync();
        (await service.PostGroupAsync("spring")).Dispose();
        await RefusedAsync("summer", HttpStatusCode.NotFound, "group_unknown");
        JsonObject foreign =
            service.Request(new TestBeacon(), group: "spring", ca: service.Operator.ProductionCa); // pinned, too
        using HttpResponseMessage another = await service.PostBeaconAsync(foreign);
        await RunningService.ProblemAsync(another, HttpStatusCode.Conflict, "group_of_another_ca");
        TestBeacon[] boards = [new(), new(), new()];
        foreach (TestBeacon board in boards)
            (await service.PostBeaconAsync(service.Request(board, group: "spring"))).EnsureSuccessStatusCode();
        await RefusedAsync("spring", HttpStatusCode.Conflict, "group_full");

        (await service.PostGroupAsync("summer")).Dispose();
        service.Advance(TimeSpan.FromDays(1));
        await RefusedAsync("summer", HttpStatusCode.Conflict, "group_over");
        using HttpResponseMessage closed = await service.Http.PostAsync(
            new Uri("/api/v1/admin/groups/summer/closing", UriKind.Relative), null);
        Assert.Contains("\"state\":\"closed\"", await closed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await RefusedAsync("summer", HttpStatusCode.Conflict, "group_closed");
        using HttpResponseMessage unknown = await service.Http.PostAsync(
            new Uri("/api/v1/admin/groups/winter/closing", UriKind.Relative), null);
        await RunningService.ProblemAsync(unknown, HttpStatusCode.NotFound, "group_unknown");
        Assert.Equal(3, await service.Database.CountAsync("beacons"));

        async Task RefusedAsync(string group, HttpStatusCode status, string code)
        {
            foreach (bool isDryRun in (bool[])[true, false])
            {
                using HttpResponseMessage response =
                    await service.PostBeaconAsync(service.Request(new TestBeacon(), group: group), isDryRun);
                await RunningService.ProblemAsync(response, status, code);
            }
        }
    }

    [Fact]
    public async Task Other_weights_move_no_board_that_is_enrolled()
    {
        await using RunningService service = await RunningService.StartAsync();
        (await service.PostGroupAsync("spring")).Dispose();
        TestBeacon first = new();
        JsonObject request = service.Request(first, group: "spring");
        (await service.PostBeaconAsync(request)).Dispose();
        string region = (await service.FindAsync(first))!.Enrolment.Region;
        using HttpResponseMessage weighed = await WeighAsync(new { regions = new { barn = 1 } });
        Assert.Equal(HttpStatusCode.OK, weighed.StatusCode);
        using HttpResponseMessage again = await service.PostBeaconAsync(request);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Contains($"\"region\":\"{region}\"", await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        TestBeacon second = new();
        (await service.PostBeaconAsync(service.Request(second, group: "spring"))).Dispose();
        Assert.Equal("barn", (await service.FindAsync(second))!.Enrolment.Region);
        using HttpResponseMessage none = await WeighAsync(new { regions = new { } });
        await RunningService.ProblemAsync(none, HttpStatusCode.BadRequest, "invalid_parameter");
        using HttpResponseMessage malformed = await WeighAsync(new { weights = 1 });
        await RunningService.ProblemAsync(malformed, HttpStatusCode.BadRequest, "request_malformed");

        Task<HttpResponseMessage> WeighAsync(object body) => service.Http.PutAsync(
            new Uri("/api/v1/admin/groups/spring/regions", UriKind.Relative), JsonContent.Create(body));
    }
}
