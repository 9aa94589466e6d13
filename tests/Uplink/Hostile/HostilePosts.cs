using System.Net;
using System.Net.Http.Headers;
using LumenLink.Protocol;

namespace LumenLink.Tests.Uplink.Hostile;

/// <summary>The attacker's own calls to the service over HTTP.</summary>
/// <param name="service">Where it is.</param>
/// <param name="transcript">Takes all that is said.</param>
internal sealed class HostilePosts(Uri service, Transcript transcript) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = service };

    /// <summary>Opens a session with a board's token, which uses the token up.</summary>
    public async Task OpenAsync(Victim board, string token) =>
        await PostAsync(board, FramePost.Token(board.IdText, token), []);

    /// <summary>Posts frames as a board that a session was opened for.</summary>
    /// <returns>The frames that came down.</returns>
    public Task<List<byte[]>> PostAsync(Victim board, params byte[][] frames) =>
        PostAsync(board, FramePost.Session(board.Post!), frames);

    /// <summary>One step of an exchange without a token; empty when there is no frame in the answer.</summary>
    public async Task<byte[]> AttestAsync(string path, byte[] frame)
    {
        transcript.Add(frame);
        using HttpResponseMessage response = await _http.PostAsync(new Uri(path, UriKind.Relative), Body(frame));
        byte[] answer = await response.Content.ReadAsByteArrayAsync();
        transcript.Add(answer);
        return response.StatusCode == HttpStatusCode.OK ? answer : [];
    }

    public void Dispose() => _http.Dispose();

    private async Task<List<byte[]>> PostAsync(Victim board, string authorization, byte[][] frames)
    {
        byte[] body = new byte[WireLimits.MaxPostBytes];
        int length = 0;
        foreach (byte[] frame in frames.Where(frame => frame.Length is > 0 and <= WireLimits.MaxFrameBytes))
            length = FrameList.Append(body, length, frame, frame.Length);
        using HttpRequestMessage request =
            new(HttpMethod.Post, FramePost.Path) { Content = Body(body[..length]) };
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using HttpResponseMessage response = await _http.SendAsync(request);
        byte[] answer = await response.Content.ReadAsByteArrayAsync();
        transcript.Add(authorization);
        transcript.Add(response.Headers.ToString());
        transcript.Add(answer);
        board.Post = response.Headers.TryGetValues(FramePost.SessionHeader, out IEnumerable<string>? given)
            ? given.Single()
            : response.StatusCode == HttpStatusCode.Unauthorized ? null : board.Post;
        List<byte[]> down = [];
        if (response.StatusCode != HttpStatusCode.OK)
            return down;
        for (int at = 0; at < answer.Length;)
        {
            int from = at + FrameList.LengthSize;
            at = from + FrameList.LengthAt(answer, at);
            down.Add(answer[from..at]);
        }

        return down;
    }

    private static ByteArrayContent Body(byte[] bytes)
    {
        ByteArrayContent content = new(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(FramePost.ContentType);
        return content;
    }
}
