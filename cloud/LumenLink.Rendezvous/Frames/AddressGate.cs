using System.Net;
using System.Net.Sockets;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Frames;

/// <summary>
/// Bounds the exchanges of senders that nobody has authenticated: so many at a time, and a rate for each address, an
/// IPv6 address by its first 64 bits, which one household has.
/// </summary>
internal sealed class AddressGate(TimeProvider time)
{
    private const int NetworkBytes = 8;

    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, TokenBucket> rates = [];
    private int running;

    /// <summary>Takes a place among all. Every true is followed by one <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref running) <= TrustPolicy.UnknownSendersAtOnce)
            return true;
        Leave();
        return false;
    }

    /// <summary>Gives the place back.</summary>
    public void Leave() => Interlocked.Decrement(ref running);

    /// <summary>True when this address may send one more now.</summary>
    public bool Allows(IPAddress address)
    {
        IPAddress network = NetworkOf(address);
        DateTimeOffset now = time.GetUtcNow();
        lock (gate)
        {
            // Anybody can have many addresses: what runs at once stays bounded beside this.
            return rates.TryTake(network, TrustPolicy.AddressBurst, TrustPolicy.AddressEarnedEvery, now);
        }
    }

    /// <summary>
    /// Who calls: the connection's other end, or what the proxy on this machine says whom it forwards. Of several
    /// forwarders only the last is ours; what stands before it anybody may have written.
    /// </summary>
    public static IPAddress AddressOf(HttpContext context)
    {
        IPAddress remote = context.Connection.RemoteIpAddress ?? IPAddress.None;
        string? last = context.Request.Headers["X-Forwarded-For"].LastOrDefault()?.Split(',')[^1].Trim();
        return IPAddress.IsLoopback(remote) && IPAddress.TryParse(last, out IPAddress? forwarded) ? forwarded : remote;
    }

    /// <summary>True if the caller came over TLS: to here, or to the proxy on this machine.</summary>
    public static bool IsOverTls(HttpContext context) => context.Request.IsHttps
        || (context.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote)
            && context.Request.Headers["X-Forwarded-Proto"].LastOrDefault()?.Split(',')[^1].Trim()
                .Equals("https", StringComparison.OrdinalIgnoreCase) == true);

    /// <summary>Who calls, as one key for a household: what is asked for by it is answered alike.</summary>
    public static string ClientKeyOf(HttpContext context) => $"{NetworkOf(AddressOf(context))}";

    /// <summary>What is counted for an address: itself, of IPv6 the network that one household has.</summary>
    public static IPAddress NetworkOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return new IPAddress(bytes);
    }
}
