using System.Net;
using System.Text.RegularExpressions;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Dashboard;

/// <summary>The pages as the running service gives them out. What is on them comes over the live connection.</summary>
public sealed partial class DashboardHostTests : IAsyncLifetime
{
    private RunningService service = null!;

    public async Task InitializeAsync() => service = await RunningService.StartAsync();

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Theory]
    [InlineData("/")]
    [InlineData("/presence")]
    [InlineData("/beacons/AQIDBAUGBwg")]
    [InlineData("/beacons/%3Cscript%3Ealert(1)%3C%2Fscript%3E")]
    [InlineData("/?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E")]
    public async Task A_page_comes_with_all_that_it_needs_from_here(string path)
    {
        using HttpResponseMessage response = await service.Http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        string page = await response.Content.ReadAsStringAsync();
        Assert.Contains("<title>LumenLink</title>", page, StringComparison.Ordinal);
        Assert.Contains("Opening the fleet view", page, StringComparison.Ordinal);
        Assert.Contains("<a href=\"/api/v1/gateways\">", page, StringComparison.Ordinal);
        Assert.DoesNotContain("alert(1)", page, StringComparison.Ordinal);
        string[] files =
            [.. Reference().Matches(page).Select(match => match.Groups[1].Value).Where(file => file.Contains('.'))];
        Assert.True(files.Length >= 6, page);
        foreach (string file in files)
        {
            Assert.DoesNotContain("//", file, StringComparison.Ordinal);
            using HttpResponseMessage got = await service.Http.GetAsync(new Uri(file, UriKind.Relative));
            Assert.True(got.StatusCode == HttpStatusCode.OK, file);
            string type = file.EndsWith(".js", StringComparison.Ordinal) ? "text/javascript"
                : file.EndsWith(".css", StringComparison.Ordinal) ? "text/css" : "image/svg+xml";
            Assert.Equal(type, got.Content.Headers.ContentType?.MediaType);
        }
    }

    [Fact]
    public async Task The_pages_come_also_while_the_store_does_not_answer()
    {
        service.Gate.Failure = new IOException("gone");
        using HttpResponseMessage response = await service.Http.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("DELETE", "/presence")]
    [InlineData("PUT", "/lumen.css")]
    [InlineData("GET", "/lumen.cs")]
    [InlineData("GET", "/..%2fappsettings.json")]
    [InlineData("GET", "/LumenLink.Rendezvous.dll")]
    [InlineData("GET", "/_framework/../../master.key")]
    public async Task What_is_no_page_and_no_file_of_one_is_refused(string method, string path)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), path);
        using HttpResponseMessage response = await service.Http.SendAsync(request);
        Assert.InRange((int)response.StatusCode, 400, 499);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused()
    {
        using StringContent form = new("a=b", null, "application/x-www-form-urlencoded");
        using HttpResponseMessage response = await service.Http.PostAsync(new Uri("/", UriKind.Relative), form);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [GeneratedRegex("(?:href|src)=\"([^\"]+)\"")]
    private static partial Regex Reference();
}
