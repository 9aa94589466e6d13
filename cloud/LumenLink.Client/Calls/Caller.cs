using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace LumenLink.Client;

/// <summary>
/// Carries calls: tries them again as the policy says, bounds what it reads, and turns failures into one type.
/// </summary>
internal sealed class Caller(HttpClient http, ServiceAddress address, LumenLinkClientOptions options)
{
    /// <summary>Bytes of an answer in JSON at most: a page of 1,000 beacons is a quarter of that.</summary>
    private const int MaxAnswerBytes = 4 << 20;

    private readonly Waits waits = new(options.Retry, options.Time);

    /// <summary>How the calls are made.</summary>
    public LumenLinkClientOptions Options => options;

    /// <summary>The waits between tries.</summary>
    public Waits Waits => waits;

    /// <summary>A call that reads.</summary>
    public static HttpRequestMessage Get(string call) =>
        new(HttpMethod.Get, new Uri(call, UriKind.Relative));

    /// <summary>A call that asks with a body of JSON.</summary>
    public static HttpRequestMessage Post(string call, byte[] body) =>
        new(HttpMethod.Post, new Uri(call, UriKind.Relative))
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } },
        };

    /// <summary>Makes a call whose answer is JSON.</summary>
    /// <param name="make">Makes the request: each try needs its own.</param>
    /// <param name="type">What the answer is.</param>
    /// <param name="cancellationToken">Ends the call and its waits.</param>
    /// <exception cref="LumenLinkException">It failed for good.</exception>
    public async Task<T> ReadAsync<T>(
        Func<HttpRequestMessage> make, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        byte[] answer = await RunAsync(make, MaxAnswerBytes, cancellationToken).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(answer, type) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw NotUnderstood("its answer is not one of this call");
        }
    }

    /// <summary>Makes a call whose answer is text.</summary>
    public async Task<string> ReadTextAsync(
        Func<HttpRequestMessage> make, int maxBytes, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetString(await RunAsync(make, maxBytes, cancellationToken).ConfigureAwait(false));

    /// <summary>Makes a call once and leaves its answer open.</summary>
    /// <returns>The answer of a call that went well.</returns>
    /// <exception cref="LumenLinkException">It did not.</exception>
    public async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.RequestUri = address.Of(request.RequestUri!.OriginalString);
        if (options.ApiKey is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
        HttpResponseMessage response = await http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.OK)
            return response;
        using (response)
        {
            byte[] body = await BoundedBody.ReadAsync(response.Content, Refusal.MaxBytes, cancellationToken)
                .ConfigureAwait(false) ?? [];
            throw Refusal.Of(response, body, options);
        }
    }

    /// <summary>What answered is not this service.</summary>
    /// <param name="why">What tells so.</param>
    public LumenLinkException NotUnderstood(string why) => new(
        LumenLinkError.NotUnderstood,
        $"What answers at {address.Text} is not this service, or another version of it: {why}.");

    /// <summary>The failure of a try, if it is one of the way to the service.</summary>
    public LumenLinkException? Unreachable(Exception problem, CancellationToken cancellationToken) => problem switch
    {
        OperationCanceledException when cancellationToken.IsCancellationRequested => null,
        OperationCanceledException => Away("it did not answer in time", problem),
        HttpRequestException or IOException => Away(problem.Message.TrimEnd('.'), problem),
        _ => null,
    };

    private LumenLinkException Away(string why, Exception inner) => new(
        LumenLinkError.Unreachable, $"The service at {address.Text} cannot be reached: {why}.", inner);

    private async Task<byte[]> RunAsync(
        Func<HttpRequestMessage> make, int maxBytes, CancellationToken cancellationToken)
    {
        for (int tried = 1; ; tried++)
        {
            TimeSpan wait;
            try
            {
                return await TryAsync(make, maxBytes, cancellationToken).ConfigureAwait(false);
            }
            catch (LumenLinkException problem) when (waits.After(tried, problem) is { } after)
            {
                wait = after;
            }

            await waits.PauseAsync(wait, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<byte[]> TryAsync(
        Func<HttpRequestMessage> make, int maxBytes, CancellationToken cancellationToken)
    {
        using Deadline deadline = new(options.Time, options.TryTimeout, cancellationToken);
        try
        {
            using HttpRequestMessage request = make();
            using HttpResponseMessage response = await OpenAsync(request, deadline.Token).ConfigureAwait(false);
            return await BoundedBody.ReadAsync(response.Content, maxBytes, deadline.Token).ConfigureAwait(false)
                ?? throw NotUnderstood("its answer is too long");
        }
        catch (Exception problem) when (Unreachable(problem, cancellationToken) is { } away)
        {
            throw away;
        }
    }
}
