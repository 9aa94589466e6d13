using LumenLink.Client;

namespace LumenLink.Tests.Client;

/// <summary>What is asked of the service, and what is made of its answers.</summary>
public sealed class CallTests
{
    private static readonly Eid Known = Eid.Parse("0102030405060708");
    private static readonly Eid Strange = Eid.Parse("00000000000000ff");

    [Fact]
    public async Task Identifiers_are_resolved_in_their_order()
    {
        await using StandIn service = await StandIn.StartAsync(StandIn.Json(
            $$"""
            {"items":[{"eid":"{{Strange}}","beacon":null},{"eid":"{{Known}}","beacon":{"id":"AQIDBAUGBwg",
            "region":"hall-2","status":"stale","trusted":true,"security_level":"secure_element",
            "security_level_label":"secure element","attested_until":"2030-02-01T07:00:00+00:00",
            "last_seen_at":null,"live":false} }]}
            """));
        using LumenLinkClient client = service.Client(apiKey: "k-1");
        IReadOnlyList<ResolvedEid> answers = await client.ResolveAsync([Strange, Known]);
        Assert.Equal([Strange, Known], answers.Select(answer => answer.Eid));
        Assert.Null(answers[0].Beacon);
        Assert.Equal(
            ("AQIDBAUGBwg", "hall-2", BeaconStatus.Stale, true, SecurityLevel.SecureElement, false),
            (answers[1].Beacon!.Id, answers[1].Beacon!.Region, answers[1].Beacon!.Status,
                answers[1].Beacon!.Trusted, answers[1].Beacon!.SecurityLevel, answers[1].Beacon!.Live));
        Call call = Assert.Single(service.Calls);
        Assert.Equal(
            ("POST", "/api/v1/resolve", $$"""{"eids":["{{Strange}}","{{Known}}"]}"""),
            (call.Method, call.Target, call.Body));
        Assert.Equal(("Bearer k-1", "application/json"), (call.Headers["Authorization"], call.Headers["Content-Type"]));
    }

    [Fact]
    public async Task More_identifiers_than_one_call_takes_go_into_several_and_none_into_none()
    {
        await using StandIn service = await StandIn.StartAsync(Page(0, 256), Page(256, 44));
        using LumenLinkClient client = service.Client();
        Eid[] eids = [.. Enumerable.Range(0, 300).Select(Number)];
        Assert.Equal(eids, (await client.ResolveAsync(eids)).Select(answer => answer.Eid));
        Assert.Equal(2, service.Calls.Count);
        Assert.Empty(await client.ResolveAsync([]));
        Assert.Equal(2, service.Calls.Count);

        static Eid Number(int number) => Eid.Parse(number.ToString("x16"));
        static Func<Microsoft.AspNetCore.Http.HttpContext, Task> Page(int start, int count) => StandIn.Json(
            "{\"items\":[" + string.Join(',', Enumerable.Range(start, count)
                .Select(i => $$"""{"eid":"{{Number(i)}}","beacon":null}""")) + "]}");
    }

    [Fact]
    public async Task Beacons_are_found_page_by_page_as_they_are_read()
    {
        await using StandIn service = await StandIn.StartAsync(
            StandIn.Json($$"""{"items":[{{Scene.Beacon}},{{Scene.Beacon}}],"next_cursor":"a b&c"}"""),
            StandIn.Json($$"""{"items":[{{Scene.Beacon}}],"next_cursor":null}"""));
        using LumenLinkClient client = service.Client();
        BeaconFilter filter = new()
        {
            Region = "hall 2",
            Status = BeaconStatus.Live,
            SecurityLevel = SecurityLevel.EmulatedChip,
            Near = new GeoPoint(52.5, -13.25),
            WithinMetres = 250,
            PageSize = 2,
        };
        Beacon first = Assert.Single(await client.FindAsync(filter).ListAsync(atMost: 1));
        Assert.Equal(
            ("AQIDBAUGBwg", "north gate", "hall-2", BeaconStatus.Live, SecurityLevel.EmulatedChip, "1.0.0"),
            (first.Id, first.Name, first.Region, first.Status, first.SecurityLevel, first.FirmwareVersion));
        Assert.Equal(
            (new GeoPoint(52.5, -13.5), 17, 3), (first.Location, first.DistanceMetres, first.QueueRecords));
        const string Call = "/api/v1/gateways?region=hall%202&status=live&level=emulated_chip"
            + "&near=52.5%2C-13.25&within_m=250&limit=2";
        Assert.Equal(Call, Assert.Single(service.Calls).Target);
        Assert.Single(await client.FindAsync(filter).ListAsync());
        Assert.Equal(2, service.Calls.Count);
    }

    [Fact]
    public async Task A_page_leads_to_the_next_one()
    {
        await using StandIn service = await StandIn.StartAsync(
            StandIn.Json($$"""{"items":[{{Scene.Beacon}}],"next_cursor":"a b&c"}"""),
            StandIn.Json($$"""{"items":[{{Scene.Beacon}}],"next_cursor":null}"""));
        using LumenLinkClient client = service.Client();
        Assert.Equal(2, (await client.FindAsync(new BeaconFilter { AnyStatus = true }).ListAsync()).Count);
        Assert.Equal(
            ["/api/v1/gateways?status=all", "/api/v1/gateways?status=all&cursor=a%20b%26c"],
            service.Calls.Select(call => call.Target));
    }

