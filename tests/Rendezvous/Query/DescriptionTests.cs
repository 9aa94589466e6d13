using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;
using Microsoft.AspNetCore.Routing;

namespace LumenLink.Tests.Rendezvous.Query;

/// <summary>
/// /openapi/v1.json against the routes that the service really has and the answers that it really gives.
/// </summary>
public sealed class DescriptionTests : IAsyncLifetime
{
    /// <summary>
    /// Routes that are no calls: pages, their files and their live connection, and the description itself.
    /// </summary>
    private static readonly string[] NotCalls =
    [
        "/", "/beacons/{Id}", "/presence", "/trace/{Id}", "/not-found", "/openapi/{documentName:regex(^v1$)}.json",
        "/{**path:file}",
    ];

    private static readonly string[] FilesAndFramework =
        ["/_content/", "/_framework/", "/_blazor", "/lumen", "/favicon"];

    private static readonly string[] NotAdmitted = ["401", "403", "429"];

    private RunningService service = null!;
    private JsonElement document;

    public async Task InitializeAsync()
    {
        service = await RunningService.StartAsync();
        document = await service.ReadAsync("/openapi/v1.json");
    }

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public void Every_route_is_described_or_known_to_be_no_call()
    {
        List<string> routes =
            [.. Routes().Select(route => "/" + route.RoutePattern.RawText!.TrimStart('/')).Distinct()];
        string[] described = [.. document.GetProperty("paths").EnumerateObject().Select(path => path.Name)];
        Assert.Equal(
            [
                "/.well-known/jwks.json",
                "/api/v1/admin/alarms/{number}/acknowledge",
                "/api/v1/admin/audit/entries", "/api/v1/admin/audit/heads",
                "/api/v1/admin/beacons",
                "/api/v1/admin/beacons/{id}/commands", "/api/v1/admin/beacons/{id}/commands/{number}",
                "/api/v1/admin/beacons/{id}/configuration", "/api/v1/admin/beacons/{id}/diagnostics",
                "/api/v1/admin/beacons/{id}/place", "/api/v1/admin/beacons/{id}/revocation",
                "/api/v1/admin/evidence", "/api/v1/admin/groups",
                "/api/v1/admin/groups/{name}/closing", "/api/v1/admin/groups/{name}/regions",
                "/api/v1/admin/keys", "/api/v1/admin/keys/{key}/revocation",
                "/api/v1/admin/poisoned",
                "/api/v1/admin/webhooks", "/api/v1/admin/webhooks/{webhook}",
                "/api/v1/admin/webhooks/{webhook}/deliveries", "/api/v1/admin/webhooks/{webhook}/pause",
                "/api/v1/admin/webhooks/{webhook}/resume", "/api/v1/admin/webhooks/{webhook}/secret",
                "/api/v1/admin/webhooks/{webhook}/test",
                "/api/v1/alarms", "/api/v1/attest", "/api/v1/attest/challenge",
                "/api/v1/beacons/{id}", "/api/v1/beacons/{id}/hours", "/api/v1/beacons/{id}/statuses",
                "/api/v1/config", "/api/v1/frames",
                "/api/v1/gateways", "/api/v1/presence", "/api/v1/resolve", "/api/v1/sightings", "/api/v1/stream",
                "/api/v1/trace/{id}",
                "/health", "/health/ready", "/metrics",
            ],
            described.Order(StringComparer.Ordinal));
        Assert.Empty(described.Except(routes));
        string[] others = [.. routes.Except(described).Except(NotCalls)
            .Where(route => !FilesAndFramework.Any(start => route.StartsWith(start, StringComparison.Ordinal)))];
        Assert.Equal([], others);
    }

