namespace System.Net.Sockets;

/// <summary>A socket failed.</summary>
public class SocketException(SocketError errorCode) : Exception
{
    public int ErrorCode { get; } = (int)errorCode;
}
