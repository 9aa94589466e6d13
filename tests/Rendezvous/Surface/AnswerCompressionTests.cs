using System.IO.Compression;
using System.Net.Http.Json;
using LumenLink.Tests.Rendezvous.Packs;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Surface;

/// <summary>Which answers are compressed, and which never.</summary>
public sealed class AnswerCompressionTests : IAsyncLifetime
{
    private RunningService service = null!;

    public async Task InitializeAsync()
    {
        service = await RunningService.StartAsync();
        await service.EnrolLiveAsync("attic");
    }

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Theory]
    [InlineData("/api/v1/gateways")]
    [InlineData("/api/v1/gateways?limit=x")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/.well-known/jwks.json")]
    [InlineData("/metrics")]
    [InlineData("/")]
    public async Task What_is_asked_for_is_compressed_as_the_caller_can(string path)
    {
        string plain = await (await GetAsync(path, null)).Content.ReadAsStringAsync();
        foreach (string coding in (string[])["br", "gzip"])
        {
            using HttpResponseMessage response = await GetAsync(path, coding);
            Assert.Equal(coding, Assert.Single(response.Content.Headers.ContentEncoding));
            Assert.Contains("Accept-Encoding", response.Headers.Vary);
            using Stream body = await response.Content.ReadAsStreamAsync();
            using StreamReader text = new(
                coding == "br"
                    ? new BrotliStream(body, CompressionMode.Decompress)
                    : new GZipStream(body, CompressionMode.Decompress));
            string read = await text.ReadToEndAsync();
            if (path is "/" or "/metrics" || path.Contains('?', StringComparison.Ordinal))
                Assert.NotEqual("", read); // another token, count or trace each time
            else
                Assert.Equal(plain, read);
        }

        using HttpResponseMessage whole = await GetAsync(path, null);
        Assert.Empty(whole.Content.Headers.ContentEncoding);
        Assert.Contains("Accept-Encoding", whole.Headers.Vary);
    }

    [Fact]
    public async Task Packs_are_compressed_and_verify()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/api/v1/config");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "br");
        using HttpResponseMessage response = await service.Http.SendAsync(request);
        Assert.Equal("br", Assert.Single(response.Content.Headers.ContentEncoding));
        Assert.Contains("Accept-Encoding", response.Headers.Vary);
        using StreamReader text = new(
            new BrotliStream(await response.Content.ReadAsStreamAsync(), CompressionMode.Decompress));
        service.Payload(await text.ReadToEndAsync());
    }

    [Fact]
    public async Task An_answer_that_repeats_what_a_body_chose_beside_a_secret_is_never_compressed()
    {
        foreach (string name in (string[])["ci", new string('a', 60)])
        {
            using HttpRequestMessage request = new(HttpMethod.Post, "/api/v1/admin/keys")
            {
                Content = JsonContent.Create(new { name, role = "viewer" }),
            };
            request.Headers.TryAddWithoutValidation("Accept-Encoding", "br, gzip");
            using HttpResponseMessage response = await service.Http.SendAsync(request);
            Assert.Contains("llk_", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Empty(response.Content.Headers.ContentEncoding);
        }
    }

    [Fact]
    public async Task A_get_repeats_nothing_of_its_query()
    {
        const string Mark = "chosen0by0the0caller";
        string[] paths =
        [
            $"/?a={Mark}", $"/beacons/{Mark}", $"/api/v1/gateways?region={Mark}", $"/api/v1/gateways?limit={Mark}",
            $"/api/v1/gateways?{Mark}=1", $"/api/v1/beacons/{Mark}", $"/api/v1/sightings?beacon={Mark}", $"/{Mark}",
            $"/api/v1/admin/keys?cursor={Mark}", $"/openapi/{Mark}.json",
        ];
        foreach (string path in paths)
        {
            string body = await (await GetAsync(path, null)).Content.ReadAsStringAsync();
            Assert.False(body.Contains(Mark, StringComparison.Ordinal), $"{path}: {body}");
        }
    }

    [Fact]
    public async Task A_stream_is_not_compressed()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/v1/stream");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "br, gzip");
        using HttpResponseMessage response =
            await service.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Empty(response.Content.Headers.ContentEncoding);
        using StreamReader text = new(await response.Content.ReadAsStreamAsync());
        Assert.StartsWith("retry: ", await text.ReadLineAsync(), StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string? coding)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        if (coding is not null)
            request.Headers.TryAddWithoutValidation("Accept-Encoding", coding);
        return await service.Http.SendAsync(request);
    }
}