    [Fact]
    public async Task A_pack_is_the_text_that_came()
    {
        await using StandIn service = await StandIn.StartAsync(StandIn.Json("a.b.c"));
        using LumenLinkClient client = service.Client();
        Assert.Equal("a.b.c", await client.GetPackAsync(new PackFilter
        {
            Region = "loft",
            Near = new GeoPoint(52.5, -13.25),
            WithinMetres = 250,
            Limit = 7,
        }));
        Assert.Equal("a.b.c", await client.GetPackAsync());
        Assert.Equal(
            [
                """{"region":"loft","near":{"latitude":52.5,"longitude":-13.25},"within_m":250,"limit":7}""", "{}",
            ],
            service.Calls.Select(call => call.Body));
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"items":null}""")]
    [InlineData("""{"items":[{"eid":"0102030405060708"}]}""")]
    [InlineData("""{"items":[{"eid":"zz","beacon":null}]}""")]
    [InlineData("""{"items":[]}""")]
    [InlineData("""{"items":[null]}""")]
    [InlineData("""{"items":[{"eid":"00000000000000ff","beacon":null}]}""")]
    [InlineData("""{"items":[{"eid":"0102030405060708","beacon":{"id":"x"}}]}""")]
    public async Task An_answer_that_is_none_is_not_understood_and_not_asked_for_again(string answer)
    {
        await using StandIn service = await StandIn.StartAsync(StandIn.Json(answer));
        using LumenLinkClient client = service.Client();
        LumenLinkException problem = await Assert.ThrowsAsync<LumenLinkException>(() => client.ResolveAsync([Known]));
        Assert.Equal((LumenLinkError.NotUnderstood, false), (problem.Error, problem.IsTransient));
        Assert.Single(service.Calls);
    }

    [Fact]
    public async Task A_word_of_a_later_service_is_unknown_and_no_fault()
    {
        await using StandIn service = await StandIn.StartAsync(StandIn.Json(
            "{\"items\":[" + Scene.Beacon.Replace("\"live\"", "\"asleep\"", StringComparison.Ordinal) + "]}"));
        using LumenLinkClient client = service.Client();
        Assert.Equal(BeaconStatus.Unknown, Assert.Single(await client.FindAsync().ListAsync()).Status);
    }

    [Fact]
    public async Task Pages_without_end_and_answers_without_end_are_refused()
    {
        await using StandIn pages = await StandIn.StartAsync(
            StandIn.Json($$"""{"items":[{{Scene.Beacon}}],"next_cursor":"x"}"""));
        using LumenLinkClient client = pages.Client();
        LumenLinkException problem = await Assert.ThrowsAsync<LumenLinkException>(
            async () => await client.FindAsync().ListAsync());
        Assert.Equal(LumenLinkError.NotUnderstood, problem.Error);
        Assert.Equal(2, pages.Calls.Count);

        byte[] block = new byte[64 << 10];
        long sent = 0;
        await using StandIn endless = await StandIn.StartAsync(async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
                Interlocked.Add(ref sent, block.Length);
            }
        });
        using LumenLinkClient other = endless.Client();
        problem = await Assert.ThrowsAsync<LumenLinkException>(() => other.GetPackAsync());
        Assert.Equal(LumenLinkError.NotUnderstood, problem.Error);
        Assert.True(Interlocked.Read(ref sent) < 64 << 20);
    }

    [Theory]
    [InlineData("http://service.example", "k")]
    [InlineData("https://service.example", "k with blanks")]
    [InlineData("https://service.example", "k\n")]
    [InlineData("ftp://service.example", null)]
    [InlineData("https://name:word@service.example", null)]
    [InlineData("https://service.example/?a=b", null)]
    public void An_address_or_key_that_is_unfit_is_refused_without_being_repeated(string address, string? key)
    {
        ArgumentException problem = Assert.Throws<ArgumentException>(
            () => new LumenLinkClient(new Uri(address), new LumenLinkClientOptions { ApiKey = key }));
        Assert.DoesNotContain("word", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("blanks", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_of_the_application_is_used_as_it_is_and_stays_its_own()
    {
        await using StandIn service = await StandIn.StartAsync(StandIn.Json("""{"items":[]}"""));
        using HttpClient http = new() { BaseAddress = new Uri(service.Address, "prefix") };
        using (LumenLinkClient client = new(http, Scene.Options(apiKey: "k-1")))
            Assert.Empty(await client.FindAsync().ListAsync());
        Assert.Empty(http.DefaultRequestHeaders);
        using (LumenLinkClient client = new(http, null))
            Assert.Empty(await client.FindAsync().ListAsync());
        Assert.All(service.Calls, call => Assert.Equal("/prefix/api/v1/gateways", call.Target));
        Assert.Equal([true, false], service.Calls.Select(call => call.Headers.ContainsKey("Authorization")));
    }

    [Fact]
    public async Task A_redirection_is_not_followed_and_the_key_goes_nowhere_else()
    {
        await using StandIn elsewhere = await StandIn.StartAsync(StandIn.Json("""{"items":[]}"""));
        await using StandIn service = await StandIn.StartAsync(context =>
        {
            context.Response.Redirect(elsewhere.Address.AbsoluteUri);
            return Task.CompletedTask;
        });
        using LumenLinkClient client = service.Client(apiKey: "k-1");
        LumenLinkException problem = await Assert.ThrowsAsync<LumenLinkException>(
            async () => await client.FindAsync().ListAsync());
        Assert.Equal((LumenLinkError.Refused, 302), (problem.Error, problem.Status));
        Assert.Empty(elsewhere.Calls);
    }
}
