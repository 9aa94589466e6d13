using System.Net;
using System.Net.Http.Json;
using System.Text;
using LumenLink.Rendezvous.Surface;
using LumenLink.Tests.Rendezvous.Query.Abuse;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Surface;

/// <summary>Entity tags: what has one, what they save, what they prevent.</summary>
public sealed class AnswerTagTests : IAsyncLifetime
{
    private RunningService service = null!;
    private TestBeacon beacon = null!;

    public async Task InitializeAsync()
    {
        service = await RunningService.StartAsync();
        beacon = await service.EnrolLiveAsync("attic");
    }

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task Every_call_that_says_so_is_tagged_and_not_sent_twice()
    {
        using HttpResponseMessage commanded = await service.Http.PostAsJsonAsync(
            $"/api/v1/admin/beacons/{beacon.IdText}/commands", new { command = "rescan" });
        Assert.Equal(HttpStatusCode.Accepted, commanded.StatusCode);
        ApiDocument document = await ApiDocument.ReadAsync(service);
        string[] tagged = [.. document.Operations.Where(one => one.Names(304)).Select(one => one.Path)];
        Assert.True(tagged.Length >= 17, $"{tagged.Length}");
        foreach (string path in tagged.Append("/openapi/v1.json"))
        {
            string filled = path.Replace("{id}", beacon.IdText, StringComparison.Ordinal)
                .Replace("{number}", "1", StringComparison.Ordinal);
            (HttpResponseMessage first, string body) = await GetAsync(filled);
            string tag = Assert.IsType<string>(first.Headers.ETag?.Tag);
            Assert.Equal((HttpStatusCode.OK, false), (first.StatusCode, first.Headers.ETag!.IsWeak));
            Assert.Equal(AnswerTag.Of(Encoding.UTF8.GetBytes(body)), tag);
            foreach (string known in (string[])[tag, $"W/{tag}", $"\"a\", {tag}", "*", $"{tag[..^1]}-br\""])
            {
                (HttpResponseMessage again, string nothing) = await GetAsync(filled, known);
                Assert.Equal(
                    (HttpStatusCode.NotModified, "", tag), (again.StatusCode, nothing, again.Headers.ETag?.Tag));
                Assert.Null(again.Content.Headers.ContentType);
            }

            foreach (string other in (string[])["\"a\"", "nonsense", tag[1..], "\""])
                Assert.Equal(HttpStatusCode.OK, (await GetAsync(filled, other)).Response.StatusCode);
        }
    }

    [Fact]
    public async Task A_tag_changes_with_the_state_and_another_coding_has_another()
    {
        (HttpResponseMessage plain, _) = await GetAsync($"/api/v1/beacons/{beacon.IdText}");
        using HttpRequestMessage request = new(HttpMethod.Get, $"/api/v1/beacons/{beacon.IdText}");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
        using HttpResponseMessage small = await service.Http.SendAsync(request);
        Assert.Equal("gzip", Assert.Single(small.Content.Headers.ContentEncoding));
        Assert.Equal($"{plain.Headers.ETag!.Tag[..^1]}-gzip\"", small.Headers.ETag?.Tag);
        await service.SendAsync(beacon, TestRecords.Report(1, [1]));
        (HttpResponseMessage later, _) = await GetAsync(
            $"/api/v1/beacons/{beacon.IdText}", plain.Headers.ETag.Tag);
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
        Assert.NotEqual(plain.Headers.ETag.Tag, later.Headers.ETag!.Tag);
    }

