using LumenLink.Rendezvous.Frames;
using Microsoft.Net.Http.Headers;

namespace LumenLink.Rendezvous.Surface;

/// <summary>
/// What every answer tells a browser and a cache: one table, whatever answered, refusals, failures and files too. What
/// the web server refuses before the service sees it (no HTTP at all) has none of it.
/// </summary>
internal static class AnswerHeaders
{
    /// <summary>
    /// Everything from here, nothing from elsewhere; components set inline styles, scripts are files. The live
    /// connection is to where the page is from.
    /// </summary>
    private const string PagePolicy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; "
        + "base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>An answer that is no page does nothing in a browser.</summary>
    private const string DataPolicy = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>Of everybody.</summary>
    private static readonly (string Name, string Value)[] All =
    [
        (HeaderNames.XContentTypeOptions, "nosniff"),
        ("Cross-Origin-Resource-Policy", "same-origin"), // what CORS allows it does not forbid
    ];

    /// <summary>Of what is no page.</summary>
    private static readonly (string Name, string Value)[] Data =
    [
        (HeaderNames.ContentSecurityPolicy, DataPolicy),
        ("Referrer-Policy", "no-referrer"),
    ];

    /// <summary>Of pages, which ask the service itself where they are shown.</summary>
    private static readonly (string Name, string Value)[] Page =
    [
        (HeaderNames.ContentSecurityPolicy, PagePolicy),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Embedder-Policy", "require-corp"),
        ("Permissions-Policy",
            "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
            + "microphone=(), midi=(), payment=(), serial=(), usb=()"),
    ];

    /// <summary>A year. Not for the domain's other hosts, of which the service knows nothing.</summary>
    private const string TransportSecurity = "max-age=31536000";

    /// <summary>Puts it before everything else, so that nothing answers without it.</summary>
    public static void UseAnswerHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        // At the start of the answer, because the answer to a failure begins by forgetting all headers; what is
        // registered first comes last.
        context.Response.OnStarting(Put, context);
        return next(context);
    });

    private static Task Put(object state)
    {
        var context = (HttpContext)state;
        IHeaderDictionary headers = context.Response.Headers;
        bool isPage = context.Response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true;
        foreach ((string name, string value) in All)
            headers[name] = value;
        foreach ((string name, string value) in isPage ? Page : Data)
            headers[name] = value;
        if (AddressGate.IsOverTls(context))
            headers.StrictTransportSecurity = TransportSecurity;
        AnswerTag.NameCoding(headers);
        if (headers.CacheControl.Count == 0)
            headers.CacheControl = headers.ETag.Count == 0 ? "no-store" : "private, no-cache";
        if (AnswerCompression.MayCompress(context) && !headers.Vary.Any(IsVariedByCoding))
            headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        return Task.CompletedTask;
    }

    private static bool IsVariedByCoding(string? vary) =>
        vary?.Contains(HeaderNames.AcceptEncoding, StringComparison.OrdinalIgnoreCase) == true;
}
