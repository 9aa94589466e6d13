using System.Net;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Query;

/// <summary>Which pages of other origins a browser lets call the API.</summary>
public sealed class CrossOriginTests
{
    [Theory]
    [InlineData(ServiceEnvironment.Development, null, "http://localhost:3000", true)]
    [InlineData(ServiceEnvironment.Development, null, "https://lumenlink.org", false)]
    [InlineData(ServiceEnvironment.Development, null, "http://localhost.example", false)]
    [InlineData(ServiceEnvironment.Development, "*", "https://any.example", true)]
    [InlineData(ServiceEnvironment.Production, null, "https://lumenlink.org", true)]
    [InlineData(ServiceEnvironment.Production, null, "http://lumenlink.org", false)]
    [InlineData(ServiceEnvironment.Production, null, "http://localhost:3000", false)]
    [InlineData(ServiceEnvironment.Production, "https://maps.example", "https://maps.example", true)]
    [InlineData(ServiceEnvironment.Production, "https://maps.example", "https://lumenlink.org", false)]
    public async Task A_page_may_call_if_its_origin_is_named(
        ServiceEnvironment environment, string? origins, string origin, bool isAllowed)
    {
        await using RunningService service = await StartAsync(environment, origins);
        Assert.Equal(isAllowed, await IsAllowedAsync(service, HttpMethod.Get, "/api/v1/gateways", origin));
        Assert.Equal(isAllowed, await IsAllowedAsync(service, HttpMethod.Options, "/api/v1/gateways", origin));
    }

    [Theory]
    [InlineData("/api/v1/frames")]
    [InlineData("/api/v1/admin/beacons/0/commands")]
    [InlineData("/")]
    public async Task No_page_may_call_what_is_not_for_pages(string path)
    {
        await using RunningService service = await StartAsync(ServiceEnvironment.Development, "*");
        Assert.False(await IsAllowedAsync(service, HttpMethod.Get, path, "https://any.example"));
        Assert.False(await IsAllowedAsync(service, HttpMethod.Options, path, "https://any.example"));
    }

    private static Task<RunningService> StartAsync(ServiceEnvironment environment, string? origins) =>
        RunningService.StartAsync(settings: ports => new RendezvousSettings
        {
            HttpPort = ports.Http,
            MqttPort = ports.Mqtt,
            MetricsPort = ports.Metrics,
            Environment = environment,
            CorsOrigins = origins?.Split(','),
        });

    private static async Task<bool> IsAllowedAsync(
        RunningService service, HttpMethod method, string path, string origin)
    {
        using HttpRequestMessage request = new(method, new Uri(path, UriKind.Relative));
        request.Headers.Add("Origin", origin);
        if (method == HttpMethod.Options)
            request.Headers.Add("Access-Control-Request-Method", "GET");
        using HttpResponseMessage response = await service.Http.SendAsync(request);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Credentials"));
        if (!response.Headers.TryGetValues("Access-Control-Allow-Origin", out IEnumerable<string>? allowed))
            return false;
        Assert.Contains(response.StatusCode, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.NoContent]);
        return allowed.Single() == origin || allowed.Single() == "*";
    }
}
