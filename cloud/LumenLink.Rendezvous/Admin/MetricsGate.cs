using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Configuration;

namespace LumenLink.Rendezvous.Admin;

/// <summary>Who may read the metrics: with LUMENLINK_METRICS_TOKEN who has it, else whoever reaches the port.</summary>
internal sealed class MetricsGate(RendezvousSettings settings)
{
    private readonly BearerToken? bearer = settings.MetricsToken is { } token ? new BearerToken(token) : null;

    /// <summary>True if the request may be answered.</summary>
    public bool Admits(HttpRequest request) => bearer?.Admits(request) ?? true;
}
