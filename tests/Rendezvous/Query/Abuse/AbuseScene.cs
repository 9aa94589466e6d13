using System.Text;
using System.Text.Json.Nodes;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Resolve;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Frames;
using LumenLink.Tests.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Query.Abuse;

/// <summary>
/// A service with a row of everything, callers of each kind, and for each call a request that goes well: what abuse
/// begins with, so that it reaches what lies behind the first check.
/// </summary>
internal sealed class AbuseScene : IAsyncDisposable
{
    private const string AdminToken = "abuse-admin-token-0123456789abcdef";
    private const string Json = "application/json";

    private readonly TestBeacon poster = new("poster");
    private TestBeacon beacon = null!;
    private TestBeacon doomed = null!;
    private string admin = "";
    private string doomedKey = "";
    private int made;

    private AbuseScene(RunningService service) => Service = service;

    public RunningService Service { get; }

    /// <summary>Authorization headers that callers send; null for none.</summary>
    public IReadOnlyList<string?> Callers { get; private set; } = [];

    /// <summary>What no answer may have.</summary>
    public IReadOnlyList<string> Secrets { get; private set; } = [];

    private const string Hook = "00000000000000aa";
    private const string DoomedHook = "00000000000000bb";

    public static async Task<AbuseScene> StartAsync(TestDatabase? over = null)
    {
        AbuseScene scene = new(await RunningService.StartAsync(over: over, settings: ports => new RendezvousSettings
        {
            HttpPort = ports.Http,
            MqttPort = ports.Mqtt,
            MetricsPort = ports.Metrics,
            AdminToken = AdminToken,
            Anonymous = ApiRole.Client,
            PublicUrls = ["https://lumen.example"],
        }));
        await scene.FillAsync();
        return scene;
    }

    /// <summary>A request of a call that goes well; what it makes or ends is new, or may be repeated.</summary>
    public async Task<AbuseRequest> GoodAsync(ApiOperation operation)
    {
        AbuseRequest request = new(operation.Method, Fill(operation), [("Authorization", $"Bearer {admin}")]);
        switch (operation.Id)
        {
            case "frames":
                return Post(request, PostClient.Body(poster.Hello()))
                    .Instead("Authorization", $"Bearer {poster.IdText}.{poster.Token()}");
            case "attestChallenge":
                return Post(request, poster.Hello());
            case "attest":
                byte[] hello = poster.Hello();
                FrameAnswer challenge = await Service.HandleAsync(poster, hello);
                poster.Boot++; // the service takes each boot's Evidence in order
                return Post(request, poster.Evidence(hello, challenge.Reply.ToArray()));
            case "createWebhook" or "removeWebhook":
                await HookAsync();
                goto default;
            default:
                return BodyOf(operation.Id) is { } made
                    ? (request with { Body = Encoding.UTF8.GetBytes(made.ToJsonString()) }).With("Content-Type", Json)
                    : request;
        }
    }

    public async ValueTask DisposeAsync() => await Service.DisposeAsync();

    /// <summary>The path of a request that goes well.</summary>
    private string Fill(ApiOperation operation)
    {
        string id = operation.Id == "revokeBeacon" ? doomed.IdText : beacon.IdText;
        return operation.Path.Replace("/trace/{id}", "/trace/1", StringComparison.Ordinal)
            .Replace("{id}", id, StringComparison.Ordinal)
            .Replace("{number}", "1", StringComparison.Ordinal)
            .Replace("{name}", operation.Id == "closeGroup" ? "doomed" : "spring", StringComparison.Ordinal)
            .Replace("{webhook}", operation.Id == "removeWebhook" ? DoomedHook : Hook, StringComparison.Ordinal)
            .Replace("{key}", doomedKey, StringComparison.Ordinal);
    }

    /// <summary>The webhooks of the scene and no others. Their secrets do not open, so nothing is sent.</summary>
    private async Task HookAsync()
    {
        foreach (WebhookView webhook in await Service.Store.ListWebhooksAsync(1, default))
        {
            if (webhook.Id != Hook)
                await Service.Store.RemoveWebhookAsync(1, webhook.Id, "x", Service.Now, default);
        }

        await AddHookAsync(DoomedHook);
    }

    private Task<bool> AddHookAsync(string id) => Service.Store.AddWebhookAsync(
        new WebhookView(id, 1, "https://receiver.invalid/", 2, "", WebhookState.Active, "x", Service.Now), [1],
        default);

