using System.Data.Common;
using System.Net.Sockets;
using LumenLink.Rendezvous.Observability;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace LumenLink.Rendezvous.Query;

/// <summary>Turns what escaped an endpoint, and bare error statuses, into problem details.</summary>
internal sealed class ProblemHandler(LumenMetrics metrics, ILogger<ProblemHandler> logger) : IExceptionHandler
{
    /// <inheritdoc/>
    public async ValueTask<bool> TryHandleAsync(
        HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        (ProblemCode code, string detail) = exception switch
        {
            BadHttpRequestException => (ProblemCode.RequestMalformed, "The request does not follow the rules of HTTP."),
            _ when IsStoreFailure(exception) =>
                (ProblemCode.StoreUnavailable, "The data cannot be read at the moment. Try again in a few seconds."),
            _ => (ProblemCode.InternalError, "The call failed inside the service. The operator's log has the cause."),
        };
        metrics.HttpFailures(code).Inc();
        logger.CallFailed(code, exception);
        await WriteAsync(context, Problems.Details(code, detail));
        return true;
    }

    /// <summary>Answers a status that came without a body, such as 404 of a path that is not mapped.</summary>
    public static Task AnswerStatusAsync(StatusCodeContext statusCode)
    {
        HttpContext context = statusCode.HttpContext;
        ProblemCode code = Problems.CodeOf(context.Response.StatusCode);
        ProblemDetails details = Problems.Details(code, "See /openapi/v1.json for the calls of this service.");
        details.Status = context.Response.StatusCode;
        return WriteAsync(context, details);
    }

    /// <summary>True for what a database that is away or busy throws.</summary>
    public static bool IsStoreFailure(Exception exception) =>
        exception is DbException or SocketException or TimeoutException or IOException;

    private static Task WriteAsync(HttpContext context, ProblemDetails details)
    {
        context.Response.StatusCode = details.Status ?? StatusCodes.Status500InternalServerError;
        if (context.Response.StatusCode == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = $"{Problems.RetryAfterSeconds}";
        return context.Response.WriteAsJsonAsync(details, options: null, contentType: "application/problem+json");
    }
}
