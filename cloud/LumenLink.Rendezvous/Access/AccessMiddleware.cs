using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Query;
using Microsoft.AspNetCore.Mvc;

namespace LumenLink.Rendezvous.Access;

/// <summary>Endpoint metadata: what its caller needs to be allowed.</summary>
internal sealed record RequiredScope(Scope Scope);

/// <summary>Before every endpoint: who calls, and may that.</summary>
internal static class AccessMiddleware
{
    /// <summary>Says what an endpoint needs; of several the last counts.</summary>
    public static TBuilder Requires<TBuilder>(this TBuilder builder, Scope scope)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.WithMetadata(new RequiredScope(scope));
        if (scope == Scope.Open)
            return builder;
        foreach (int status in (int[])[401, 403, 429])
        {
            builder.WithMetadata(new ProducesResponseTypeMetadata(
                status, typeof(ProblemDetails), ["application/problem+json"]));
        }

        return builder;
    }

    /// <summary>Puts it in its place: behind routing, before everything that an endpoint does.</summary>
    public static void UseAccess(this WebApplication app) => app.Use(JudgeAsync);

    /// <summary>What an endpoint needs; one that names nothing is nobody's but an administrator's.</summary>
    public static Scope ScopeOf(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<RequiredScope>()?.Scope ?? Scope.Keys;

    private static async Task JudgeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint() is not { } endpoint)
        {
            await next(context); // there is nothing here, and that is told
            return;
        }

        Scope scope = ScopeOf(endpoint);
        if (scope == Scope.Open)
        {
            await next(context);
            return;
        }

        AccessGate gate = context.RequestServices.GetRequiredService<AccessGate>();
        (AccessOutcome outcome, ApiCaller? caller) = await gate.JudgeAsync(context, scope, context.RequestAborted);
        if (caller is not null)
        {
            context.Features.Set(caller);
            await next(context);
            return;
        }

        await RefuseAsync(context, outcome, scope);
    }

    private static Task RefuseAsync(HttpContext context, AccessOutcome outcome, Scope scope)
    {
        context.RequestServices.GetRequiredService<LumenMetrics>().AccessRefused(outcome).Inc();
        context.RequestServices.GetRequiredService<ILogger<AccessGate>>().AccessRefused(outcome, scope);
        ProblemCode code = CodeOf(outcome);
        if (Problems.StatusOf(code) == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate =
                outcome is AccessOutcome.NoKey or AccessOutcome.NoToken ? "Bearer" : "Bearer error=\"invalid_token\"";
        }

        if (outcome == AccessOutcome.TooManyLookups)
            context.Response.Headers.RetryAfter = $"{Problems.RetryAfterSeconds}";
        return Problems.Of(code, AccessGate.Sentence(outcome, scope)).ExecuteAsync(context);
    }

    private static ProblemCode CodeOf(AccessOutcome outcome) => outcome switch
    {
        AccessOutcome.NoKey => ProblemCode.ApiKeyRequired,
        AccessOutcome.NoToken => ProblemCode.AdminTokenRequired,
        AccessOutcome.NotConfigured or AccessOutcome.NotLoopback => ProblemCode.AdminNotAllowed,
        AccessOutcome.KeyMalformed => ProblemCode.ApiKeyMalformed,
        AccessOutcome.KeyUnknown => ProblemCode.ApiKeyInvalid,
        AccessOutcome.KeyExpired => ProblemCode.ApiKeyExpired,
        AccessOutcome.KeyRevoked => ProblemCode.ApiKeyRevoked,
        AccessOutcome.TooManyLookups => ProblemCode.RateLimited,
        _ => ProblemCode.ScopeMissing,
    };
}
