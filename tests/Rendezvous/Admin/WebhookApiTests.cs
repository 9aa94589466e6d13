using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LumenLink.Client;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Webhooks;
using LumenLink.Tests.Rendezvous.Support;
using LumenLink.Tests.Rendezvous.Webhooks;

namespace LumenLink.Tests.Rendezvous.Admin;

/// <summary>The calls under /api/v1/admin/webhooks, over a service that listens, to a receiver that listens.</summary>
public sealed class WebhookApiTests
{
    private const string Path = "/api/v1/admin/webhooks";
    private static readonly string[] All = ["beacon.online", "beacon.offline", "beacon.attestation_failed"];

    [Fact]
    public async Task From_registration_to_delivery_and_the_secret_is_told_once()
    {
        using LogCapture log = new();
        await using Receiver receiver = await Receiver.StartAsync();
        await using RunningService service = await StartAsync(log);
        JsonElement made = await AnswerAsync(
            service, HttpMethod.Post, Path,
            new { url = receiver.Url, events = All, description = "pager" }, HttpStatusCode.Created);
        string secret = made.GetProperty("secret").GetString()!;
        string id = made.GetProperty("webhook").GetProperty("id").GetString()!;
        JsonElement test = await AnswerAsync(service, HttpMethod.Post, $"{Path}/{id}/test");
        await DeliverAsync(service);
        Delivered first = Assert.Single(receiver.Got);
        Assert.Equal(test.GetProperty("message_id").GetString(), first.Id);
        Assert.Equal(WebhookVerdict.Valid, first.Check(secret, service.Now));

        // A beacon comes, is refused once, and goes: each is told, and who has the new secret can check it.
        JsonElement rotated = await AnswerAsync(service, HttpMethod.Post, $"{Path}/{id}/secret");
        string fresh = rotated.GetProperty("secret").GetString()!;
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        await service.EnrolRefusedAsync("cellar");
        await FollowAsync(service);
        await DeliverAsync(service);
        service.Advance(FleetPolicy.LiveWithin + TimeSpan.FromSeconds(1));
        await FollowAsync(service);
        await DeliverAsync(service);
        Delivered[] told = [.. receiver.Got.Skip(1)];
        Assert.Equal(
            ["beacon.attestation_failed", "beacon.offline", "beacon.online"],
            told.Select(one => JsonDocument.Parse(one.Text).RootElement.GetProperty("type").GetString()).Order());
        Assert.Equal(2, told.Count(one => one.Text.Contains(beacon.IdText, StringComparison.Ordinal)));
        Assert.All(told, one =>
        {
            DateTimeOffset then = DateTimeOffset.FromUnixTimeSeconds(long.Parse(one.Timestamp, null));
            Assert.Equal(
                (WebhookVerdict.Valid, WebhookVerdict.Valid), (one.Check(secret, then), one.Check(fresh, then)));
        });

        JsonElement deliveries = await service.ReadAsync($"{Path}/{id}/deliveries?limit=2");
        Assert.Equal(
            ["delivered", "delivered"],
            deliveries.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("state").GetString()));
        string listed = (await service.ReadAsync(Path)).GetRawText();
        string audit = (await service.ReadAsync("/api/v1/admin/audit/entries")).GetRawText();
        string metrics = await service.Http.GetStringAsync(new Uri(service.MetricsAddress, "/metrics"));
        Assert.Contains(
            "lumenlink_webhook_deliveries_total{outcome=\"Delivered\"} 4", metrics, StringComparison.Ordinal);
        foreach (string hidden in (string[])[secret["whsec_".Length..], fresh["whsec_".Length..]])
        {
            Assert.All(
                log.Lines.Select(line => line.Text)
                    .Concat([listed, audit, metrics, deliveries.GetRawText(), first.Text]),
                text => Assert.DoesNotContain(hidden, text, StringComparison.Ordinal));
        }