    private JsonObject? BodyOf(string operation) => operation switch
    {
        "resolve" => new JsonObject { ["eids"] = new JsonArray("a9b76a71c5f89290", "00000000deadbeef") },
        "getPack" => new JsonObject
        {
            ["region"] = "loft",
            ["limit"] = 5,
            ["within_m"] = 1000,
            ["near"] = new JsonObject { ["latitude"] = 52.5, ["longitude"] = 13.4 },
        },
        "enrolBeacon" => Service.Request(new TestBeacon($"board {++made}")),
        "createGroup" => Service.Group($"group-{++made}"),
        "weighGroup" => new JsonObject { ["regions"] = new JsonObject { ["hall-1"] = 1, ["hall-2"] = 2 } },
        "createKey" => new JsonObject { ["name"] = "made", ["role"] = "viewer", ["expires_in_days"] = 3 },
        "commandBeacon" => new JsonObject { ["command"] = "identify", ["argument"] = 3, ["expires_in_s"] = 30 },
        "configureBeacon" => new JsonObject { ["settings"] = new JsonObject { ["report_ms"] = "30000" } },
        "placeBeacon" => new JsonObject
        {
            ["name"] = "attic",
            ["region"] = "loft",
            ["location"] = new JsonObject { ["latitude"] = 52.5, ["longitude"] = 13.4 },
        },
        "createWebhook" => new JsonObject
        {
            ["url"] = "https://receiver.invalid/lumen",
            ["events"] = new JsonArray("beacon.offline"),
            ["description"] = "pager",
        },
        _ => null,
    };

    private static AbuseRequest Post(AbuseRequest request, byte[] body) =>
        (request with { Body = body }).With("Content-Type", FramePost.ContentType);

    private async Task FillAsync()
    {
        beacon = await Service.EnrolLiveAsync("attic", one => one with { Region = "loft" });
        await Service.SendAsync(
            beacon, TestRecords.Report(1, [1, 2, 3]), TestRecords.Status(2), TestRecords.Diagnostics(3, "queue 0\n"));
        await Service.EnrolRefusedAsync("cellar");
        doomed = await Service.EnrolLiveAsync("doomed");
        await Service.EnrolPastTheDeskAsync(poster, poster.Enrolment(Service.Operator));
        await Service.Store.RaiseAlarmAsync(
            1, doomed.Id, AlarmKind.RecordConflict, "It happened.", 1, Service.Now, default);
        await Service.Get<EidKeeper>().Loaded.WaitAsync(TimeSpan.FromMinutes(1));

        await AddHookAsync(Hook);
        await AddHookAsync(DoomedHook);
        (admin, _) = await Service.AddKeyAsync(ApiRole.Admin);
        List<string> keys = [admin];
        foreach (ApiRole role in (ApiRole[])[ApiRole.Client, ApiRole.Viewer, ApiRole.Operator])
            keys.Add((await Service.AddKeyAsync(role)).Text);
        (string revoked, string revokedId) = await Service.AddKeyAsync(ApiRole.Admin);
        await Service.Store.RevokeApiKeyAsync(1, revokedId, "x", Service.Now, default);
        (_, doomedKey) = await Service.AddKeyAsync(ApiRole.Viewer);
        string unknown = ApiKeyText.Create(out _, out _);
        Callers =
        [
            null, .. keys.Select(key => $"Bearer {key}"), $"Bearer {AdminToken}", $"Bearer {revoked}",
            $"Bearer {unknown}", $"Bearer {admin[..^1]}0", "Bearer ", "Bearer llk_", $"Basic {admin}", "Bearer \u00ff",
            $"LumenLink {new string('A', 120)}",
        ];
        Secrets =
        [
            .. keys, revoked, AdminToken, Service.Operator.ServiceKeyPem.Split('\n')[1],
            .. new[] { Service.MasterKey, Service.EidKey, Service.EidKey[..16], beacon.Session!.Keys }.SelectMany(
                one => new[] { Convert.ToHexStringLower(one), Convert.ToBase64String(one)[..^3] }),
        ];
        await PrepareAsync("createGroup", "/api/v1/admin/groups", Service.Group("spring"));
        await PrepareAsync("createGroup", "/api/v1/admin/groups", Service.Group("doomed"));
        await PrepareAsync(
            "commandBeacon", $"/api/v1/admin/beacons/{beacon.IdText}/commands",
            new JsonObject { ["command"] = "rescan" });
    }

    private async Task PrepareAsync(string what, string path, JsonObject body)
    {
        using StringContent content = new(body.ToJsonString(), Encoding.UTF8, Json);
        using HttpResponseMessage response = await Service.SendAsync(admin, HttpMethod.Post, path, content);
        Assert.True(response.IsSuccessStatusCode, $"{what}: {await response.Content.ReadAsStringAsync()}");
    }
}
