using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Webhooks;

/// <summary>What a receiver said.</summary>
/// <param name="Outcome">What it comes to.</param>
/// <param name="Status">HTTP status, or null.</param>
/// <param name="RetryAfter">When it wants to be asked again, or null.</param>
internal readonly record struct WebhookAnswer(WebhookOutcome Outcome, int? Status, TimeSpan? RetryAfter = null);

/// <summary>Finds the addresses of a name; tests have names of their own.</summary>
internal delegate Task<IPAddress[]> HostLookup(string host, CancellationToken cancellationToken);

/// <summary>
/// Sends one delivery: no redirects, no cookies, no proxy, a bounded answer; connects only to addresses that it has
/// judged itself, at the moment of the connection.
/// </summary>
internal sealed class WebhookSender : IDisposable
{
    private static readonly ProductInfoHeaderValue Agent = new("LumenLink-Webhooks", "1.0");

    private readonly WebhookAddress addresses;
    private readonly HostLookup lookup;
    private readonly TimeSpan timeout;
    private readonly HttpMessageInvoker http;

    /// <summary>A sender to these addresses.</summary>
    public WebhookSender(WebhookAddress addresses, HostLookup? lookup = null, TimeSpan? timeout = null)
    {
        this.timeout = timeout ?? WebhookPolicy.Timeout;
        this.addresses = addresses;
        this.lookup = lookup ?? Dns.GetHostAddressesAsync;
        http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectTimeout = WebhookPolicy.Timeout,
            MaxConnectionsPerServer = WebhookPolicy.DeliveriesAtOnce,
            MaxResponseHeadersLength = WebhookPolicy.MaxAnswerHeadersKb,
            MaxResponseDrainSize = WebhookPolicy.MaxAnswerBytes,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2), // after which a name is looked up anew
            ConnectCallback = ConnectAsync,
        });
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    /// <summary>Posts a body with its headers and waits for the status.</summary>
    /// <exception cref="OperationCanceledException">The caller stops; whether it arrived is not known.</exception>
    public async Task<WebhookAnswer> SendAsync(
        string url, string messageId, long timestamp, string signature, string payload,
        CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        using HttpRequestMessage request = new(HttpMethod.Post, url)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(payload))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            },
        };
        request.Headers.UserAgent.Add(Agent);
        request.Headers.Add("webhook-id", messageId);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", signature);
        try
        {
            using HttpResponseMessage response = await http.SendAsync(request, limit.Token);
            await DrainAsync(response, limit.Token);
            return AnswerOf(response);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new WebhookAnswer(WebhookOutcome.TimedOut, null);
        }
        catch (HttpRequestException failure) when (failure.InnerException is WebhookAddressException)
        {
            return new WebhookAnswer(WebhookOutcome.AddressRefused, null);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException)
        {
            return new WebhookAnswer(WebhookOutcome.NotReached, null);
        }
    }

    private static WebhookAnswer AnswerOf(HttpResponseMessage response)
    {
        int status = (int)response.StatusCode;
        return status switch
        {
            >= 200 and < 300 => new WebhookAnswer(WebhookOutcome.Delivered, status),
            (int)HttpStatusCode.Gone => new WebhookAnswer(WebhookOutcome.Gone, status),
            >= 300 and < 400 => new WebhookAnswer(WebhookOutcome.Redirected, status),
            _ => new WebhookAnswer(
                WebhookOutcome.Refused, status,
                response.Headers.RetryAfter?.Delta is { } asked && asked > TimeSpan.Zero ? asked : null),
        };
    }

    /// <summary>
    /// A small body is read, so that the connection is of use again; of a large one the rest is left.
    /// </summary>
    private static async Task DrainAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        byte[] answer = new byte[WebhookPolicy.MaxAnswerBytes];
        try
        {
            await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
            await body.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException)
        {
            // The status is here, and is the answer.
        }
    }

    /// <summary>
    /// Looks the name up, judges each address and connects to those that pass. There is no second look-up between.
    /// </summary>
    private async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        string host = context.DnsEndPoint.Host.Trim('[', ']');
        IPAddress[] found = IPAddress.TryParse(host, out IPAddress? literal)
            ? [literal]
            : await lookup(host, cancellationToken);
        IPAddress[] admitted = [.. found.Where(addresses.Admits)];
        if (admitted.Length == 0)
        {
            throw found.Length == 0
                ? new SocketException((int)SocketError.HostNotFound)
                : new WebhookAddressException();
        }

        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(admitted, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
