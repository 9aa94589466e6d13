using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace LumenLink.Tests.Uplink.Support;

/// <summary>One connection of a board on a way.</summary>
/// <param name="board">The board's end.</param>
/// <param name="quiet">Holds the clock while an answer may come.</param>
/// <param name="countUp">Told how many bytes of the board went on.</param>
internal sealed class WayConnection(Socket board, AnswerQuiet quiet, Action<int> countUp)
{
    private const int BufferBytes = 4096;

    private readonly CancellationTokenSource _over = new();
    private readonly NetworkStream _board = new(board, ownsSocket: true);
    private volatile bool _isUpDead;
    private volatile bool _isDownDead;

    /// <summary>A fault comes over it. What it breaks stays broken.</summary>
    /// <param name="fault">Which.</param>
    /// <param name="isNew">It opened to the fault, and lives as far as the fault lets it.</param>
    public void Suffer(WayFault fault, bool isNew)
    {
        switch (fault)
        {
            case WayFault.HalfOpen or WayFault.Swallowed or WayFault.Silent:
                _isUpDead = true;
                _isDownDead = true;
                break;
            case WayFault.UpwardLost:
                _isUpDead = true;
                break;
            case WayFault.None or WayFault.Lying:
                break;
            default:
                if (!isNew)
                    Cut();
                break;
        }
    }

    /// <summary>Ends it; again is harmless.</summary>
    public void Cut()
    {
        _over.Cancel();
        _board.Dispose();
    }

    /// <summary>Takes everything and says nothing, until the board goes.</summary>
    public async Task SwallowAsync()
    {
        byte[] buffer = new byte[BufferBytes];
        while (await _board.ReadAsync(buffer, _over.Token) > 0)
        {
        }
    }

    /// <summary>Says one thing and ends.</summary>
    public async Task SayAsync(byte[] answer)
    {
        await _board.ReadExactlyAsync(new byte[1], _over.Token);
        await _board.WriteAsync(answer, _over.Token);
    }

    /// <summary>TLS with the board, plain to a port on loopback, until either side ends.</summary>
    public async Task ForwardAsync(X509Certificate2 certificate, int port)
    {
        await using SslStream tls = new(_board, leaveInnerStreamOpen: true);
        SslServerAuthenticationOptions options = new() { ServerCertificate = certificate };
        await tls.AuthenticateAsServerAsync(options, _over.Token);
        using TcpClient service = new();
        await service.ConnectAsync(IPAddress.Loopback, port, _over.Token);
        service.NoDelay = true;
        NetworkStream plain = service.GetStream();
        await Task.WhenAny(PumpUpAsync(tls, plain), PumpDownAsync(plain, tls));
    }

    private async Task PumpUpAsync(Stream from, Stream to)
    {
        byte[] buffer = new byte[BufferBytes];
        for (int count; (count = await from.ReadAsync(buffer, _over.Token)) > 0;)
        {
            if (_isUpDead)
                continue;
            quiet.Stir();
            countUp(count);
            await to.WriteAsync(buffer.AsMemory(0, count), _over.Token);
        }
    }

    private async Task PumpDownAsync(Stream from, Stream to)
    {
        byte[] buffer = new byte[BufferBytes];
        for (int count; (count = await from.ReadAsync(buffer, _over.Token)) > 0;)
        {
            if (_isDownDead)
                continue;
            quiet.Stir();
            await to.WriteAsync(buffer.AsMemory(0, count), _over.Token);
        }

        // A service that ended a dead connection is not heard of.
        if (_isDownDead)
            await new TaskCompletionSource().Task.WaitAsync(_over.Token);
    }
}