    [Fact]
    public void Every_call_says_what_it_does_and_how_it_fails()
    {
        List<string> names = [];
        foreach ((string path, string method, JsonElement call) in Calls())
        {
            names.Add(call.GetProperty("operationId").GetString()!);
            Assert.NotEqual("", call.GetProperty("summary").GetString());
            Assert.NotEqual("", call.GetProperty("description").GetString());
            JsonElement responses = call.GetProperty("responses");
            string good = GoodOf(path, method);
            Assert.True(responses.GetProperty(good).TryGetProperty("content", out _), path);
            string[] failures =
                [.. responses.EnumerateObject().Select(response => response.Name)
                    .Where(status => status[0] is '4' or '5')];
            Assert.Equal(
                path switch
                {
                    "/health" => [],
                    "/metrics" => ["401"],
                    "/api/v1/attest/challenge" => ["400", "413", "415", "429", "503"],
                    "/api/v1/attest" => ["400", "409", "413", "415", "429", "503"],
                    "/health/ready" => ["503"],
                    "/.well-known/jwks.json" => ["400"],
                    "/api/v1/frames" => ["400", "401", "413", "415", "429", "503"],
                    _ => [.. FailuresOf(path, method, good).Append("400").Append("503").Concat(NotAdmitted).Order()],
                },
                failures.Order(StringComparer.Ordinal));
            Assert.All(failures, status =>
            {
                JsonElement example = responses.GetProperty(status).GetProperty("content")
                    .GetProperty("application/problem+json").GetProperty("example");
                Assert.Equal(int.Parse(status, null), example.GetProperty("status").GetInt32());
            });
        }

        Assert.Equal(names.Count, names.Distinct().Count());
    }

    /// <summary>How a call fails besides 400, 503 and that its caller is not admitted.</summary>
    private static string[] FailuresOf(string path, string method, string good) => path switch
    {
        "/api/v1/beacons/{id}" or "/api/v1/beacons/{id}/hours" or "/api/v1/beacons/{id}/statuses"
            or "/api/v1/trace/{id}" => ["404"],
        "/api/v1/config" or "/api/v1/resolve" => ["413", "415"],
        "/api/v1/admin/audit/entries" or "/api/v1/admin/audit/heads" or "/api/v1/admin/evidence"
            or "/api/v1/admin/poisoned" => [],
        "/api/v1/admin/groups/{name}/regions" => ["404", "413", "415"],
        "/api/v1/admin/beacons/{id}/place" => method == "get" ? ["404"] : ["404", "412", "413", "415"],
        "/api/v1/admin/beacons/{id}/configuration" when method == "put" => ["404", "409", "412", "413", "415"],
        "/api/v1/admin/groups" or "/api/v1/admin/keys" or "/api/v1/admin/webhooks" =>
            method == "get" ? [] : ["409", "413", "415"],
        _ when good is "201" or "202" => ["404", "409", "413", "415"],
        _ when path.Contains("/admin/", StringComparison.Ordinal) => ["404"],
        _ => [],
    };

    /// <summary>What is asked of a beacon is accepted, what is made is created.</summary>
    private static string GoodOf(string path, string method) => (method, path) switch
    {
        ("get", _) => "200",
        (_, "/api/v1/admin/beacons" or "/api/v1/admin/groups" or "/api/v1/admin/keys"
            or "/api/v1/admin/webhooks") => "201",
        _ when path.EndsWith("/commands", StringComparison.Ordinal)
            || path.EndsWith("/configuration", StringComparison.Ordinal) => "202",
        _ => "200",
    };

