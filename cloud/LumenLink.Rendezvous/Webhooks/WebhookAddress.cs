using System.Net;
using System.Net.Sockets;

namespace LumenLink.Rendezvous.Webhooks;

/// <summary>
/// Where webhooks may be. The text is judged when it is given; what its name leads to is judged anew at each
/// connection, so that a name that leads elsewhere later gains nothing.
/// </summary>
/// <param name="AllowsLoopback">Development only: this machine itself, in clear and at any port.</param>
internal sealed record WebhookAddress(bool AllowsLoopback)
{
    /// <summary>
    /// What is not the public internet: IANA's special-purpose registries of IPv4 and IPv6 (RFC 6890), multicast.
    /// </summary>
    private static readonly IPNetwork[] Refused =
    [
        .. ((string[])
        [
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        ]).Select(IPNetwork.Parse),
    ];

    /// <summary>Every address of IPv6 that is given to somebody; all others are special.</summary>
    private static readonly IPNetwork Global = IPNetwork.Parse("2000::/3");

    /// <summary>The fault of an address of a webhook, as the end of a sentence; null when it is good.</summary>
    public string? FaultOf(string url)
    {
        if (url.Length is 0 or > WebhookPolicy.MaxUrl || url.Any(c => c is <= ' ' or > '~')
            || !Uri.TryCreate(url, UriKind.Absolute, out Uri? uri))
            return $"must be like https://host/path, at most {WebhookPolicy.MaxUrl} characters of ASCII";
        if (uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
            return "must have neither a user name nor a fragment";
        bool isHere = AllowsLoopback && uri.IsLoopback;
        if (uri.Scheme != Uri.UriSchemeHttps && !(isHere && uri.Scheme == Uri.UriSchemeHttp))
            return "must begin with https://";
        if (!isHere && !WebhookPolicy.Ports.Contains(uri.Port))
            return "must be at one of the ports " + string.Join(", ", WebhookPolicy.Ports.Order());
        return IPAddress.TryParse(uri.Host.Trim('[', ']'), out IPAddress? literal) && !Admits(literal)
            ? "must not lead to this network"
            : null;
    }

    /// <summary>True if something may be sent to this address.</summary>
    public bool Admits(IPAddress address)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (IPAddress.IsLoopback(plain))
            return AllowsLoopback;
        return !Refused.Any(network =>
                network.BaseAddress.AddressFamily == plain.AddressFamily && network.Contains(plain))
            && (plain.AddressFamily == AddressFamily.InterNetwork
                || (plain.AddressFamily == AddressFamily.InterNetworkV6 && plain.ScopeId == 0
                    && Global.Contains(plain)));
    }
}

/// <summary>A name leads to an address that nothing is sent to.</summary>
internal sealed class WebhookAddressException()
    : IOException("the receiver's name leads to an address that nothing is sent to");
