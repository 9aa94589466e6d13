using System.Net;

namespace LumenLink.Cli.Beacon;

/// <summary>
/// Makes a call again that came too early, when the service says: a client has so many calls in a minute, and a file
/// of boards may need more.
/// </summary>
/// <param name="inner">Carries the calls.</param>
/// <param name="time">What is waited by.</param>
internal sealed class PatientHandler(HttpMessageHandler inner, TimeProvider time) : DelegatingHandler(inner)
{
    /// <summary>How often a call is made at most.</summary>
    internal const int MaxTries = 8;

    /// <summary>Who is told to wait longer is told so.</summary>
    internal static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (int tried = 1; ; tried++)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            if (response.StatusCode != HttpStatusCode.TooManyRequests || tried == MaxTries
                || response.Headers.RetryAfter?.Delta is not { } wait || wait <= TimeSpan.Zero || wait > MaxWait)
                return response;
            response.Dispose();
            using PeriodicTimer timer = new(wait, time);
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
