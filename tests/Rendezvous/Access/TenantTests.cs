using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Resolve;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using LumenLink.Rendezvous.Webhooks;
using LumenLink.Tests.Rendezvous.Query.Abuse;
using LumenLink.Tests.Rendezvous.Resolve;
using LumenLink.Tests.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Access;

/// <summary>
/// Two tenants on one service. Every call of its description is made with the other tenant's keys: no answer changes
/// for what the first tenant has, no answer has anything of it, and nothing of it is changed.
/// </summary>
[Collection(PostgresCollection.Name)]
public sealed partial class TenantTests(PostgresFixture postgres)
{
    private const int Second = 2;

    /// <summary>
    /// Every call that is described and not tried here: those that ask for no key, which are about the service itself
    /// or about a beacon that proves who it is; and the stream, which is open all the while.
    /// </summary>
    private static readonly string[] NotTried =
    [
        "get /.well-known/jwks.json", "get /api/v1/stream", "get /health", "get /health/ready", "get /metrics",
        "post /api/v1/attest", "post /api/v1/attest/challenge", "post /api/v1/frames",
    ];

    [Fact]
    public async Task Nothing_of_another_tenant_is_seen_or_changed_on_sqlite() =>
        await DriveAsync(await SqliteDatabase.CreateAsync());

    [PostgresFact]
    public async Task Nothing_of_another_tenant_is_seen_or_changed_on_postgresql() =>
        await DriveAsync(await postgres.CreateAsync());

