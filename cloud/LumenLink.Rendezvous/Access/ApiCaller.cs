using Microsoft.AspNetCore.Http.Features;

namespace LumenLink.Rendezvous.Access;

/// <summary>
/// Who makes a call, once it is admitted: one for each request, set by <see cref="AccessMiddleware"/>. A handler that
/// has it as a parameter gets it.
/// </summary>
/// <param name="TenantId">Whose data the call is about; there is no other.</param>
/// <param name="Name">As it is kept with what was asked for, and in the audit.</param>
/// <param name="Role">What it may do.</param>
/// <param name="KeyId">Id of its API key; null without one.</param>
internal sealed record ApiCaller(int TenantId, string Name, ApiRole Role, string? KeyId = null)
{
    /// <summary>Who has the admin token.</summary>
    public static readonly ApiCaller AdminToken = new(AccessPolicy.HostTenant, "admin token", ApiRole.Admin);

    /// <summary>Who calls from the machine itself in development.</summary>
    public static readonly ApiCaller Loopback = new(AccessPolicy.HostTenant, "loopback", ApiRole.Admin);

    /// <summary>Whoever has no key.</summary>
    public static ApiCaller Anonymous(ApiRole role) => new(AccessPolicy.HostTenant, "anonymous", role);

    /// <summary>Who has this key. Names repeat and can be chosen to mislead, so the id comes first.</summary>
    public static ApiCaller Of(Store.ApiKeyView key) =>
        new(key.TenantId, $"key {key.Id} {key.Name}", key.Role, key.Id);

    /// <summary>The caller of a request that was admitted.</summary>
    public static ApiCaller Of(HttpContext context) => context.Features.GetRequiredFeature<ApiCaller>();

    /// <summary>Gives a handler its parameter.</summary>
    public static ValueTask<ApiCaller?> BindAsync(HttpContext context) => ValueTask.FromResult<ApiCaller?>(Of(context));
}
