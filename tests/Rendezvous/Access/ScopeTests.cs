using System.Net;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Tests.Rendezvous.Support;
using Microsoft.AspNetCore.Routing;

namespace LumenLink.Tests.Rendezvous.Access;

/// <summary>What every endpoint needs, over a service that listens.</summary>
public sealed class ScopeTests
{
    /// <summary>What is for all, or has an authentication of its own. Whatever else is open is a mistake.</summary>
    private static readonly string[] Open =
    [
        "/.well-known/jwks.json", "/api/v1/attest", "/api/v1/attest/challenge", "/api/v1/frames", "/health",
        "/health/ready", "/metrics", "/openapi/{documentName:regex(^v1$)}.json",
    ];

    /// <summary>The framework's own, in development: files that no manifest has. It takes no metadata.</summary>
    private const string Fallback = "/{**path:file}";

    private static readonly string[] Files = ["/_content/", "/_framework/", "/lumen", "/favicon"];

    [Fact]
    public async Task Every_endpoint_names_the_scope_that_it_needs()
    {
        await using RunningService service = await RunningService.StartAsync();
        RouteEndpoint[] endpoints = [.. service.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];
        Assert.Equal(
            [Fallback],
            endpoints.Where(each => each.Metadata.GetMetadata<RequiredScope>() is null).Select(PathOf));
        string[] open =
        [
            .. endpoints.Where(each => each.Metadata.GetMetadata<RequiredScope>()?.Scope == Scope.Open)
                .Select(PathOf).Distinct()
                .Where(path => !Files.Any(start => path.StartsWith(start, StringComparison.Ordinal)))
                .Order(StringComparer.Ordinal),
        ];
        Assert.Equal(Open, open);
    }

    [Fact]
    public async Task A_key_opens_what_its_role_may_and_says_what_is_missing()
    {
        await using RunningService service = await RunningService.StartAsync(
            environment: ServiceEnvironment.Production);
        (string Path, Scope Scope)[] calls =
        [
            ("/api/v1/gateways", Scope.Find), ("/api/v1/sightings", Scope.Read), ("/api/v1/presence", Scope.Read),
            ("/api/v1/alarms", Scope.Read), ("/", Scope.Read), ("/api/v1/admin/evidence", Scope.Inspect),
            ("/api/v1/admin/groups", Scope.Inspect), ("/api/v1/admin/audit/heads", Scope.Audit),
            ("/api/v1/admin/keys", Scope.Keys), ("/api/v1/admin/webhooks", Scope.Webhooks),
        ];
        foreach (ApiRole role in Enum.GetValues<ApiRole>().Where(role => role != ApiRole.None))
        {
            (string key, _) = await service.AddKeyAsync(role);
            foreach ((string path, Scope scope) in calls)
            {
                using HttpResponseMessage response = await service.SendAsync(key, HttpMethod.Get, path);
                if (AccessPolicy.May(role, scope))
                    Assert.True(response.StatusCode == HttpStatusCode.OK, $"{role} {path} {response.StatusCode}");
                else
                    await RunningService.ProblemAsync(response, HttpStatusCode.Forbidden, "scope_missing");
            }
        }

        foreach ((string path, Scope scope) in calls)
        {
            using HttpResponseMessage response = await service.SendAsync(null, HttpMethod.Get, path);
            if (scope == Scope.Find)
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            else if (scope == Scope.Read)
                await RunningService.ProblemAsync(response, HttpStatusCode.Unauthorized, "api_key_required");
            else
                await RunningService.ProblemAsync(response, HttpStatusCode.Forbidden, "admin_not_allowed");
        }
    }

    [Fact]
    public async Task A_revoked_key_ends_on_every_replica_within_seconds_and_so_does_its_stream()
    {
        await using RunningService first = await RunningService.StartAsync();
        await using RunningService second = await first.StartReplicaAsync();
        (string key, string id) = await first.AddKeyAsync(ApiRole.Viewer);
        foreach (RunningService replica in (RunningService[])[first, second])
        {
            using HttpResponseMessage before = await replica.SendAsync(key, HttpMethod.Get, "/api/v1/alarms");
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        }

        TestBeacon beacon = await second.EnrolLiveAsync("attic");
        using StreamReading stream = await StreamReading.ConnectAsync(second, key);
        using HttpResponseMessage revoked =
            await first.SendAsync(null, HttpMethod.Post, $"/api/v1/admin/keys/{id}/revocation");
        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        using HttpResponseMessage here = await first.SendAsync(key, HttpMethod.Get, "/api/v1/alarms");
        await RunningService.ProblemAsync(here, HttpStatusCode.Unauthorized, "api_key_revoked");
        first.Advance(AccessPolicy.KeyLifetime); // the replicas have one clock
        using HttpResponseMessage there = await second.SendAsync(key, HttpMethod.Get, "/api/v1/alarms");
        await RunningService.ProblemAsync(there, HttpStatusCode.Unauthorized, "api_key_revoked");
        Assert.Equal("Bearer error=\"invalid_token\"", there.Headers.WwwAuthenticate.ToString());
        await second.SendAsync(beacon, TestRecords.Report(1, [1]));
        Assert.DoesNotContain("sightings", await stream.RestAsync(), StringComparison.Ordinal);
    }

    private static string PathOf(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
}
