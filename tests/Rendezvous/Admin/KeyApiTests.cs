using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LumenLink.Rendezvous.Access;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Admin;

/// <summary>The calls under /api/v1/admin/keys, over a service that listens.</summary>
public sealed class KeyApiTests
{
    private const string Path = "/api/v1/admin/keys";

    [Fact]
    public async Task A_key_is_told_once_works_and_is_revoked_for_ever()
    {
        using LogCapture log = new();
        await using RunningService service = await RunningService.StartAsync(replace: log.Install);
        using HttpResponseMessage made = await CreateAsync(service, """{"name":"desk","role":"operator"}""");
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.True(made.Headers.CacheControl?.NoStore);
        JsonElement answer = JsonDocument.Parse(await made.Content.ReadAsStringAsync()).RootElement;
        string text = answer.GetProperty("text").GetString()!;
        JsonElement key = answer.GetProperty("key");
        string id = key.GetProperty("id").GetString()!;
        Assert.Equal(
            ("operator", "active", "loopback", service.Now.AddDays(AccessPolicy.DefaultDays)),
            (key.GetProperty("role").GetString(), key.GetProperty("state").GetString(),
                key.GetProperty("created_by").GetString(), key.GetProperty("expires_at").GetDateTimeOffset()));

        TestBeacon beacon = await service.EnrolAsync("attic");
        using HttpResponseMessage commanded = await service.SendAsync(
            text, HttpMethod.Post, $"/api/v1/admin/beacons/{beacon.IdText}/commands",
            JsonContent.Create(new { command = "rescan" }));
        Assert.Equal(HttpStatusCode.Accepted, commanded.StatusCode);
        Assert.Contains(
            $"\"requested_by\":\"key {id} desk\"", await commanded.Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
        using HttpResponseMessage refused = await service.SendAsync(
            text, HttpMethod.Post, $"/api/v1/admin/beacons/{beacon.IdText}/revocation");
        JsonElement problem = await RunningService.ProblemAsync(refused, HttpStatusCode.Forbidden, "scope_missing");
        Assert.Contains("the role admin", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);

        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage revoked =
                await service.SendAsync(null, HttpMethod.Post, $"{Path}/{id}/revocation");
            Assert.Contains(
                "\"state\":\"revoked\"", await revoked.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        using HttpResponseMessage late = await service.SendAsync(text, HttpMethod.Get, "/api/v1/alarms");
        await RunningService.ProblemAsync(late, HttpStatusCode.Unauthorized, "api_key_revoked");
        string secret = text[21..85];
        Assert.DoesNotContain(secret, (await service.ReadAsync(Path)).GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, (await service.ReadAsync("/api/v1/admin/audit/entries")).GetRawText());
        Assert.Contains(log.Lines, line => line.Text.Contains(id, StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Text.Contains(secret, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"name":"","role":"viewer"}""", "invalid_parameter", "name")]
    [InlineData("""{"name":"a\nb","role":"viewer"}""", "invalid_parameter", "name")]
    [InlineData("""{"name":"a","role":"none"}""", "invalid_parameter", "role")]
    [InlineData("""{"name":"a","role":"Admin"}""", "invalid_parameter", "role")]
    [InlineData("""{"name":"a","role":"admin","expires_in_days":367}""", "invalid_parameter", "expires_in_days")]
    [InlineData("""{"name":"a","role":"admin","expires_in_days":0}""", "invalid_parameter", "expires_in_days")]
    [InlineData("""{"name":"a","role":"admin","tenant":2}""", "request_malformed", null)]
    [InlineData("""{"name":"a"}""", "request_malformed", null)]
    [InlineData("", "request_malformed", null)]
    public async Task A_key_that_cannot_be_is_refused_and_nothing_stored(string body, string code, string? parameter)
    {
        await using RunningService service = await RunningService.StartAsync();
        using HttpResponseMessage response = await CreateAsync(service, body);
        JsonElement problem = await RunningService.ProblemAsync(response, HttpStatusCode.BadRequest, code);
        if (parameter is not null)
            Assert.Equal(parameter, problem.GetProperty("parameter").GetString());
        Assert.Equal(0, await service.Database.CountAsync("api_keys"));
    }

    [Fact]
    public async Task Keys_are_listed_in_pages_and_unknown_ones_cannot_be_revoked()
    {
        await using RunningService service = await RunningService.StartAsync();
        string[] ids = [(await service.AddKeyAsync(ApiRole.Client)).Id, (await service.AddKeyAsync(ApiRole.Admin)).Id];
        JsonElement first = await service.ReadAsync($"{Path}?limit=1");
        JsonElement second = await service.ReadAsync($"{Path}?limit=1&cursor={first.GetProperty("next_cursor")}");
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next_cursor").ValueKind);
        Assert.Equal(
            ids.Order(StringComparer.Ordinal),
            ((JsonElement[])[first, second])
                .Select(page => page.GetProperty("items")[0].GetProperty("id").GetString()));
        await service.RefusedAsync($"{Path}?cursor=x", HttpStatusCode.BadRequest, "invalid_parameter");
        foreach (string id in (string[])["0123456789abcdef", "x"])
        {
            using HttpResponseMessage response =
                await service.SendAsync(null, HttpMethod.Post, $"{Path}/{id}/revocation");
            await RunningService.ProblemAsync(response, HttpStatusCode.NotFound, "api_key_unknown");
        }
    }

    private static Task<HttpResponseMessage> CreateAsync(RunningService service, string body) =>
        service.SendAsync(null, HttpMethod.Post, Path, new StringContent(body, Encoding.UTF8, "application/json"));
}