    [Fact]
    public async Task A_failure_has_no_tag()
    {
        service.Gate.Failure = new IOException("gone");
        (HttpResponseMessage response, _) = await GetAsync("/api/v1/alarms", "*");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, null), (response.StatusCode, response.Headers.ETag));
        service.Gate.Failure = null;
        (response, _) = await GetAsync("/api/v1/beacons/AQIDBAUGBwg", "*");
        Assert.Equal((HttpStatusCode.NotFound, null), (response.StatusCode, response.Headers.ETag));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(TagBuffer.MaxBytes, false)]
    [InlineData(TagBuffer.MaxBytes + 1, true)]
    [InlineData(3 * TagBuffer.MaxBytes, true)]
    public async Task What_is_held_back_is_bounded_and_a_longer_answer_comes_whole(int length, bool isPassedOn)
    {
        byte[] answer = new byte[length];
        Random.Shared.NextBytes(answer);
        using MemoryStream sent = new();
        using TagBuffer buffer = new(sent);
        foreach (byte[] part in answer.Chunk(4093))
            await buffer.WriteAsync(part);
        await buffer.FlushAsync();
        Assert.Equal(isPassedOn, buffer.IsPassedOn);
        Assert.Equal(answer, isPassedOn ? sent.ToArray() : buffer.Bytes.ToArray());
        Assert.Equal(isPassedOn ? length : 0, sent.Length);
    }

    [Fact]
    public async Task Who_has_not_read_the_place_that_is_there_does_not_replace_it()
    {
        string path = $"/api/v1/admin/beacons/{beacon.IdText}/place";
        const string Deep = """{"name":"cellar","region":"deep"}""";
        string read = (await GetAsync(path)).Response.Headers.ETag!.Tag;
        Assert.Equal(HttpStatusCode.OK, await PutAsync(path, """{"name":"roof","region":"loft"}""", read));
        Assert.Equal(
            HttpStatusCode.PreconditionFailed, await PutAsync(path, Deep, read));
        Assert.Contains("\"roof\"", (await GetAsync(path)).Body, StringComparison.Ordinal);
        string now = (await GetAsync(path)).Response.Headers.ETag!.Tag;
        Assert.Equal(
            HttpStatusCode.PreconditionFailed, await PutAsync(path, Deep, $"W/{now}"));
        Assert.Equal(
            HttpStatusCode.PreconditionFailed, await PutAsync(path, Deep, "nonsense"));
        Assert.Equal(
            HttpStatusCode.OK, await PutAsync(path, Deep, $"{now[..^1]}-br\""));
        Assert.Equal(HttpStatusCode.OK, await PutAsync(path, """{"name":"roof","region":"loft"}""", "*"));
        Assert.Equal(HttpStatusCode.OK, await PutAsync(path, """{"name":"attic","region":""}""", null));
    }

    [Fact]
    public async Task Who_has_not_read_the_configuration_that_is_there_does_not_replace_it()
    {
        string path = $"/api/v1/admin/beacons/{beacon.IdText}/configuration";
        const string Slow = """{"settings":{"report_ms":"60000"}}""";
        const string Fast = """{"settings":{"report_ms":"20000"}}""";
        string read = (await GetAsync(path)).Response.Headers.ETag!.Tag;
        Assert.Equal(HttpStatusCode.Accepted, await PutAsync(path, Slow, read));
        Assert.Equal(HttpStatusCode.PreconditionFailed, await PutAsync(path, Fast, read));
        Assert.Equal(1, await service.Database.CountAsync("configurations"));
        Assert.Equal(
            HttpStatusCode.Accepted, await PutAsync(path, Fast, (await GetAsync(path)).Response.Headers.ETag!.Tag));
        Assert.Equal(2, await service.Database.CountAsync("configurations"));
    }

    private async Task<(HttpResponseMessage Response, string Body)> GetAsync(string path, string? known = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        if (known is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", known);
        HttpResponseMessage response = await service.Http.SendAsync(request);
        return (response, await response.Content.ReadAsStringAsync());
    }

    private async Task<HttpStatusCode> PutAsync(string path, string body, string? read)
    {
        using HttpRequestMessage request = new(HttpMethod.Put, path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (read is not null)
            request.Headers.TryAddWithoutValidation("If-Match", read);
        using HttpResponseMessage response = await service.Http.SendAsync(request);
        if (response.StatusCode == HttpStatusCode.PreconditionFailed)
            await RunningService.ProblemAsync(response, HttpStatusCode.PreconditionFailed, "precondition_failed");
        return response.StatusCode;
    }
}
