using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LumenLink.Rendezvous.Query;

/// <summary>Reads the small bodies of calls: bounded, and strict about what is in them.</summary>
internal static class RequestBody
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>The body's bytes, or the problem.</summary>
    public static async Task<(byte[] Body, ProblemHttpResult? Problem)> ReadAsync(
        HttpRequest request, CancellationToken cancellationToken)
    {
        // One byte more than allowed tells that there are more.
        byte[] body = new byte[ApiLimits.MaxBodyBytes + 1];
        int count = await request.Body.ReadAtLeastAsync(
            body, body.Length, throwOnEndOfStream: false, cancellationToken);
        return count > ApiLimits.MaxBodyBytes ? ([], TooLarge()) : (body[..count], null);
    }

    /// <summary>The problem of a body that is too large.</summary>
    public static ProblemHttpResult TooLarge() =>
        Problems.Of(ProblemCode.BodyTooLarge, $"A body has at most {ApiLimits.MaxBodyBytes} bytes.");

    /// <summary>A body of JSON; null when it is something else.</summary>
    public static T? Parse<T>(byte[] body)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(body, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The problem of a body that is not what the call takes.</summary>
    public static ProblemHttpResult Malformed(string example) => Problems.Of(
        ProblemCode.RequestMalformed, $"The body must be JSON like {example}.");
}
