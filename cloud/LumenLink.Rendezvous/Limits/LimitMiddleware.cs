using System.Globalization;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Frames;
using LumenLink.Rendezvous.Query;

namespace LumenLink.Rendezvous.Limits;

/// <summary>Endpoint metadata: its calls are not counted.</summary>
internal sealed record NotLimited;

/// <summary>
/// Behind <see cref="AccessMiddleware"/>: how often a client may call. Not counted is what needs no admission (beacons
/// have gates of their own, health and metrics none), the pages of the dashboard, whoever has the admin token, and
/// what an operator does on the machine itself where development has none.
/// </summary>
internal static class LimitMiddleware
{
    /// <summary>The allowance that clients have, as the header fields name it.</summary>
    public const string Whole = "client";

    /// <summary>The part of it that one replica gives while Redis is away.</summary>
    public const string Share = "replica-share";

    /// <summary>Header field that says what is allowed.</summary>
    public const string PolicyHeader = "RateLimit-Policy";

    /// <summary>Header field that says what is left.</summary>
    public const string StateHeader = "RateLimit";

    private const long SecondUs = TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond;

    /// <summary>Who a call is counted for: its API key, else its address.</summary>
    public static string ClientOf(HttpContext context, ApiCaller caller) =>
        caller.KeyId ?? AddressGate.ClientKeyOf(context);

    /// <summary>The calls of these endpoints are not counted.</summary>
    public static TBuilder WithoutRateLimit<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.WithMetadata(new NotLimited());
        return builder;
    }

    /// <summary>Puts it in its place.</summary>
    public static void UseRateLimit(this WebApplication app) => app.Use(JudgeAsync);

    /// <summary>What a client is told that calls too often.</summary>
    public static string Sentence(long waitS) => string.Create(
        CultureInfo.InvariantCulture, $"This client makes too many calls. Try again in {waitS} s.");

    private static async Task JudgeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<ApiCaller>() is not { } caller || !IsCounted(context.GetEndpoint()!, caller))
        {
            await next(context);
            return;
        }

        RateLimiter limiter = context.RequestServices.GetRequiredService<RateLimiter>();
        LimitVerdict verdict = await limiter.JudgeAsync(ClientOf(context, caller));
        Tell(context.Response.Headers, verdict);
        if (verdict.Decision.IsAllowed)
        {
            await next(context);
            return;
        }

        long waitS = Math.Max(1, Seconds(verdict.Decision.WaitUs(verdict.Rate)));
        context.Response.Headers.RetryAfter = waitS.ToString(CultureInfo.InvariantCulture);
        await Problems.Of(ProblemCode.RateLimited, Sentence(waitS)).ExecuteAsync(context);
    }

    private static bool IsCounted(Endpoint endpoint, ApiCaller caller) =>
        endpoint.Metadata.GetMetadata<NotLimited>() is null && caller != ApiCaller.AdminToken
        && (caller != ApiCaller.Loopback || AccessPolicy.May(ApiRole.Viewer, AccessMiddleware.ScopeOf(endpoint)));

    /// <summary>
    /// As draft-ietf-httpapi-ratelimit-headers-10 has it: so many calls (q) in so many seconds (w), which is the rate
    /// and the burst at once; so many are left (r) until it is whole in so many seconds (t).
    /// </summary>
    private static void Tell(IHeaderDictionary headers, LimitVerdict verdict)
    {
        (GcraDecision decision, GcraRate rate, bool isShare) = verdict;
        string name = isShare ? Share : Whole;
        headers[PolicyHeader] = string.Create(
            CultureInfo.InvariantCulture, $"\"{name}\";q={rate.Burst};w={Seconds(rate.WindowUs)}");
        headers[StateHeader] = string.Create(
            CultureInfo.InvariantCulture,
            $"\"{name}\";r={decision.Remaining(rate)};t={Seconds(decision.FullAtUs - decision.NowUs)}");
    }

    private static long Seconds(long us) => (us + SecondUs - 1) / SecondUs;
}
