using System.Net;
using System.Net.Sockets;

namespace LumenLink.Simulator;

/// <summary>Where a client connects to, fixed when it is made.</summary>
/// <param name="Host">The name as the device gave it; a TLS certificate must be for it.</param>
/// <param name="Address">What the name resolved to.</param>
/// <param name="Port">TCP port.</param>
/// <param name="Tls">What the connection is protected with; null: nothing.</param>
internal sealed record HostEndpoint(string Host, IPAddress Address, int Port, HostTls? Tls)
{
    /// <summary>Resolves a name as the device does: its first IPv4 address.</summary>
    /// <returns>Null: there is none, or no network.</returns>
    public static HostEndpoint? Resolve(string host, int port, HostTls? tls)
    {
        Strand strand = Strand.Current;
        if (!strand.Run.Wifi.IsConnected) return null;
        if (IPAddress.TryParse(host, out IPAddress? literal)) return new(host, literal, port, tls);
        if (strand.Run.Board.Network.IsBlackHole)
        {
            HostEvent.Sleep(HostNetLimits.NameMs);
            return null;
        }

        if (strand.Run.Board.Network.OnResolve?.Invoke(host) == false) return null;
        try
        {
            IPAddress? found = Dns.GetHostAddresses(host, AddressFamily.InterNetwork).FirstOrDefault();
            return found is null ? null : new(host, found, port, tls);
        }
        catch (SocketException)
        {
            return null;
        }
    }
}

/// <summary>How a connection is protected.</summary>
/// <param name="Authority">DER of the certificate that signs the server's; null: what the board's bundle holds.</param>
/// <param name="Allows12">Whether TLS 1.2 may be used.</param>
/// <param name="Allows13">Whether TLS 1.3 may be used.</param>
internal sealed record HostTls(byte[]? Authority, bool Allows12, bool Allows13);
