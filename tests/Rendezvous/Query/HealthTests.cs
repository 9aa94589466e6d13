using System.Net;
using System.Text.Json;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Query;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Query;

/// <summary>/health, /health/ready and /metrics of a running service, and which port shows what.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task A_service_that_is_well_is_alive_and_ready()
    {
        await using RunningService service = await RunningService.StartAsync();
        Assert.Equal("alive", (await service.ReadAsync("/health")).GetProperty("status").GetString());
        JsonElement ready = await service.ReadAsync("/health/ready");
        Assert.Equal("ready", ready.GetProperty("status").GetString());
        Assert.All(
            ["store", "broker", "keys", "audit"],
            part => Assert.Equal("ok", ready.GetProperty("parts").GetProperty(part).GetString()));
    }

    [Fact]
    public async Task A_store_that_fails_is_named_and_the_process_stays_alive()
    {
        await using RunningService service = await RunningService.StartAsync();
        service.Gate.Failure = new IOException("/secret/place is gone");
        JsonElement problem = await NotReadyAsync(service);
        Assert.Equal("Not ready: store, keys.", problem.GetProperty("detail").GetString());
        Assert.Equal("does not answer", problem.GetProperty("parts").GetProperty("store").GetString());
        Assert.Equal("ok", problem.GetProperty("parts").GetProperty("broker").GetString());
        Assert.StartsWith(
            "not asked", problem.GetProperty("parts").GetProperty("keys").GetString(), StringComparison.Ordinal);
        await service.ReadAsync("/health");
        service.Gate.Failure = null;
        await service.ReadAsync("/health/ready");
    }

    [Fact]
    public async Task A_store_that_never_answers_is_given_up_in_time()
    {
        SteppedTime time = new();
        await using RunningService service = await RunningService.StartAsync(time);
        service.Gate.IsSilent = true;
        Task limited = time.NextTimer(ApiLimits.ReadyWithin);
        Task<JsonElement> answer = NotReadyAsync(service);
        await limited;
        time.Advance(ApiLimits.ReadyWithin);
        JsonElement problem = await answer;
        Assert.Equal("does not answer", problem.GetProperty("parts").GetProperty("store").GetString());
        service.Gate.IsSilent = false;
    }

    [Fact]
    public async Task A_schema_that_is_too_old_is_named_with_what_to_do()
    {
        await using RunningService service = await RunningService.StartAsync(isMigrated: false);
        JsonElement problem = await NotReadyAsync(service);
        Assert.Equal(
            "schema too old: run the migrate command", problem.GetProperty("parts").GetProperty("store").GetString());
    }

    [Fact]
    public async Task Metrics_count_outcomes_in_the_text_format()
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        await service.SendAsync(beacon, TestRecords.Report(1, [1, 2, 3]));
        await service.EnrolRefusedAsync("cellar");
        foreach (Uri address in new[] { service.Http.BaseAddress!, service.MetricsAddress })
        {
            using HttpResponseMessage response = await service.Http.GetAsync(new Uri(address, "/metrics"));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
            string text = await response.Content.ReadAsStringAsync();
            Assert.Contains("lumenlink_frames_total{outcome=\"Accepted\"} 1\n", text, StringComparison.Ordinal);
            Assert.Contains("lumenlink_frames_total{outcome=\"AttestationRefused\"} 1\n", text,
                StringComparison.Ordinal);
            Assert.Contains("lumenlink_attestations_total{outcome=\"Accepted\"} 1\n", text, StringComparison.Ordinal);
            Assert.Contains("lumenlink_attestations_total{outcome=\"ChainUntrusted\"} 1\n", text,
                StringComparison.Ordinal);
            Assert.Contains("lumenlink_sightings_stored_total 3\n", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_call_that_the_store_failed_is_counted_by_its_code()
    {
        await using RunningService service = await RunningService.StartAsync();
        service.Gate.Failure = new TimeoutException("busy");
        await service.RefusedAsync("/api/v1/gateways", HttpStatusCode.ServiceUnavailable, "store_unavailable");
        string text = await service.Http.GetStringAsync(new Uri(service.MetricsAddress, "/metrics"));
        Assert.Contains("lumenlink_http_failures_total{code=\"StoreUnavailable\"} 1\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/health")]
    [InlineData("/health/ready")]
    [InlineData("/api/v1/gateways")]
    [InlineData("/api/v1/stream")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/presence")]
    [InlineData("/lumen.css")]
    [InlineData("/metricsx")]
    public async Task The_metrics_port_shows_nothing_else(string path)
    {
        await using RunningService service = await RunningService.StartAsync();
        using HttpResponseMessage response = await service.Http.GetAsync(new Uri(service.MetricsAddress, path));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Production_shows_metrics_on_their_own_port_only_however_the_path_is_written()
    {
        await using RunningService service =
            await RunningService.StartAsync(environment: ServiceEnvironment.Production);
        await service.Http.GetStringAsync(new Uri(service.MetricsAddress, "/metrics"));
        string[] paths =
            ["/metrics", "/metrics/", "/METRICS", "/Metrics/", "/%6detrics", "//metrics", "/metrics?a=b"];
        foreach (string path in paths)
        {
            Uri address = new(service.Http.BaseAddress + path[1..]);
            using HttpResponseMessage response = await service.Http.GetAsync(address);
            Assert.True(response.StatusCode == HttpStatusCode.NotFound, path);
        }
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("Bearer a-metrics-token-of-some-lengtH", HttpStatusCode.Unauthorized)]
    [InlineData("Basic a-metrics-token-of-some-length", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer a-metrics-token-of-some-length", HttpStatusCode.OK)]
    public async Task With_a_token_the_metrics_are_for_its_bearer(string? authorization, HttpStatusCode status)
    {
        await using RunningService service = await RunningService.StartAsync(settings: ports => new RendezvousSettings
        {
            HttpPort = ports.Http,
            MqttPort = ports.Mqtt,
            MetricsPort = ports.Metrics,
            MetricsToken = "a-metrics-token-of-some-length",
        });
        foreach (Uri port in (Uri[])[service.Http.BaseAddress!, service.MetricsAddress])
        {
            using HttpRequestMessage request = new(HttpMethod.Get, new Uri(port, "/metrics"));
            if (authorization is not null)
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            using HttpResponseMessage response = await service.Http.SendAsync(request);
            if (status == HttpStatusCode.OK)
                Assert.Contains("lumenlink_frames", await response.Content.ReadAsStringAsync());
            else
                await RunningService.ProblemAsync(response, status, "metrics_token_required");
        }
    }

    private static async Task<JsonElement> NotReadyAsync(RunningService service)
    {
        using HttpResponseMessage response = await service.Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
        Assert.Equal(TimeSpan.FromSeconds(Problems.RetryAfterSeconds), response.Headers.RetryAfter?.Delta);
        return await RunningService.ProblemAsync(response, HttpStatusCode.ServiceUnavailable, "not_ready");
    }
}
