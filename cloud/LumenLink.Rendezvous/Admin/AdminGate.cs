using System.Net;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Observability;

namespace LumenLink.Rendezvous.Admin;

/// <summary>Why an administrative call is not admitted; log field.</summary>
public enum AdminRefusal
{
    /// <summary>It is admitted.</summary>
    None,

    /// <summary>There is a token, and the call does not have it.</summary>
    NoToken,

    /// <summary>Production without a token: nobody is admitted.</summary>
    NotConfigured,

    /// <summary>Development without a token: the call is not from this machine itself.</summary>
    NotLoopback,
}

/// <summary>Who is admitted.</summary>
/// <param name="Refusal">None, or why not.</param>
/// <param name="Caller">Who it is, as it is kept with what was asked for.</param>
internal readonly record struct AdminVerdict(AdminRefusal Refusal, string Caller)
{
    /// <summary>True if the call may be served.</summary>
    public bool IsAdmitted => Refusal == AdminRefusal.None;
}

/// <summary>
/// Who may command beacons. With LUMENLINK_ADMIN_TOKEN: who has it. Without it in production: nobody; in development:
/// who calls from the machine itself, neither through a proxy nor from a page of somebody else.
/// </summary>
internal sealed class AdminGate(RendezvousSettings settings, ILogger<AdminGate> logger)
{
    private const string Token = "admin token";
    private const string Loopback = "loopback";

    private static readonly string[] LoopbackHosts = ["localhost", "127.0.0.1", "[::1]"];
    private static readonly string[] ProxyHeaders = ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"];

    private readonly BearerToken? bearer = settings.AdminToken is { } token ? new BearerToken(token) : null;

    /// <summary>Judges a call.</summary>
    public AdminVerdict Judge(HttpContext context)
    {
        AdminRefusal refusal = bearer is not null
            ? bearer.Admits(context.Request) ? AdminRefusal.None : AdminRefusal.NoToken
            : settings.IsProduction ? AdminRefusal.NotConfigured
            : IsFromThisMachine(context) ? AdminRefusal.None
            : AdminRefusal.NotLoopback;
        if (refusal != AdminRefusal.None)
            logger.AdminRefused(refusal);
        return new AdminVerdict(refusal, bearer is null ? Loopback : Token);
    }

    /// <summary>True if a page that is asked for so may show buttons: a browser has no token.</summary>
    public bool AdmitsPage(HttpContext context) =>
        bearer is null && !settings.IsProduction && IsFromThisMachine(context);

    /// <summary>What to do about a refusal.</summary>
    public static string Sentence(AdminRefusal refusal) => refusal switch
    {
        AdminRefusal.NoToken => "Send the admin token as Authorization: Bearer.",
        AdminRefusal.NotConfigured =>
            "Set LUMENLINK_ADMIN_TOKEN for the service, and send it as Authorization: Bearer.",
        _ => "Without LUMENLINK_ADMIN_TOKEN only callers on the service's own machine are admitted.",
    };

    /// <summary>
    /// The address alone does not tell: a proxy, or a page of somebody else in a browser here, calls from here too.
    /// </summary>
    private static bool IsFromThisMachine(HttpContext context)
    {
        HttpRequest request = context.Request;
        string origin = $"{request.Headers.Origin}";
        return context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            && LoopbackHosts.Contains(request.Host.Host, StringComparer.OrdinalIgnoreCase)
            && !ProxyHeaders.Any(request.Headers.ContainsKey)
            && (origin.Length == 0
                || origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase));
    }
}
