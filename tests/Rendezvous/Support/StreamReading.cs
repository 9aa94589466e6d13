using System.Net.Http.Headers;
using System.Text.Json;

namespace LumenLink.Tests.Rendezvous.Support;

/// <summary>A client of /api/v1/stream.</summary>
internal sealed class StreamReading : IDisposable
{
    private const int MostSilences = 6;

    private readonly StreamReader lines;

    private StreamReading(HttpResponseMessage response, Stream stream)
    {
        Response = response;
        lines = new StreamReader(stream);
    }

    public HttpResponseMessage Response { get; }

    /// <summary>Opens the stream; what it begins with is not read yet.</summary>
    public static async Task<StreamReading> OpenAsync(RunningService service, string? key = null, string? after = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/v1/stream");
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (after is not null)
            request.Headers.Add("Last-Event-ID", after);
        HttpResponseMessage response =
            await service.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new StreamReading(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>Opens the stream and reads what it begins with; from here on nothing is missed.</summary>
    public static async Task<StreamReading> ConnectAsync(
        RunningService service, string? key = null, string? after = null)
    {
        StreamReading reading = await OpenAsync(service, key, after);
        Assert.Equal(["retry: 3000", ": connected"], await reading.NextAsync());
        return reading;
    }

    /// <summary>The lines of the next block; null when the stream has ended.</summary>
    public async Task<IReadOnlyList<string>?> NextAsync()
    {
        List<string> block = [];
        while (await lines.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)) is { } line)
        {
            if (line.Length == 0)
                return block;
            block.Add(line);
        }

        Assert.Empty(block);
        return null;
    }

    /// <summary>The next event; its id is empty when it has none.</summary>
    public async Task<(string Id, string Name, JsonElement Data)> EventAsync()
    {
        IReadOnlyList<string>? block = await NextAsync();
        for (int silences = 0; block is [": alive"]; silences++)
        {
            Assert.True(silences < MostSilences, "no event comes");
            block = await NextAsync();
        }

        if (block is [not ['i', 'd', ..], ..])
            block = ["id: ", .. block]; // not one to go on from
        Assert.Collection(
            block!,
            line => Assert.StartsWith("id: ", line, StringComparison.Ordinal),
            line => Assert.StartsWith("event: ", line, StringComparison.Ordinal),
            line => Assert.StartsWith("data: ", line, StringComparison.Ordinal));
        return (block![0][4..], block[1][7..], JsonDocument.Parse(block[2][6..]).RootElement);
    }

    /// <summary>Everything until the service ends the stream.</summary>
    public async Task<string> RestAsync()
    {
        List<string> rest = [];
        while (await NextAsync() is { } block)
            rest.AddRange(block);
        return string.Join('\n', rest);
    }

    public void Dispose()
    {
        lines.Dispose();
        Response.Dispose();
    }
}
