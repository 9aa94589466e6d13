using System.Diagnostics;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Frames;

/// <summary>
/// Frames of beacons that cannot reach the broker (specification section 10). Whoever posts is known before a byte of
/// the body is read, and what is refused tells nobody why.
/// </summary>
internal sealed class FramesEndpoint(
    ConnectionJudge judge, PostSessions sessions, PostGate gate, FrameExchange exchange, LumenMetrics metrics,
    LumenTraces traces, TimeProvider time, ILogger<FramesEndpoint> logger)
{
    /// <summary>
    /// The client under which the store remembers a token: one that the broker saw is not retried here.
    /// </summary>
    private const string Client = "http";

    public static void Map(IEndpointRouteBuilder app) => app
        .MapPost(FramePost.Path, (HttpContext context, FramesEndpoint frames) => frames.RunAsync(context))
        .Requires(Scope.Open)
        .WithName("frames").WithTags("Beacons").WithSummary("Frames of a beacon, where MQTT's ports are blocked")
        .WithDescription(
            "The wire specification, section 10, has the rules. The body is a sequence of frames, each behind its "
            + "length as a little-endian 16-bit number; so is the answer. Authorization is Bearer with beacon id, a "
            + "full stop and connection token, or LumenLink with the session of the last answer's LumenLink-Session.")
        .Accepts<byte[]>(FramePost.ContentType)
        .WithExample(Examples.Frames, FramePost.ContentType)
        .Produces<byte[]>(200, FramePost.ContentType)
        .ProducesProblem(400).ProducesProblem(401).ProducesProblem(413).ProducesProblem(415).ProducesProblem(429)
        .ProducesProblem(503);

    private async Task<IResult> RunAsync(HttpContext context)
    {
        using Activity? span = traces.StartPost();
        (PostOutcome outcome, byte[] down) = await AdmitAsync(context);
        metrics.Posts(LumenTraces.Mark(span, outcome)).Inc();
        return outcome == PostOutcome.Answered
            ? TypedResults.Bytes(down, FramePost.ContentType)
            : Refuse(context.Response, outcome);
    }

    private async Task<(PostOutcome Outcome, byte[] Down)> AdmitAsync(HttpContext context)
    {
        if (context.Request.ContentLength > WireLimits.MaxPostBytes)
            return TooLarge();
        if (!gate.TryEnter())
            return (PostOutcome.Busy, []);
        try
        {
            (PostOutcome outcome, PostSession session) = await KnowAsync(context);
            if (outcome != PostOutcome.Answered)
                return (outcome, []);
            TimeSpan wait = gate.TryBegin(session.Beacon);
            if (wait > TimeSpan.Zero)
            {
                context.Response.Headers.RetryAfter = $"{Math.Ceiling(wait.TotalSeconds)}";
                return (PostOutcome.RateLimited, []);
            }

            try
            {
                return await TakeAsync(context, session.Beacon);
            }
            finally
            {
                gate.End(session.Beacon);
            }
        }
        finally
        {
            gate.Leave();
        }
    }

    /// <summary>Whose post it is, by session or token; then the answer has a session for the next.</summary>
    private async Task<(PostOutcome Outcome, PostSession Session)> KnowAsync(HttpContext context)
    {
        string authorization = $"{context.Request.Headers.Authorization}";
        using CancellationTokenSource limit =
            CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(TrustPolicy.StoreTimeout);
        try
        {
            (PostOutcome outcome, PostSession session) =
                authorization.StartsWith(FramePost.SessionScheme, StringComparison.OrdinalIgnoreCase)
                    ? await BySessionAsync(authorization[FramePost.SessionScheme.Length..], limit.Token)
                    : await ByTokenAsync(authorization, limit.Token);
            if (outcome == PostOutcome.Answered)
            {
                context.Response.Headers[FramePost.SessionHeader] =
                    await sessions.WriteAsync(session, limit.Token);
            }

            return (outcome, session);
        }
        catch (Exception exception)
        {
            logger.TokenNotChecked(exception);
            return (PostOutcome.StoreUnavailable, default);
        }
    }

    private async Task<(PostOutcome Outcome, PostSession Session)> BySessionAsync(
        string text, CancellationToken cancellationToken) =>
        await sessions.ReadAsync(text, cancellationToken) is { } session
            ? (PostOutcome.Answered, session)
            : (PostOutcome.NotAuthorized, default);

    private async Task<(PostOutcome Outcome, PostSession Session)> ByTokenAsync(
        string authorization, CancellationToken cancellationToken)
    {
        string? idText = null;
        string? token = null;
        if (authorization.StartsWith(FramePost.TokenScheme, StringComparison.OrdinalIgnoreCase)
            && authorization.IndexOf(FramePost.IdEnd) is var end and > 0)
        {
            idText = authorization[FramePost.TokenScheme.Length..end];
            token = authorization[(end + 1)..];
        }

        TokenOutcome outcome = await judge.JudgeTokenAsync(idText, Client, token, cancellationToken);
        return outcome switch
        {
            TokenOutcome.Accepted or TokenOutcome.Retry when BeaconId.TryParse(idText, out BeaconId beacon) =>
                (PostOutcome.Answered, new PostSession(beacon, time.GetUtcNow())),
            TokenOutcome.CouldNotCheck => (PostOutcome.StoreUnavailable, default),
            _ => (PostOutcome.NotAuthorized, default),
        };
    }

    private async Task<(PostOutcome Outcome, byte[] Down)> TakeAsync(HttpContext context, BeaconId beacon)
    {
        // One byte more than allowed tells that there are more.
        byte[] body = new byte[WireLimits.MaxPostBytes + 1];
        int count;
        try
        {
            count = await context.Request.Body.ReadAtLeastAsync(
                body, body.Length, throwOnEndOfStream: false, context.RequestAborted);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            return (PostOutcome.Malformed, []);
        }

        if (count > WireLimits.MaxPostBytes)
            return TooLarge();
        (PostOutcome outcome, byte[] down) = await exchange.RunAsync(beacon, body, count);
        if (outcome == PostOutcome.NotAuthorized)
            context.Response.Headers.Remove(FramePost.SessionHeader);
        return (outcome, down);
    }

    private (PostOutcome Outcome, byte[] Down) TooLarge()
    {
        metrics.Frames(IngestOutcome.PayloadTooLarge).Inc();
        return (PostOutcome.TooLarge, []);
    }

    private static IResult Refuse(HttpResponse response, PostOutcome outcome)
    {
        if (outcome is PostOutcome.Busy or PostOutcome.StoreUnavailable)
            response.Headers.RetryAfter = $"{Problems.RetryAfterSeconds}";
        if (outcome == PostOutcome.NotAuthorized)
            response.Headers.WWWAuthenticate = FramePost.TokenScheme.TrimEnd();
        return outcome switch
        {
            PostOutcome.Malformed => Problems.Of(
                ProblemCode.FramesMalformed, "The body is not a sequence of frames behind their lengths."),
            PostOutcome.TooLarge => Problems.Of(
                ProblemCode.BodyTooLarge, $"A body has at most {WireLimits.MaxPostBytes} bytes."),
            PostOutcome.RateLimited => Problems.Of(
                ProblemCode.RateLimited, "The beacon posts too many bad frames, or too many times at once."),
            PostOutcome.Busy => Problems.Of(ProblemCode.Busy, "Too many posts are under way. Try again later."),
            PostOutcome.StoreUnavailable => Problems.Of(
                ProblemCode.StoreUnavailable, "Nothing was stored. Try again in a few seconds."),
            _ => Problems.Of(ProblemCode.NotAuthorized, "This session or token is not accepted."),
        };
    }
}
