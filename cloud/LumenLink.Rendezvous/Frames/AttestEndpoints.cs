using System.Diagnostics;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Query;

namespace LumenLink.Rendezvous.Frames;

/// <summary>
/// The exchange over HTTP, a frame up and a frame down, judged by what judges it at the broker (specification section
/// 10). No token: Hello and Evidence are believed by signature alone, and who has not signed learns nothing about a
/// beacon and changes nothing of it.
/// </summary>
internal sealed class AttestEndpoints(
    AttestationExchange exchange, AddressGate gate, LumenMetrics metrics, LumenTraces traces)
{
    private delegate ValueTask<FrameAnswer> Answer(
        FrameSender sender, byte[] frame, CancellationToken cancellationToken);

    public static void Map(IEndpointRouteBuilder app)
    {
        Map(app, FramePost.ChallengePath, (context, attest) => attest.RunAsync(context, attest.OnHello))
            .WithName("attestChallenge").WithSummary("A challenge for a beacon's Hello")
            .WithDescription(
                "The wire specification, section 10, has the rules. The body is a Hello frame; the answer is a "
                + "Challenge or an AttestationRefusal.")
            .WithExample(Examples.Refusal, FramePost.ContentType);
        Map(app, FramePost.AttestPath, (context, attest) => attest.RunAsync(context, attest.OnEvidence))
            .WithName("attest").WithSummary("The verdict on a beacon's Evidence")
            .WithDescription(
                "The wire specification, section 10, has the rules. The body is an Evidence frame; the answer is an "
                + "AttestationResult or an AttestationRefusal. Evidence that was judged before is not judged again.")
            .WithExample(Examples.Refusal, FramePost.ContentType)
            .ProducesProblem(409);
    }

    private static RouteHandlerBuilder Map(
        IEndpointRouteBuilder app, string path, Func<HttpContext, AttestEndpoints, Task<IResult>> run) => app
        .MapPost(path, (HttpContext context, AttestEndpoints attest) => run(context, attest)).Requires(Scope.Open)
        .WithTags("Beacons")
        .Accepts<byte[]>(FramePost.ContentType)
        .Produces<byte[]>(200, FramePost.ContentType)
        .ProducesProblem(400).ProducesProblem(413).ProducesProblem(415).ProducesProblem(429).ProducesProblem(503);

    private Answer OnHello => exchange.OnHelloAsync;

    private Answer OnEvidence => exchange.OnEvidenceAsync;

    private async Task<IResult> RunAsync(HttpContext context, Answer answer)
    {
        using Activity? span = traces.StartPost();
        (PostOutcome outcome, FrameAnswer down) = await AdmitAsync(context, answer);
        metrics.Posts(LumenTraces.Mark(span, outcome)).Inc();
        if (outcome is PostOutcome.Answered && !down.Reply.IsEmpty)
            return TypedResults.Bytes(down.Reply, FramePost.ContentType);
        if (outcome is PostOutcome.Busy or PostOutcome.RateLimited)
            context.Response.Headers.RetryAfter = $"{Problems.RetryAfterSeconds}";
        return outcome switch
        {
            PostOutcome.TooLarge => Problems.Of(
                ProblemCode.BodyTooLarge, $"A body has at most {WireLimits.MaxFrameBytes} bytes."),
            PostOutcome.RateLimited => Problems.Of(ProblemCode.RateLimited, "This address attests too often."),
            PostOutcome.Busy => Problems.Of(ProblemCode.Busy, "Too many exchanges are under way. Try again later."),
            _ when down.Outcome == IngestOutcome.JudgedBefore => Problems.Of(
                ProblemCode.EvidenceRepeated, "This Evidence was judged before. Begin again with a Hello."),
            _ => Problems.Of(ProblemCode.RequestMalformed, "The body is not the frame that this call takes."),
        };
    }

    private async Task<(PostOutcome Outcome, FrameAnswer Down)> AdmitAsync(HttpContext context, Answer answer)
    {
        if (context.Request.ContentLength > WireLimits.MaxFrameBytes)
            return (PostOutcome.TooLarge, default);
        if (!gate.Allows(AddressGate.AddressOf(context)))
            return (PostOutcome.RateLimited, default);
        if (!gate.TryEnter())
            return (PostOutcome.Busy, default);
        try
        {
            // One byte more than allowed tells that there are more.
            byte[] body = new byte[WireLimits.MaxFrameBytes + 1];
            int count = await context.Request.Body.ReadAtLeastAsync(
                body, body.Length, throwOnEndOfStream: false, context.RequestAborted);
            if (count > WireLimits.MaxFrameBytes)
                return (PostOutcome.TooLarge, default);
            FrameAnswer down = await answer(default, body[..count], context.RequestAborted);
            metrics.Frames(down.Outcome).Inc();
            bool isAnswered = !down.Reply.IsEmpty || down.Outcome == IngestOutcome.JudgedBefore;
            return (isAnswered ? PostOutcome.Answered : PostOutcome.Malformed, down);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            return (PostOutcome.Malformed, default); // the caller went away
        }
        finally
        {
            gate.Leave();
        }
    }
}
