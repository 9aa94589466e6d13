using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Query;

/// <summary>What a call is answered with when it is not asked properly.</summary>
public sealed class ParameterTests : IClassFixture<ParameterTests.Fixture>
{
    private readonly RunningService service;

    public ParameterTests(Fixture fixture) => service = fixture.Service;

    [Theory]
    [InlineData("gateways", "limit", "from 1 to 1000", "0", "1001", "-1", "1.5", "", "x", "+5", "%205", "5%00",
        "99999999999999999999", "1e2")]
    [InlineData("gateways", "status", "must be one of live, stale", "Live", "alive", "", "0", "live%00", "%00")]
    [InlineData("gateways", "level", "must be one of software, emulated_chip", "chip", "1", "emulated-chip", "")]
    [InlineData("gateways", "near", "52.5200066,13.404954", "1", "1,", "91,0", "0,181", "NaN,0", "1e1,0", "1,0%00", "")]
    [InlineData("gateways", "load", "from 0 to 1000000", "-1", "1000001", "x", "")]
    [InlineData("gateways", "order", "must be one of name, distance, load", "Name", "", "0")]
    [InlineData("gateways", "region", "1 to 32 characters", "", "123456789012345678901234567890123")]
    [InlineData("gateways", "cursor", "cursor must be", "x", "!!!!!!!!!!!", "AQIDBAUGBwg", "AQIDBAUGBwh",
        "%00%00%00%00%00%00%00%00%00%00%00", "")]
    [InlineData("sightings", "limit", "from 1 to 1000", "0", "1001", "x", "%D9%A3")]
    [InlineData("sightings", "beacon", "11 characters", "x", "AQIDBAUGBwh", "AQIDBAUGBw%3D", "AQIDBAUGB+g",
        "%E2%98%83%E2%98%83%E2%98%83%E2%98%83%E2%98%83%E2%98%83%E2%98%83%E2%98%83%E2%98%83%E2%98%83%E2%98%83")]
    [InlineData("sightings", "address", "12 hexadecimal digits", "1", "c0ffee12345", "c0ffee1234567", "c0:ff:ee:12:",
        "0xc0ffee1234", "1%00%00%00%00%00%00%00%00%00%00%00", "%20%20%20%20%20%20%20%20%20%20%201", "-00000000001", "")]
    [InlineData("sightings", "from", "2030-01-31T08:00:00Z", "yesterday", "2030-01-31", "2030-01-31T08:00:00",
        "2030-13-01T00:00:00Z", "2030-01-31T08:00:00+00:00", "9999-12-31T23:59:59-14:00", "2030-01-31T08:00:00Z%00",
        "")]
    [InlineData("sightings", "to", "2030-01-31T08:00:00Z", "tomorrow", "1893484800", "")]
    [InlineData("sightings", "cursor", "next_cursor", "0", "-1", "x", "1.0", "AQIDBAUGBwg", "99999999999999999999",
        "7%00", "")]
    [InlineData("presence", "since", "from 1 to 86400", "0", "86401", "-5", "x", "")]
    [InlineData("presence", "limit", "from 1 to 1000", "0", "1001")]
    public async Task A_value_that_cannot_be_used_is_named_with_what_to_write(
        string call, string parameter, string advice, params string[] values)
    {
        foreach (string value in values)
        {
            JsonElement problem = await service.RefusedAsync(
                $"/api/v1/{call}?{parameter}={value}", HttpStatusCode.BadRequest, "invalid_parameter");
            Assert.Equal(parameter, problem.GetProperty("parameter").GetString());
            string detail = problem.GetProperty("detail").GetString()!;
            Assert.StartsWith($"{parameter} must ", detail, StringComparison.Ordinal);
            Assert.Contains(advice, detail, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("from=2030-01-31T08:00:00Z&to=2030-01-31T08:00:00Z")]
    [InlineData("from=2030-01-31T08:00:01Z&to=2030-01-31T08:00:00Z")]
    public async Task A_span_that_ends_before_it_begins_is_refused(string query)
    {
        JsonElement problem = await service.RefusedAsync(
            $"/api/v1/sightings?{query}", HttpStatusCode.BadRequest, "invalid_parameter");
        Assert.Equal("to must be after from.", problem.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("/api/v1/gateways?limit=1&limit=2", "limit")]
    [InlineData("/api/v1/presence?since=1&since=1", "since")]
    [InlineData("/api/v1/sightings?beacon=AQIDBAUGBwg&beacon=AQIDBAUGBwg", "beacon")]
    public async Task A_parameter_is_given_once(string path, string parameter)
    {
        JsonElement problem = await service.RefusedAsync(path, HttpStatusCode.BadRequest, "invalid_parameter");
        Assert.Equal($"{parameter} must be given once.", problem.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("/api/v1/gateways?page=2",
        "This call takes status, region, level, near, within_m, load, order, limit, cursor.")]
    [InlineData("/api/v1/gateways?%00=2",
        "This call takes status, region, level, near, within_m, load, order, limit, cursor.")]
    [InlineData("/api/v1/sightings?since=5", "This call takes beacon, address, from, to, limit, cursor.")]
    [InlineData("/api/v1/presence?Limit=5&sinc=3", "This call takes since, limit.")]
    [InlineData("/api/v1/stream?from=0", "This call takes no parameters.")]
    [InlineData("/api/v1/beacons/AQIDBAUGBwg?full", "This call takes no parameters.")]
    public async Task A_parameter_that_the_call_does_not_have_is_refused_with_those_that_it_has(
        string path, string detail)
    {
        JsonElement problem = await service.RefusedAsync(path, HttpStatusCode.BadRequest, "unknown_parameter");
        Assert.Equal(detail, problem.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("/api/v1/nothing")]
    [InlineData("/api/v2/gateways")]
    [InlineData("/api")]
    [InlineData("/nothing")]
    [InlineData("/api/v1/beacons")]
    [InlineData("/api/v1/beacons/AQIDBAUGBwg/more")]
    [InlineData("/openapi/v2.json")]
    public async Task A_path_that_is_not_there_is_a_problem_that_says_where_the_calls_are(string path)
    {
        JsonElement problem = await service.RefusedAsync(path, HttpStatusCode.NotFound, "not_found");
        Assert.Contains("/openapi/v1.json", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("BREW")]
    public async Task A_method_that_a_call_does_not_take_is_405(string method)
    {
        string[] paths =
            ["/api/v1/gateways", "/api/v1/sightings", "/api/v1/presence", "/api/v1/stream", "/health", "/metrics"];
        foreach (string path in paths)
        {
            using HttpRequestMessage request = new(new HttpMethod(method), path);
            using HttpResponseMessage response = await service.Http.SendAsync(request);
            await RunningService.ProblemAsync(response, HttpStatusCode.MethodNotAllowed, "method_not_allowed");
            Assert.Contains("GET", response.Content.Headers.Allow);
        }
    }

    [Theory]
    [InlineData("/api/v1/gateways")]
    [InlineData("/api/v1/stream")]
    [InlineData("/health")]
    public async Task A_call_has_no_head_and_says_so_at_once(string path)
    {
        using HttpRequestMessage request = new(HttpMethod.Head, path);
        using HttpResponseMessage response = await service.Http.SendAsync(request);
        Assert.True((int)response.StatusCode is 404 or 405, response.StatusCode.ToString());
        Assert.Equal("", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Hostile_bytes_are_the_caller_s_fault_and_never_the_service_s()
    {
        string[] hostile =
        [
            "%00", "%FF%FE", "%C0%80", "%ED%A0%80", "%", "%zz", "%u0000", "'%20OR%201=1--", "..%2f..%2f",
            "%0d%0aX-A:%20b",
            "\u00ff", "{{7*7}}", "<script>", new string('9', 7000), string.Concat(Enumerable.Repeat("%00", 2000)),
            string.Join('&', Enumerable.Range(0, 900).Select(i => $"a{i}")), new string('A', 70_000),
        ];
        string[] places =
        [
            "/api/v1/gateways?region=*&limit=0", "/api/v1/gateways?cursor=*", "/api/v1/gateways?*=1",
            "/api/v1/sightings?beacon=*", "/api/v1/sightings?address=*", "/api/v1/sightings?from=*",
            "/api/v1/sightings?cursor=*", "/api/v1/presence?since=*", "/api/v1/beacons/*", "/api/v1/*",
            "/api/v1/stream?*",
        ];
        foreach (string place in places)
        {
            foreach (string bytes in hostile)
            {
                int status = await SendRawAsync($"GET {place.Replace("*", bytes, StringComparison.Ordinal)} HTTP/1.1");
                string about = $"{place} with {bytes[..Math.Min(20, bytes.Length)]}: {status}";
                Assert.True(status is >= 400 and < 500, about);
            }
        }

        await service.ReadAsync("/health");
    }

    /// <summary>Status of the answer to a request line that no client library would send.</summary>
    private async Task<int> SendRawAsync(string line)
    {
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", service.Http.BaseAddress!.Port);
        NetworkStream stream = client.GetStream();
        byte[] request = Encoding.Latin1.GetBytes($"{line}\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        try
        {
            await stream.WriteAsync(request);
        }
        catch (IOException)
        {
            // The service answered before it had read all of it.
        }

        byte[] start = new byte[12];
        await stream.ReadExactlyAsync(start);
        return int.Parse(Encoding.ASCII.GetString(start, 9, 3), null);
    }

    public sealed class Fixture : IAsyncLifetime
    {
        internal RunningService Service { get; private set; } = null!;

        public async Task InitializeAsync() => Service = await RunningService.StartAsync();

        public async Task DisposeAsync() => await Service.DisposeAsync();
    }
}
