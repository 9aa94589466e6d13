using System.IO.Compression;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;

namespace LumenLink.Rendezvous.Surface;

/// <summary>Endpoint metadata: its answers are compressed though a caller's body chose them.</summary>
internal sealed record CompressedAnswer;

/// <summary>
/// Which answers are compressed. Whoever sees how long a compressed answer is, and chooses a part of it, can guess what
/// else is in it (BREACH). A new API key stands beside the name that its maker chose; so the rule is simple and wide:
/// answers to GET alone, none of which repeats what was asked, and packs, which have no secret.
/// </summary>
internal sealed class AnswerCompression(IServiceProvider services, IOptions<ResponseCompressionOptions> options)
    : ResponseCompressionProvider(services, options)
{
    /// <summary>Types that shrink. Streams are not among them: each event is to be sent at once.</summary>
    private static readonly string[] Types =
    [
        "application/json", "application/problem+json", "application/jwk-set+json", "application/jose",
        "application/javascript", "text/javascript", "text/css", "text/html", "text/plain", "image/svg+xml",
    ];

    /// <summary>Registers it.</summary>
    public static IServiceCollection AddTo(IServiceCollection services)
    {
        services.AddSingleton<IResponseCompressionProvider, AnswerCompression>();
        services.Configure<BrotliCompressionProviderOptions>(brotli => brotli.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);
        return services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.MimeTypes = Types;
            compression.Providers.Add<BrotliCompressionProvider>();
            compression.Providers.Add<GzipCompressionProvider>();
        });
    }

    /// <summary>True for an answer that who accepts it gets compressed.</summary>
    public static bool MayCompress(HttpContext context) =>
        (HttpMethods.IsGet(context.Request.Method)
            || context.GetEndpoint()?.Metadata.GetMetadata<CompressedAnswer>() is not null)
        && context.Response.ContentType is { } type
        && Types.Contains(type.Split(';')[0].Trim(), StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override bool ShouldCompressResponse(HttpContext context) =>
        MayCompress(context) && base.ShouldCompressResponse(context);
}
