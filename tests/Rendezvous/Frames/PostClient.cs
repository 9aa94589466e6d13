using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using LumenLink.Protocol;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Frames;

/// <summary>What a post was answered.</summary>
internal sealed record PostAnswer(
    HttpStatusCode Status, string? Code, string Text, byte[][] Frames, string? Session, TimeSpan? RetryAfter)
{
    /// <summary>The one frame of a good answer.</summary>
    public byte[] Frame
    {
        get
        {
            Assert.True(Status == HttpStatusCode.OK, $"{Status} {Text}");
            return Assert.Single(Frames);
        }
    }
}

/// <summary>A beacon that posts: a token first, then the session of each answer.</summary>
internal sealed class PostClient(RunningService service, TestBeacon beacon)
{
    public string? Session { get; set; }

    /// <summary>Frames behind their lengths, as the specification says it.</summary>
    public static byte[] Body(params byte[][] frames) =>
        [.. frames.SelectMany(frame => BitConverter.GetBytes((ushort)frame.Length).Concat(frame))];

    public Task<PostAnswer> PostAsync(params byte[][] frames) => PostBodyAsync(Body(frames));

    public Task<PostAnswer> PostBodyAsync(byte[] body) => PostContentAsync(new ByteArrayContent(body));

    public async Task<PostAnswer> PostContentAsync(HttpContent content)
    {
        string authorization = Session is null ? TokenOf(beacon.Token()) : $"LumenLink {Session}";
        PostAnswer answer = await SendAsync(authorization, content);
        Session = answer.Session ?? Session;
        return answer;
    }

    public string TokenOf(string token) => $"Bearer {beacon.IdText}.{token}";

    public Task<PostAnswer> SendAsync(string? authorization, params byte[][] frames) =>
        SendAsync(authorization, new ByteArrayContent(Body(frames)));

    public async Task<PostAnswer> SendAsync(string? authorization, HttpContent content)
    {
        content.Headers.ContentType ??= new MediaTypeHeaderValue("application/octet-stream");
        using HttpRequestMessage request = new(HttpMethod.Post, "/api/v1/frames") { Content = content };
        if (authorization is not null)
            Assert.True(request.Headers.TryAddWithoutValidation("Authorization", authorization));
        using HttpResponseMessage response = await service.Http.SendAsync(request);
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        bool isGood = response.StatusCode == HttpStatusCode.OK;
        string text = isGood ? "" : System.Text.Encoding.UTF8.GetString(body);
        string type = isGood ? "application/octet-stream" : "application/problem+json";
        Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
        return new PostAnswer(
            response.StatusCode, isGood ? null : JsonDocument.Parse(text).RootElement.GetProperty("code").GetString(),
            text, isGood ? Split(body) : [],
            response.Headers.TryGetValues("LumenLink-Session", out var session) ? session.Single() : null,
            response.Headers.RetryAfter?.Delta);
    }

    /// <summary>The whole exchange; the beacon then holds a session of its frames.</summary>
    public async Task AttestAsync()
    {
        byte[] hello = beacon.Hello();
        byte[] challenge = (await PostAsync(hello)).Frame;
        Assert.True(TestBeacon.Trusts(service.Operator, hello, challenge));
        Assert.True(beacon.Accept((await PostAsync(beacon.Evidence(hello, challenge))).Frame));
    }

    /// <summary>Sends one new record and sees it receipted: the service is in good order.</summary>
    public async Task AssertServedAsync(uint sequence)
    {
        byte[] records = beacon.Session!.Records(beacon.Boot, 1, TestRecords.Report(sequence, [sequence]));
        Assert.True(beacon.Session.Receipt((await PostAsync(records)).Frame).IsSettled(sequence));
    }

    private static byte[][] Split(byte[] body)
    {
        List<byte[]> frames = [];
        for (int at = 0; at < body.Length;)
        {
            int length = BitConverter.ToUInt16(body, at);
            frames.Add(body[(at + 2)..(at + 2 + length)]);
            at += 2 + length;
        }

        Assert.Equal(WireError.None, FrameList.Check(body, body.Length));
        return [.. frames];
    }
}
