using System.Net;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Limits;
using LumenLink.Tests.Rendezvous.Frames;
using LumenLink.Tests.Rendezvous.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LumenLink.Tests.Rendezvous.Limits;

/// <summary>
/// The limit of one process as its clients see it, with the policy of production and a clock that stands.
/// </summary>
public sealed class LimitApiTests
{
    private const string Call = "/api/v1/gateways";
    private const string Token = "an-admin-token-of-some-length";
    private static readonly LimitPolicy Policy = new();

    [Fact]
    public async Task Eleven_calls_in_a_row_give_one_refusal_that_says_when_to_come_again()
    {
        await using RunningService service = await StartAsync();
        for (int left = Policy.Burst - 1; left >= 0; left--)
        {
            using HttpResponseMessage one = await service.Http.GetAsync(new Uri(Call, UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, one.StatusCode);
            int whole = (int)Math.Ceiling((Policy.Burst - left) * 0.6);
            Assert.Equal($"\"client\";r={left};t={whole}", Header(one, "RateLimit"));
            Assert.Equal("\"client\";q=10;w=6", Header(one, "RateLimit-Policy"));
        }

        using (HttpResponseMessage refused = await service.Http.GetAsync(new Uri(Call, UriKind.Relative)))
        {
            await RunningService.ProblemAsync(refused, HttpStatusCode.TooManyRequests, "rate_limited");
            Assert.Equal("1", Header(refused, "Retry-After"));
            Assert.Equal("\"client\";r=0;t=6", Header(refused, "RateLimit"));
        }

        service.Advance(TimeSpan.FromMilliseconds(600));
        Assert.Equal((1, 1), await CountAsync(2, () => service.Http.GetAsync(new Uri(Call, UriKind.Relative))));
        string metrics = await service.Http.GetStringAsync(new Uri(service.MetricsAddress, "/metrics"));
        Assert.Contains("lumenlink_limited_calls_total{outcome=\"Refused\"} 2\n", metrics, StringComparison.Ordinal);
        Assert.Contains("lumenlink_limited_calls_total{outcome=\"Allowed\"} 11\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_and_addresses_have_a_limit_each_and_a_household_has_one()
    {
        await using RunningService service = await StartAsync(ServiceEnvironment.Production);
        (string one, _) = await service.AddKeyAsync(ApiRole.Viewer);
        (string other, _) = await service.AddKeyAsync(ApiRole.Operator);
        Assert.Equal((10, 3), await CountAsync(13, () => service.SendAsync(one, HttpMethod.Get, Call)));
        Assert.Equal((10, 1), await CountAsync(11, () => service.SendAsync(other, HttpMethod.Get, Call)));

        // A key is one client from wherever it calls; without one an IPv6 network is, and what the last proxy says.
        Assert.Equal((0, 2), await CountAsync(2, () => FromAsync(service, "192.0.2.9", one)));
        Assert.Equal((10, 2), await CountAsync(12, () => FromAsync(service, "192.0.2.9")));
        Assert.Equal((0, 1), await CountAsync(1, () => FromAsync(service, "203.0.113.1, 192.0.2.9")));
        Assert.Equal((1, 0), await CountAsync(1, () => FromAsync(service, "192.0.2.9, 203.0.113.1")));
        Assert.Equal((5, 0), await CountAsync(5, () => FromAsync(service, "2001:db8:1:2::1")));
        Assert.Equal((5, 2), await CountAsync(7, () => FromAsync(service, "2001:db8:1:2:ffff::9")));
        Assert.Equal((10, 1), await CountAsync(11, () => FromAsync(service, "2001:db8:1:3::1")));
        Assert.Equal((0, 1), await CountAsync(1, () => FromAsync(service, "::ffff:192.0.2.9")));
    }

    [Fact]
    public async Task Every_call_of_a_client_counts_whatever_it_asks()
    {
        await using RunningService service = await StartAsync(ServiceEnvironment.Production);
        (string key, _) = await service.AddKeyAsync(ApiRole.Admin);
        string[] paths =
        [
            Call, "/api/v1/gateways?limit=x", "/api/v1/beacons/x", "/api/v1/alarms", "/api/v1/presence",
            "/api/v1/sightings", "/api/v1/admin/groups", "/api/v1/admin/keys", "/api/v1/admin/evidence", Call,
        ];
        foreach (string path in paths)
        {
            using HttpResponseMessage response = await service.SendAsync(key, HttpMethod.Get, path);
            Assert.NotEqual(HttpStatusCode.TooManyRequests, response.StatusCode);
        }

        Assert.Equal((0, 1), await CountAsync(1, () => service.SendAsync(key, HttpMethod.Post, "/api/v1/config")));
        Assert.Equal((0, 1), await CountAsync(1, () => service.SendAsync(key, HttpMethod.Post, "/api/v1/resolve")));
        Assert.Equal((0, 1), await CountAsync(1, () => service.SendAsync(key, HttpMethod.Get, "/api/v1/stream")));
    }

    [Fact]
    public async Task What_is_for_beacons_and_watchers_the_pages_and_the_admin_token_are_not_counted()
    {
        await using RunningService service = await StartAsync(adminToken: Token);
        string[] paths =
            ["/health", "/health/ready", "/openapi/v1.json", "/.well-known/jwks.json", "/", "/presence", "/lumen.css"];
        foreach (string path in paths)
            Assert.Equal((12, 0), await CountAsync(12, () => service.SendAsync(null, HttpMethod.Get, path)));
        Assert.Equal((15, 0), await CountAsync(15, () => service.SendAsync(Token, HttpMethod.Get, Call)));
        Assert.Equal(
            (15, 0), await CountAsync(15, () => service.SendAsync(Token, HttpMethod.Get, "/api/v1/admin/groups")));
        TestBeacon beacon = await service.EnrolAsync("attic");
        PostClient posts = new(service, beacon);
        await posts.AttestAsync();
        for (uint sequence = 1; sequence <= 12; sequence++)
            await posts.AssertServedAsync(sequence);
        Assert.Equal((10, 1), await CountAsync(11, () => service.SendAsync(null, HttpMethod.Get, Call)));
    }

    [Fact]
    public async Task An_operator_on_the_machine_itself_is_not_counted_in_development_but_as_a_reader()
    {
        await using RunningService service = await StartAsync();
        Assert.Equal(
            (15, 0), await CountAsync(15, () => service.SendAsync(null, HttpMethod.Get, "/api/v1/admin/groups")));
        Assert.Equal((10, 5), await CountAsync(15, () => service.SendAsync(null, HttpMethod.Get, Call)));
    }

    [Fact]
    public async Task A_page_of_another_origin_may_read_what_is_left()
    {
        await using RunningService service = await StartAsync();
        using HttpRequestMessage request = new(HttpMethod.Get, Call);
        request.Headers.Add("Origin", "http://localhost:3000");
        using HttpResponseMessage response = await service.Http.SendAsync(request);
        Assert.Equal("Retry-After,RateLimit-Policy,RateLimit", Header(response, "Access-Control-Expose-Headers"));
    }

    private static Task<RunningService> StartAsync(
        ServiceEnvironment environment = ServiceEnvironment.Development, string? adminToken = null) =>
        RunningService.StartAsync(
            environment: environment, adminToken: adminToken, replace: services => services.AddSingleton(Policy));

    private static async Task<HttpResponseMessage> FromAsync(RunningService service, string from, string? key = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, Call);
        request.Headers.Add("X-Forwarded-For", from);
        if (key is not null)
            request.Headers.Add("Authorization", $"Bearer {key}");
        return await service.Http.SendAsync(request);
    }

    private static string Header(HttpResponseMessage response, string name) =>
        string.Join(',', response.Headers.GetValues(name));

    /// <summary>How many of some calls were let in and refused.</summary>
    private static async Task<(int Allowed, int Refused)> CountAsync(
        int count, Func<Task<HttpResponseMessage>> call)
    {
        int refused = 0;
        for (int i = 0; i < count; i++)
        {
            using HttpResponseMessage response = await call();
            refused += response.StatusCode == HttpStatusCode.TooManyRequests ? 1 : 0;
        }

        return (count - refused, refused);
    }
}
