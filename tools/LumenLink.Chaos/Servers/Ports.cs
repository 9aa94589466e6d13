using System.Net;
using System.Net.Sockets;

namespace LumenLink.Chaos.Servers;

/// <summary>Ports of loopback.</summary>
internal static class Ports
{
    /// <summary>One that nothing listens on now.</summary>
    public static int Free()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
