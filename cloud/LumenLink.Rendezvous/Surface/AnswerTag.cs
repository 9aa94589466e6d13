using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace LumenLink.Rendezvous.Surface;

/// <summary>Endpoint metadata: its answer is a state, and is tagged.</summary>
internal sealed record TaggedAnswer;

/// <summary>Endpoint metadata: it changes a state, and heeds If-Match.</summary>
internal sealed record ConditionalChange;

/// <summary>
/// Strong entity tags over the bytes of an answer, and what callers say of them (RFC 9110, sections 8.8.3 and 13). A
/// compressed answer is another representation, so its tag has the coding's name at its end; what a caller sends is
/// compared without it.
/// </summary>
internal static class AnswerTag
{
    private const int HashBytes = 16;
    private const string Brotli = "-br";
    private const string Gzip = "-gzip";

    /// <summary>Says that the answer is a state.</summary>
    public static TBuilder WithTag<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new TaggedAnswer());

    /// <summary>Puts it in its place: within compression, around what an endpoint does.</summary>
    public static void UseAnswerTags(this WebApplication app) => app.Use((context, next) =>
        HttpMethods.IsGet(context.Request.Method)
            && context.GetEndpoint()?.Metadata.GetMetadata<TaggedAnswer>() is not null
                ? TagAsync(context, next)
                : next(context));

    /// <summary>The tag of an answer's bytes.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) =>
        $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, HashBytes))}\"";

    /// <summary>The tag of what a call answers with this object.</summary>
    public static string Of<T>(T answer, JsonSerializerOptions options) =>
        Of(JsonSerializer.SerializeToUtf8Bytes(answer, options));

    /// <summary>False when the caller wants the state changed only if it is another than this.</summary>
    public static bool AdmitsChange(HttpRequest request, Func<string> tag) =>
        request.Headers.IfMatch.Count == 0 || Has(request.Headers.IfMatch, tag(), isStrong: true);

    /// <summary>Puts the coding's name into the tag of an answer that is sent compressed.</summary>
    public static void NameCoding(IHeaderDictionary headers)
    {
        string? suffix = headers.ContentEncoding.ToString() switch
        {
            "br" => Brotli,
            "gzip" => Gzip,
            _ => null,
        };
        if (suffix is not null && headers.ETag.ToString() is ['"', .., '"'] tag && IsOurs(tag))
            headers.ETag = $"{tag[..^1]}{suffix}\"";
    }

    private static async Task TagAsync(HttpContext context, RequestDelegate next)
    {
        IHttpResponseBodyFeature outer = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using TagBuffer buffer = new(outer.Stream);
        StreamResponseBodyFeature inner = new(buffer, outer);
        context.Features.Set<IHttpResponseBodyFeature>(inner);
        try
        {
            await next(context);
            await inner.Writer.FlushAsync(context.RequestAborted);
        }
        finally
        {
            context.Features.Set(outer);
        }

        if (buffer.IsPassedOn)
            return;
        HttpResponse response = context.Response;
        if (response.StatusCode == StatusCodes.Status200OK)
        {
            string tag = Of(buffer.Bytes.Span);
            response.Headers.ETag = tag;
            if (Has(context.Request.Headers.IfNoneMatch, tag, isStrong: false))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                response.ContentLength = null;
                response.ContentType = null;
                return;
            }
        }

        await outer.Stream.WriteAsync(buffer.Bytes, context.RequestAborted);
    }

    /// <summary>True if a caller's list of tags has it; what is no list of tags has none.</summary>
    private static bool Has(StringValues sent, string tag, bool isStrong) =>
        EntityTagHeaderValue.TryParseList(sent, out IList<EntityTagHeaderValue>? tags)
        && tags.Any(one => one.Equals(EntityTagHeaderValue.Any)
            || ((!isStrong || !one.IsWeak) && WithoutCoding(one.Tag.ToString()) == tag));

    private static string WithoutCoding(string tag) =>
        tag.EndsWith(Brotli + "\"", StringComparison.Ordinal) ? tag[..^(Brotli.Length + 1)] + "\""
        : tag.EndsWith(Gzip + "\"", StringComparison.Ordinal) ? tag[..^(Gzip.Length + 1)] + "\""
        : tag;

    /// <summary>Files have tags of the framework's, which are of the bytes that it sends.</summary>
    private static bool IsOurs(string tag) =>
        tag.Length == (2 * HashBytes) + 2 && !tag.AsSpan(1, 2 * HashBytes).ContainsAnyExcept("0123456789abcdef");
}
