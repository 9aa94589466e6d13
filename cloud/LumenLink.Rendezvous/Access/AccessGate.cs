using System.Net;
using System.Text.Json;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Frames;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Access;

/// <summary>Whether a call is admitted, or why not; log field and metric label.</summary>
public enum AccessOutcome
{
    /// <summary>It is.</summary>
    Admitted,

    /// <summary>It needs an API key and has none.</summary>
    NoKey,

    /// <summary>It is administrative and has neither key nor admin token; or its token is wrong.</summary>
    NoToken,

    /// <summary>It is administrative and without a key, in production without an admin token.</summary>
    NotConfigured,

    /// <summary>As that in development, and not from this machine itself.</summary>
    NotLoopback,

    /// <summary>Its key has a slip in it.</summary>
    KeyMalformed,

    /// <summary>There is no such key.</summary>
    KeyUnknown,

    /// <summary>Its key's time is over.</summary>
    KeyExpired,

    /// <summary>Its key was revoked.</summary>
    KeyRevoked,

    /// <summary>Its key's role may not do this.</summary>
    RoleTooLow,

    /// <summary>What it asks for is of the tenant that runs the service.</summary>
    NotHost,

    /// <summary>Too many unknown keys, of its address or at once.</summary>
    TooManyLookups,
}

/// <summary>
/// Says who calls. An API key says it itself. The admin token, and in development without one the machine itself, is
/// the way in before there is a key: administrator of the first tenant. Everybody else is anonymous and may what
/// LUMENLINK_ANONYMOUS says.
/// </summary>
internal sealed class AccessGate(RendezvousSettings settings, KeyBook keys)
{
    private static readonly string[] LoopbackHosts = ["localhost", "127.0.0.1", "[::1]"];
    private static readonly string[] ProxyHeaders = ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"];

    private readonly BearerToken? adminToken = settings.AdminToken is { } token ? new BearerToken(token) : null;
    private readonly ApiCaller anonymous = ApiCaller.Anonymous(settings.AnonymousRole);

    /// <summary>Judges a call that needs a scope.</summary>
    /// <returns>The caller if it is admitted.</returns>
    public async ValueTask<(AccessOutcome Outcome, ApiCaller? Caller)> JudgeAsync(
        HttpContext context, Scope scope, CancellationToken cancellationToken)
    {
        (AccessOutcome outcome, ApiCaller? caller) = await IdentifyAsync(context, cancellationToken);
        if (caller is null)
            return (outcome, null);
        if (!AccessPolicy.May(caller.Role, scope))
            return (caller == anonymous ? WithoutKey(scope) : AccessOutcome.RoleTooLow, null);
        return scope == Scope.Audit && caller.TenantId != AccessPolicy.HostTenant
            ? (AccessOutcome.NotHost, null)
            : (AccessOutcome.Admitted, caller);
    }

    /// <summary>True if a page that is asked for so may show buttons: a browser has neither token nor key.</summary>
    public bool AdmitsPage(HttpContext context) =>
        adminToken is null && !settings.IsProduction && IsFromThisMachine(context);

    /// <summary>What to do about a refusal.</summary>
    public static string Sentence(AccessOutcome outcome, Scope scope = Scope.Keys) => outcome switch
    {
        AccessOutcome.NoKey => "Send an API key as Authorization: Bearer.",
        AccessOutcome.NoToken => "Send an API key or the admin token as Authorization: Bearer.",
        AccessOutcome.NotConfigured =>
            "Send an API key as Authorization: Bearer; for the first one set LUMENLINK_ADMIN_TOKEN for the service, "
            + "and send that.",
        AccessOutcome.NotLoopback =>
            "Without an API key and LUMENLINK_ADMIN_TOKEN only callers on the service's own machine are admitted.",
        AccessOutcome.KeyMalformed => "This is not an API key as it was given out: its checksum does not fit.",
        AccessOutcome.KeyUnknown => "There is no such API key.",
        AccessOutcome.KeyExpired => "The API key's time is over: ask for another one.",
        AccessOutcome.KeyRevoked => "The API key was revoked.",
        AccessOutcome.RoleTooLow =>
            $"This call needs an API key with the role {RoleName(AccessPolicy.LeastFor(scope))}.",
        AccessOutcome.NotHost => "The audit is one for all tenants: only the tenant that runs the service reads it.",
        _ => "Too many unknown API keys were sent from there. Try again in a few seconds.",
    };

    /// <summary>A role as it is written.</summary>
    public static string RoleName(ApiRole role) => JsonNamingPolicy.SnakeCaseLower.ConvertName(role.ToString());

    private async ValueTask<(AccessOutcome Outcome, ApiCaller? Caller)> IdentifyAsync(
        HttpContext context, CancellationToken cancellationToken)
    {
        string? credential = BearerToken.Of(context.Request);
        if (credential is not null && adminToken?.Is(credential) == true)
            return (AccessOutcome.Admitted, ApiCaller.AdminToken);
        if (credential?.StartsWith(ApiKeyText.Prefix, StringComparison.Ordinal) == true)
        {
            (AccessOutcome outcome, ApiKeyView? key) =
                await keys.JudgeAsync(credential, AddressGate.AddressOf(context), cancellationToken);
            return (outcome, key is null ? null : ApiCaller.Of(key));
        }

        if (AdmitsPage(context))
            return (AccessOutcome.Admitted, ApiCaller.Loopback);
        return credential is not null && adminToken is not null
            ? (AccessOutcome.NoToken, null)
            : (AccessOutcome.Admitted, anonymous);
    }

    private AccessOutcome WithoutKey(Scope scope) =>
        AccessPolicy.May(ApiRole.Viewer, scope) ? AccessOutcome.NoKey
        : adminToken is not null ? AccessOutcome.NoToken
        : settings.IsProduction ? AccessOutcome.NotConfigured
        : AccessOutcome.NotLoopback;

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