    [PostgresFact]
    public async Task Pooled_connections_and_packs_do_not_mix_tenants()
    {
        await using RunningService service = await RunningService.StartAsync(over: await postgres.CreateAsync());
        await service.Database.ExecuteAsync("INSERT INTO tenants (tenant_id, name) VALUES (2, 'second')");
        (string Key, string Beacon)[] tenants = new (string, string)[2];
        for (int i = 0; i < 2; i++)
        {
            TestBeacon beacon =
                await service.EnrolLiveAsync($"of-{i}", enrolment => enrolment with { TenantId = i + 1 });
            tenants[i] = ((await service.AddKeyAsync(ApiRole.Viewer, i + 1)).Text, beacon.IdText);
        }

        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            (string key, string beacon) = tenants[i % 2];
            using HttpResponseMessage listed = await service.SendAsync(key, HttpMethod.Get, "/api/v1/gateways");
            using JsonDocument page = JsonDocument.Parse(await listed.Content.ReadAsStringAsync());
            Assert.Equal(
                beacon, Assert.Single(page.RootElement.GetProperty("items").EnumerateArray()).GetProperty("id")
                    .GetString());
            using HttpResponseMessage packed = await service.SendAsync(key, HttpMethod.Post, "/api/v1/config");
            string payload = (await packed.Content.ReadAsStringAsync()).Split('.')[1];
            string pack = Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(payload));
            Assert.Contains(beacon, pack, StringComparison.Ordinal);
            Assert.DoesNotContain(tenants[1 - (i % 2)].Beacon, pack, StringComparison.Ordinal);
        }));
    }

    private static async Task DriveAsync(TestDatabase database)
    {
        await using RunningService service = await RunningService.StartAsync(over: database);
        await service.Database.ExecuteAsync("INSERT INTO tenants (tenant_id, name) VALUES (2, 'second')");
        (string theirs, _) = await service.AddKeyAsync(ApiRole.Admin, Second, "other");
        (string own, string ownId) = await service.AddKeyAsync(ApiRole.Admin, 1, "marked-key");
        TestBeacon other = await service.EnrolLiveAsync("other", enrolment => enrolment with { TenantId = Second });
        using StreamReading stream = await StreamReading.ConnectAsync(service, theirs);
        TestBeacon shown = new("shape");
        TestBeacon heard = new("marked-heard");
        FleetBeacon clock = TestFleet.NewBeacon(heard.Id.Value, 7);
        string eid = $"{TestFleet.EidAt(clock, service.Now.ToUnixTimeSeconds()):x16}";
        (string Method, string Path)[] calls = await CallsAsync(service, shown.IdText, ownId);
        Dictionary<string, string> before = await AskAsync(service, theirs, calls, eid);

        Scene scene = await Scene.MakeAsync(service, own);
        await service.Store.FollowPresenceAsync(service.Now, FleetPolicy.LiveWithin, 9, default);
        await EnrolAsync(service, heard, clock);
        calls = await CallsAsync(service, scene.Beacon.IdText, ownId);
        Dictionary<string, string> after = await AskAsync(service, theirs, calls, eid);
        Assert.Equal(before.Count, after.Count);
        Assert.True(after.Count >= 20, $"only {after.Count} calls");
        foreach ((string call, string answer) in after)
        {
            Assert.All(
                scene.Marks(ownId),
                mark => Assert.False(answer.Contains(mark, StringComparison.Ordinal), $"{mark} in {call}: {answer}"));
            if (call.StartsWith("get ", StringComparison.Ordinal) || call == "post /api/v1/resolve")
                Assert.Equal(before[call], answer);
        }

        // Whose identifier it is is told to its own tenant alone.
        using HttpResponseMessage known =
            await service.SendAsync(own, HttpMethod.Post, "/api/v1/resolve", Body("/api/v1/resolve", eid));
        Assert.Contains(heard.IdText, await known.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        // The first tenant's rows are as they were, and its own key sees them.
        using HttpResponseMessage mine = await service.SendAsync(own, HttpMethod.Get, "/api/v1/gateways?status=all");
        string gateways = await mine.Content.ReadAsStringAsync();
        Assert.Contains(scene.Beacon.IdText, gateways, StringComparison.Ordinal);
        Assert.DoesNotContain(other.IdText, gateways, StringComparison.Ordinal);
        BeaconView view = (await service.Store.GetBeaconAsync(1, scene.Beacon.Id, default))!;
        Assert.Null(view.RevokedAt);
        Assert.Single(await service.Store.ListCommandsAsync(1, scene.Beacon.Id, null, 9, default));
        Assert.Single(await service.Store.ListConfigurationsAsync(1, scene.Beacon.Id, default));
        Assert.Null(Assert.Single(await service.Store.ListGroupsAsync(1, default)).ClosedAt);
        WebhookView hook = Assert.Single(await service.Store.ListWebhooksAsync(1, default));
        Assert.Equal((WebhookState.Paused, null), (hook.State, hook.PreviousUntil));
        Assert.Equal(
            [WebhookEventKind.BeaconOnline, WebhookEventKind.CloneSuspected],
            (await service.Store.ListDeliveriesAsync(1, Scene.Webhook, 9, default)).Select(one => one.Kind));
        Assert.All(
            await service.Store.ClaimDeliveriesAsync(
                Scene.Webhook, service.Now, service.Now.AddMinutes(1), 9, default),
            one => Assert.DoesNotContain(other.IdText, one.Payload, StringComparison.Ordinal));
        Assert.Null((await service.Store.FindApiKeyAsync(ownId, default))!.Key.RevokedAt);
        Assert.Null(Assert.Single(await service.Store.ListAlarmsAsync(
            1, new AlarmFilter(null, null, null, 9), default)).AcknowledgedAt);

        // Of all that happened the stream told what the second tenant's beacon did, and nothing else.
        await service.SendAsync(other, TestRecords.Report(1, [7]));
        (_, string name, JsonElement data) = await stream.EventAsync();
        Assert.Equal(("sightings", other.IdText), (name, data.GetProperty("beacon").GetString()));
    }

    [Fact]
    public async Task Every_call_that_is_described_is_tried_or_known_to_ask_for_no_key()
    {
        await using RunningService service = await RunningService.StartAsync();
        ApiDocument document = await ApiDocument.ReadAsync(service);
        string[] all = [.. document.Operations.Select(one => $"{one.Method.ToLowerInvariant()} {one.Path}")];
        string[] tried =
            [.. (await CallsAsync(service, "", "", isFilled: false)).Select(call => $"{call.Method} {call.Path}")];
        Assert.Equal(all.Order(), tried.Concat(NotTried).Order());
        Assert.Equal(
            [.. NotTried.Where(call => call != "get /api/v1/stream")],
            document.Operations.Where(one => !one.NeedsKey)
                .Select(one => $"{one.Method.ToLowerInvariant()} {one.Path}").Order(StringComparer.Ordinal));
    }

    /// <summary>A beacon of the first tenant with an identifier of its own, which this replica has read.</summary>
    private static async Task EnrolAsync(RunningService service, TestBeacon beacon, FleetBeacon known)
    {
        byte[] secret = new byte[21];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(secret, known.Clock.Key);
        secret[16] = known.Clock.Exponent;
        BitConverter.TryWriteBytes(secret.AsSpan(17), known.Clock.OffsetS);
        await service.Store.EnrolAsync(
            beacon.Enrolment(service.Operator),
            service.Get<SecretBox>().Seal(GrantWriter.EidPurpose(beacon.Id), secret), "x", service.Now, default);
        await service.Get<EidKeeper>().Loaded.WaitAsync(TimeSpan.FromMinutes(1));
        await service.Get<EidKeeper>().LookAsync(default);
    }

    /// <summary>Every call but those, with the first tenant's ids in its path.</summary>
    private static async Task<(string Method, string Path)[]> CallsAsync(
        RunningService service, string beacon, string key, bool isFilled = true)
    {
        JsonElement document = await service.ReadAsync("/openapi/v1.json");
        return
        [
            .. from path in document.GetProperty("paths").EnumerateObject()
               from call in path.Value.EnumerateObject()
               where !NotTried.Contains($"{call.Name} {path.Name}")
               select (call.Name, isFilled ? Filled(path.Name, beacon, key) : path.Name),
        ];
    }

    private static string Filled(string path, string beacon, string key) => path
        .Replace("/trace/{id}", "/trace/1", StringComparison.Ordinal)
        .Replace("{id}", beacon, StringComparison.Ordinal)
        .Replace("{number}", "1", StringComparison.Ordinal)
        .Replace("{name}", "marked-group", StringComparison.Ordinal)
        .Replace("{webhook}", Scene.Webhook, StringComparison.Ordinal)
        .Replace("{key}", key, StringComparison.Ordinal);

    /// <summary>Answers by call; ids that the caller itself gave are taken out of the call's name.</summary>
    private static async Task<Dictionary<string, string>> AskAsync(
        RunningService service, string key, (string Method, string Path)[] calls, string eid)
    {
        Dictionary<string, string> answers = [];
        foreach ((string method, string path) in calls.OrderBy(call => call.Method == "get" ? 0 : 1))
        {
            using HttpResponseMessage response = await service.SendAsync(
                key, HttpMethod.Parse(method), path, method == "get" ? null : Body(path, eid));
            Assert.True((int)response.StatusCode < 500, $"{method} {path}: {response.StatusCode}");
            string[] parts = path.Split('/');
            string name = string.Join('/', parts.Select(part => part.Length == BeaconTextLength ? "{id}" : part));
            string body = await response.Content.ReadAsStringAsync();
            answers[$"{method} {name}"] = $"{(int)response.StatusCode} {TraceId().Replace(body, "")}";
        }

        return answers;
    }

    /// <summary>Of the request, not of what it asks for.</summary>
    [GeneratedRegex("\"trace_id\":\"[^\"]*\"")]
    private static partial Regex TraceId();

    private const int BeaconTextLength = LumenLink.Rendezvous.Registry.BeaconId.TextLength;

    private static StringContent Body(string path, string eid) => new(
        path switch
        {
            _ when path.EndsWith("/resolve", StringComparison.Ordinal) => $$"""{"eids":["{{eid}}"]}""",
            _ when path.EndsWith("/place", StringComparison.Ordinal) => """{"name":"theirs","region":"theirs"}""",
            _ when path.EndsWith("/commands", StringComparison.Ordinal) => """{"command":"reboot"}""",
            _ when path.EndsWith("/configuration", StringComparison.Ordinal) =>
                """{"settings":{"report_ms":"30000"}}""",
            _ when path.EndsWith("/regions", StringComparison.Ordinal) => """{"regions":{"elsewhere":1}}""",
            _ => "{}",
        },
        Encoding.UTF8, "application/json");

    /// <summary>A row of everything that the first tenant can have, each with a mark.</summary>
    private sealed record Scene(TestBeacon Beacon)
    {
        public const string Webhook = "00000000000000aa";

        public static async Task<Scene> MakeAsync(RunningService service, string key)
        {
            // Paused: what happens stays in the outbox.
            Assert.True(await service.Store.AddWebhookAsync(
                new WebhookView(
                    Webhook, 1, "https://marked-receiver.invalid/", int.MaxValue, "marked-webhook", WebhookState.Paused,
                    "x", service.Now),
                [1], default));
            TestBeacon beacon = await service.EnrolLiveAsync("marked-name", enrolment => enrolment with
            {
                Region = "marked-region",
            });
            await service.SendAsync(
                beacon, TestRecords.Report(1, [0xC0FFEE]), TestRecords.Status(2),
                TestRecords.Diagnostics(3, "marked-line\n"));
            await service.Store.RaiseAlarmAsync(
                1, beacon.Id, AlarmKind.RecordConflict, "marked-alarm", 1, service.Now, default);
            string admin = $"/api/v1/admin/beacons/{beacon.IdText}";
            using HttpResponseMessage commanded = await service.SendAsync(
                key, HttpMethod.Post, $"{admin}/commands", JsonContent.Create(new { command = "rescan" }));
            using HttpResponseMessage configured = await service.SendAsync(
                key, HttpMethod.Put, $"{admin}/configuration", new StringContent("report_ms=30000"));
            using HttpResponseMessage grouped = await service.PostGroupAsync("marked-group");
            Assert.Equal(
                (HttpStatusCode.Accepted, HttpStatusCode.Accepted, HttpStatusCode.Created),
                (commanded.StatusCode, configured.StatusCode, grouped.StatusCode));
            return new Scene(beacon);
        }

        public IEnumerable<string> Marks(string keyId) => [Beacon.IdText, "marked-", "c0ffee", keyId];
    }
}
