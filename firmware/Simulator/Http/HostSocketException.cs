using System.Net.Sockets;

namespace LumenLink.Simulator;

/// <summary>A connection failed; host assemblies tell device code in its own exception.</summary>
/// <param name="error">Why, as a code of Winsock.</param>
internal sealed class HostSocketException(SocketError error) : Exception
{
    public int Error { get; } = (int)error;

    /// <summary>True when the connection came about and what it was to be protected with did not.</summary>
    public bool IsOfTls => error == SocketError.SocketError;
}
