using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Limits;

namespace LumenLink.Rendezvous.Query;

/// <summary>
/// Which pages of other origins a browser lets call the API: those of LUMENLINK_CORS_ORIGINS; without the setting in
/// production https://lumenlink.org, in development pages of this machine. Never with cookies.
/// </summary>
internal static class CrossOrigin
{
    /// <summary>Name of the policy, which the calls under /api/v1 that a page may make have.</summary>
    public const string Policy = "api";

    private static readonly string[] ProductionDefault = ["https://lumenlink.org"];
    private static readonly string[] LocalHosts = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>Registers the policy.</summary>
    public static IServiceCollection AddCrossOrigin(this IServiceCollection services, RendezvousSettings settings) =>
        services.AddCors(cors => cors.AddPolicy(Policy, policy =>
        {
            policy.WithMethods("GET", "POST")
                .WithHeaders("Authorization", "Content-Type", StreamEndpoint.LastEventHeader)
                .WithExposedHeaders("Retry-After", LimitMiddleware.PolicyHeader, LimitMiddleware.StateHeader);
            if (settings.CorsOrigins is { } origins)
                policy.WithOrigins([.. origins]); // "*" among them, in development only, is any
            else if (settings.IsProduction)
                policy.WithOrigins(ProductionDefault);
            else
                policy.SetIsOriginAllowed(IsLocal);
        }));

    private static bool IsLocal(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri) && LocalHosts.Contains(uri.Host, StringComparer.Ordinal);
}