        Assert.Contains("\"outcome\":\"Rotated\"", audit, StringComparison.Ordinal);
        await AnswerAsync(service, HttpMethod.Delete, $"{Path}/{id}");
        await service.RefusedAsync($"{Path}/{id}/deliveries", HttpStatusCode.NotFound, "webhook_unknown");
    }

    [Fact]
    public async Task A_paused_webhook_waits_and_gets_everything_when_it_is_resumed()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        await using RunningService service = await StartAsync();
        JsonElement made = await AnswerAsync(
            service, HttpMethod.Post, Path, new { url = receiver.Url, events = All }, HttpStatusCode.Created);
        string one = $"{Path}/{made.GetProperty("webhook").GetProperty("id").GetString()}";
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(
                "paused",
                (await AnswerAsync(service, HttpMethod.Post, $"{one}/pause")).GetProperty("state").GetString());
        }

        await AnswerAsync(service, HttpMethod.Post, $"{one}/test");
        await DeliverAsync(service);
        Assert.Empty(receiver.Got);
        Assert.Equal(
            ("active", 1),
            (await AnswerAsync(service, HttpMethod.Post, $"{one}/resume")) is { } resumed
                ? (resumed.GetProperty("state").GetString(), resumed.GetProperty("pending").GetInt32())
                : default);
        await DeliverAsync(service);
        Assert.Single(receiver.Got);
    }

    [Theory]
    [InlineData("""{"url":"http://receiver.example/","events":["beacon.online"]}""", "url")]
    [InlineData("""{"url":"https://10.0.0.1/","events":["beacon.online"]}""", "url")]
    [InlineData("""{"url":"https://a:b@receiver.example/","events":["beacon.online"]}""", "url")]
    [InlineData("""{"url":"https://127.0.0.1/","events":["beacon.online"]}""", "url")]
    [InlineData("""{"url":"https://receiver.example/","events":[]}""", "events")]
    [InlineData("""{"url":"https://receiver.example/","events":["beacon.flown"]}""", "events")]
    [InlineData("""{"url":"https://receiver.example/","events":["webhook.test"]}""", "events")]
    [InlineData(
        """{"url":"https://receiver.example/","events":["beacon.online"],"description":"\u0007"}""", "description")]
    public async Task What_is_no_webhook_is_refused(string body, string parameter)
    {
        await using RunningService service = await RunningService.StartAsync();
        using HttpResponseMessage refused = await service.SendAsync(
            null, HttpMethod.Post, Path, new StringContent(body, null, "application/json"));
        JsonElement problem =
            await RunningService.ProblemAsync(refused, HttpStatusCode.BadRequest, "invalid_parameter");
        Assert.Equal(parameter, problem.GetProperty("parameter").GetString());
        Assert.Empty(await service.Store.ListWebhooksAsync(1, default));
    }

    [Fact]
    public async Task There_are_so_many_and_only_administrators_have_them()
    {
        await using RunningService service = await RunningService.StartAsync();
        object body = new { url = "https://receiver.example/", events = All };
        for (int i = 0; i < WebhookPolicy.MaxWebhooks; i++)
            await AnswerAsync(service, HttpMethod.Post, Path, body, HttpStatusCode.Created);
        using HttpResponseMessage full =
            await service.SendAsync(null, HttpMethod.Post, Path, JsonContent.Create(body));
        await RunningService.ProblemAsync(full, HttpStatusCode.Conflict, "too_many_webhooks");
        (string key, _) = await service.AddKeyAsync(ApiRole.Operator);
        using HttpResponseMessage refused = await service.SendAsync(key, HttpMethod.Get, Path);
        await RunningService.ProblemAsync(refused, HttpStatusCode.Forbidden, "scope_missing");
    }

    private static Task<RunningService> StartAsync(LogCapture? log = null) => RunningService.StartAsync(
        replace: log is null ? null : log.Install,
        settings: ports => new RendezvousSettings
        {
            HttpPort = ports.Http,
            MqttPort = ports.Mqtt,
            MetricsPort = ports.Metrics,
            WebhookLoopback = true,
        });

    private static async Task FollowAsync(RunningService service) => await service.Store.FollowPresenceAsync(
        service.Now, FleetPolicy.LiveWithin, WebhookPolicy.PresenceBatch, default);

    /// <summary>Until nothing waits: the service's own looks may have a part of it under way.</summary>
    private static async Task DeliverAsync(RunningService service) =>
        await service.Get<WebhookDispatcher>().DeliverAsync(default);

    private static async Task<JsonElement> AnswerAsync(
        RunningService service, HttpMethod method, string path, object? body = null,
        HttpStatusCode status = HttpStatusCode.OK)
    {
        using HttpResponseMessage answer =
            await service.SendAsync(null, method, path, body is null ? null : JsonContent.Create(body));
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }
}