    [Fact]
    public void Every_parameter_that_a_call_reads_is_described_with_its_bounds()
    {
        foreach (RouteEndpoint route in Routes())
        {
            if (route.Metadata.GetMetadata<QueryParameterSet>() is not { } set)
                continue;
            string method = route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Single();
            JsonElement call = Call(route.RoutePattern.RawText!, method);
            JsonElement[] described = call.TryGetProperty("parameters", out JsonElement parameters)
                ? [.. parameters.EnumerateArray().Where(each => each.GetProperty("in").GetString() == "query")]
                : [];
            Assert.Equal(
                set.Parameters.Select(parameter => parameter.Name),
                described.Select(p => p.GetProperty("name").GetString()));
            Assert.All(described, parameter => Assert.NotEqual("", parameter.GetProperty("description").GetString()));
            foreach (JsonElement limit in described.Where(p => p.GetProperty("name").GetString() == "limit"))
            {
                JsonElement schema = limit.GetProperty("schema");
                Assert.Equal(
                    (1, ApiLimits.MaxPage, ApiLimits.DefaultPage),
                    (schema.GetProperty("minimum").GetInt32(), schema.GetProperty("maximum").GetInt32(),
                        schema.GetProperty("default").GetInt32()));
            }
        }
    }

    [Fact]
    public void Numbers_are_numbers_words_are_a_list_and_a_problem_has_a_code_of_one()
    {
        JsonElement schemas = document.GetProperty("components").GetProperty("schemas");
        Assert.DoesNotContain("[\"integer\",\"string\"]", schemas.GetRawText().Replace(" ", "").Replace("\n", ""));
        foreach (JsonProperty schema in schemas.EnumerateObject())
        {
            if (schema.Value.TryGetProperty("enum", out JsonElement words))
                Assert.All(words.EnumerateArray(), word => Assert.Equal(JsonValueKind.String, word.ValueKind));
        }

        JsonElement problem = schemas.GetProperty("ProblemDetails");
        Assert.Contains("code", problem.GetProperty("required").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(
            Enum.GetValues<ProblemCode>().Select(Problems.Text),
            problem.GetProperty("properties").GetProperty("code").GetProperty("enum").EnumerateArray()
                .Select(code => code.GetString()));
    }

    [Fact]
    public async Task Answers_have_the_members_that_their_examples_show()
    {
        TestBeacon beacon = await service.EnrolLiveAsync(
            "attic", enrolment => enrolment with { Location = new GeoPoint(1, 2) });
        await service.SendAsync(beacon, TestRecords.Report(1, [1]), TestRecords.Status(2));
        await service.EnrolRefusedAsync("cellar");
        await service.SendAsync(beacon, TestRecords.Diagnostics(3, "queue 0\n"));
        TestBeacon copied = await service.EnrolAsync("garage");
        await service.Store.RaiseAlarmAsync(
            1, copied.Id, AlarmKind.RecordConflict, "It happened.", 1, service.Now, default);
        string admin = $"/api/v1/admin/beacons/{beacon.IdText}";
        using HttpResponseMessage commanded = await service.Http.PostAsync(
            new Uri($"{admin}/commands", UriKind.Relative), JsonContent.Create(new { command = "rescan" }));
        using HttpResponseMessage configured = await service.Http.PutAsync(
            new Uri($"{admin}/configuration", UriKind.Relative), new StringContent("report_ms=30000"));
        Assert.Equal(
            (HttpStatusCode.Accepted, HttpStatusCode.Accepted), (commanded.StatusCode, configured.StatusCode));
        using HttpResponseMessage made = await service.PostGroupAsync("spring");
        TestBeacon board = new("loft");
        JsonObject located = service.Request(board, group: "spring");
        located["location"] = new JsonObject { ["latitude"] = 1, ["longitude"] = 2 };
        using HttpResponseMessage enrolled =
            await service.PostBeaconAsync(located);
        AssertMembers("/api/v1/admin/groups", await made.Content.ReadAsStringAsync());
        AssertMembers("/api/v1/admin/beacons", await enrolled.Content.ReadAsStringAsync());
        using HttpResponseMessage key = await service.Http.PostAsync(
            new Uri("/api/v1/admin/keys", UriKind.Relative), JsonContent.Create(new { name = "ci", role = "viewer" }));
        AssertMembers("/api/v1/admin/keys", await key.Content.ReadAsStringAsync());
        using HttpResponseMessage hooked = await service.Http.PostAsync(
            new Uri("/api/v1/admin/webhooks", UriKind.Relative),
            JsonContent.Create(new { url = "https://receiver.example/", events = (string[])["beacon.offline"] }));
        string hook = await hooked.Content.ReadAsStringAsync();
        AssertMembers("/api/v1/admin/webhooks", hook);
        string deliveries = "/api/v1/admin/webhooks/"
            + JsonDocument.Parse(hook).RootElement.GetProperty("webhook").GetProperty("id").GetString();
        using HttpResponseMessage tested =
            await service.Http.PostAsync(new Uri($"{deliveries}/test", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.OK, tested.StatusCode);
        (string Path, string Call)[] calls =
        [
            ("/api/v1/admin/webhooks", "/api/v1/admin/webhooks"),
            ("/api/v1/admin/webhooks/{webhook}/deliveries", $"{deliveries}/deliveries"),
            ("/api/v1/admin/keys", "/api/v1/admin/keys"),
            ("/api/v1/admin/groups", "/api/v1/admin/groups"),
            ("/api/v1/gateways", "/api/v1/gateways?status=all"),
            ("/api/v1/beacons/{id}", $"/api/v1/beacons/{beacon.IdText}"),
            ("/api/v1/beacons/{id}/statuses", $"/api/v1/beacons/{beacon.IdText}/statuses"),
            ("/api/v1/alarms", "/api/v1/alarms"),
            ("/api/v1/sightings", "/api/v1/sightings"), ("/api/v1/trace/{id}", "/api/v1/trace/1"),
            ("/api/v1/presence", "/api/v1/presence"),
            ("/api/v1/admin/beacons/{id}/commands", $"{admin}/commands"),
            ("/api/v1/admin/beacons/{id}/commands/{number}", $"{admin}/commands/1"),
            ("/api/v1/admin/beacons/{id}/configuration", $"{admin}/configuration"),
            ("/api/v1/admin/beacons/{id}/diagnostics", $"{admin}/diagnostics"),
            ("/health", "/health"), ("/health/ready", "/health/ready"),
        ];
        foreach ((string path, string call) in calls)
            await AssertAsync(path, call);
        service.Advance(TimeSpan.FromHours(2));
        await service.Store.RollUpAsync(service.Now, TimeSpan.FromHours(3), default);
        await AssertAsync("/api/v1/beacons/{id}/hours", $"/api/v1/beacons/{beacon.IdText}/hours");

        async Task AssertAsync(string path, string call)
        {
            JsonElement example = Call(path).GetProperty("responses").GetProperty("200").GetProperty("content")
                .GetProperty("application/json").GetProperty("example");
            Assert.Equal(Members(example), Members(await service.ReadAsync(call)));
        }
    }

    private void AssertMembers(string path, string created)
    {
        JsonElement example = Call(path, "POST").GetProperty("responses").GetProperty("201").GetProperty("content")
            .GetProperty("application/json").GetProperty("example");
        Assert.Equal(Members(example), Members(JsonDocument.Parse(created).RootElement));
    }

    private JsonElement Call(string path, string method = "GET") =>
        document.GetProperty("paths").GetProperty(path).GetProperty(method.ToLowerInvariant());

    private static SortedSet<string> Members(JsonElement element, string at = "") => element.ValueKind switch
    {
        JsonValueKind.Object => [.. element.EnumerateObject().SelectMany(
            member => Members(member.Value, $"{at}/{member.Name}").Append($"{at}/{member.Name}"))],
        JsonValueKind.Array => [.. element.EnumerateArray().SelectMany(item => Members(item, at))],
        _ => [],
    };

    private IEnumerable<RouteEndpoint> Routes() => service.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private IEnumerable<(string Path, string Method, JsonElement Call)> Calls() =>
        from path in document.GetProperty("paths").EnumerateObject()
        from call in path.Value.EnumerateObject()
        select (path.Name, call.Name, call.Value);
}
