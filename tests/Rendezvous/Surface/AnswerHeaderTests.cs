using System.Net;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Surface;

/// <summary>What every answer tells a browser and a cache.</summary>
public sealed class AnswerHeaderTests : IAsyncLifetime
{
    private const string Data = "default-src 'none'; frame-ancestors 'none'";

    private RunningService service = null!;

    public async Task InitializeAsync() => service = await RunningService.StartAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Theory]
    [InlineData("GET", "/", 200, true, "no-cache, no-store, max-age=0")]
    [InlineData("GET", "/presence", 200, true, "no-cache, no-store, max-age=0")]
    [InlineData("GET", "/lumen.css", 200, false, null)]
    [InlineData("GET", "/favicon.svg", 200, false, null)]
    [InlineData("GET", "/_framework/blazor.web.js", 200, false, null)]
    [InlineData("GET", "/health", 200, false, "no-store")]
    [InlineData("GET", "/health/ready", 200, false, "no-store")]
    [InlineData("GET", "/metrics", 200, false, "no-store")]
    [InlineData("GET", "/openapi/v1.json", 200, false, "private, no-cache")]
    [InlineData("GET", "/.well-known/jwks.json", 200, false, "public, max-age=300")]
    [InlineData("GET", "/api/v1/gateways", 200, false, "private, no-cache")]
    [InlineData("GET", "/api/v1/sightings", 200, false, "no-store")]
    [InlineData("GET", "/api/v1/admin/keys", 200, false, "private, no-cache")]
    [InlineData("POST", "/api/v1/config", 200, false, "no-store")]
    [InlineData("POST", "/api/v1/admin/keys", 400, false, "no-store")]
    [InlineData("POST", "/api/v1/frames", 401, false, "no-store")]
    [InlineData("POST", "/api/v1/resolve", 400, false, "no-store")]
    [InlineData("GET", "/nothing", 404, false, "no-store")]
    [InlineData("DELETE", "/api/v1/gateways", 405, false, "no-store")]
    [InlineData("OPTIONS", "/api/v1/gateways", 405, false, "no-store")]
    [InlineData("HEAD", "/api/v1/gateways", 404, false, "no-store")]
    [InlineData("GET", "/api/v1/gateways?limit=x", 400, false, "no-store")]
    public async Task Every_answer_has_the_headers_of_its_kind(
        string method, string path, int status, bool isPage, string? cache)
    {
        using HttpRequestMessage request = new(HttpMethod.Parse(method), path);
        using HttpResponseMessage response = await service.Http.SendAsync(request);
        Assert.Equal(status, (int)response.StatusCode);
        AssertHeaders(response, isPage);
        if (cache is not null)
            Assert.Equal(cache, Header(response, "Cache-Control"));
    }

    [Fact]
    public async Task An_answer_to_a_failure_has_them_too()
    {
        foreach (Exception failure in (Exception[])[new IOException("gone"), new InvalidOperationException("a bug")])
        {
            service.Gate.Failure = failure;
            using HttpResponseMessage response =
                await service.Http.GetAsync(new Uri("/api/v1/sightings", UriKind.Relative));
            Assert.True(response.StatusCode >= HttpStatusCode.InternalServerError);
            AssertHeaders(response, isPage: false);
            Assert.Contains("no-store", Header(response, "Cache-Control"), StringComparison.Ordinal);
        }

        using HttpResponseMessage elsewhere = await service.Http.GetAsync(new Uri(service.MetricsAddress, "/health"));
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
        AssertHeaders(elsewhere, isPage: false);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("http", null)]
    [InlineData("https", "max-age=31536000")]
    [InlineData("http, https", "max-age=31536000")]
    [InlineData("https, http", null)]
    public async Task Who_came_over_tls_is_told_to_come_over_it_again(string? forwarded, string? expected)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/nothing");
        if (forwarded is not null)
            request.Headers.Add("X-Forwarded-Proto", forwarded);
        using HttpResponseMessage response = await service.Http.SendAsync(request);
        Assert.Equal(expected, response.Headers.Contains("Strict-Transport-Security")
            ? Header(response, "Strict-Transport-Security")
            : null);
    }

    private static void AssertHeaders(HttpResponseMessage response, bool isPage)
    {
        string policy = Header(response, "Content-Security-Policy");
        Assert.Equal("nosniff", Header(response, "X-Content-Type-Options"));
        Assert.Equal("same-origin", Header(response, "Cross-Origin-Resource-Policy"));
        Assert.Equal(isPage ? "same-origin" : "no-referrer", Header(response, "Referrer-Policy"));
        foreach (string name in (string[])
            ["Cross-Origin-Opener-Policy", "Cross-Origin-Embedder-Policy", "Permissions-Policy"])
            Assert.Equal(isPage, response.Headers.Contains(name));
        if (isPage)
        {
            Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("script-src", policy, StringComparison.Ordinal); // files from here, none inline
        }
        else
        {
            Assert.Equal(Data, policy);
        }

        Assert.False(response.Headers.Contains("Server"));
        Assert.False(response.Headers.Contains("X-Powered-By"));
        Assert.False(response.Headers.Contains("Strict-Transport-Security"));
    }

    private static string Header(HttpResponseMessage response, string name) =>
        Assert.Single(response.Headers.NonValidated[name]);
}
