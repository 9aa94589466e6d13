using System.Net.Sockets;

namespace LumenLink.Chaos.Net;

/// <summary>One connection through a proxy: a socket to the client, one to the server.</summary>
internal sealed class ProxyLink : IDisposable
{
    private readonly CancellationTokenSource _over = new();
    private readonly Lock _gate = new();
    private bool _isOver;

    /// <summary>Takes a client's connection; that to the server is not made yet.</summary>
    public ProxyLink(Socket client)
    {
        Client = client;
        Over = _over.Token;
        client.NoDelay = true;
    }

    /// <summary>To the client.</summary>
    public Socket Client { get; }

    /// <summary>To the server.</summary>
    public Socket Server { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Cancelled when it was reset.</summary>
    public CancellationToken Over { get; }

    /// <summary>Ends it at once: both sides see a reset, and what is on its way is lost.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            if (_isOver) return;
            _isOver = true;
            Client.LingerState = new LingerOption(true, 0);
            Server.LingerState = new LingerOption(true, 0);
            Client.Dispose();
            Server.Dispose();
        }

        _over.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            Client.Dispose();
            Server.Dispose();
        }
    }
}
