using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Simulator;

namespace LumenLink.Tests.Uplink.Support;

/// <summary>One connection of a board on a way.</summary>
/// <param name="board">The board's end.</param>
/// <param name="world">Its clock stands still while an answer of a broker may come.</param>
/// <param name="countUp">Told how many bytes of the board went on.</param>
/// <param name="isLost">Whether a frame to or from a broker gets lost.</param>
/// <param name="between">Who stands between board and broker.</param>
internal sealed class WayConnection(
    Socket board, SimWorld world, Action<int> countUp, Func<byte[], bool> isLost, Func<BrokerTalk, ITalk> between)
{
    private const int BufferBytes = 4096;

    /// <summary>How long a board may take to notice the end, wall time.</summary>
    private static readonly TimeSpan NoticesWithin = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _over = new();
    private readonly NetworkStream _board = new(board, ownsSocket: true);
    private readonly TaskCompletionSource _boardIsGone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isUpDead;
    private volatile bool _isDownDead;
    private volatile SslStream? _tls;
    private volatile BrokerTalk? _talk;
    private int _isEnding;

    /// <summary>What the board hears is what the service says.</summary>
    public bool IsHeard => !_isDownDead;

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
                    End();
                break;
        }
    }

    /// <summary>Ends it; again is harmless.</summary>
    public void Cut()
    {
        _over.Cancel();
        _board.Dispose();
    }

    /// <summary>
    /// Ends a connection to a broker that stood, in good order, and holds the clock until the board has noticed.
    /// </summary>
    public void End()
    {
        if (_talk is null)
            Cut();
        else if (Interlocked.Exchange(ref _isEnding, 1) == 0)
            _ = EndAsync(world.HoldClock());
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
    /// <param name="certificate">The server's, with its key.</param>
    /// <param name="port">Where the service listens.</param>
    /// <param name="isBroker">It speaks MQTT there, else HTTP.</param>
    public async Task ForwardAsync(X509Certificate2 certificate, int port, bool isBroker)
    {
        board.NoDelay = true;
        await using SslStream tls = new(_board, leaveInnerStreamOpen: true);
        SslServerAuthenticationOptions options = new() { ServerCertificate = certificate };
        await tls.AuthenticateAsServerAsync(options, _over.Token);
        using TcpClient service = new();
        await service.ConnectAsync(IPAddress.Loopback, port, _over.Token);
        service.NoDelay = true;
        NetworkStream plain = service.GetStream();
        if (!isBroker)
        {
            await Task.WhenAny(PumpUpAsync(tls, plain), PumpDownAsync(plain, tls));
            return;
        }

        using BrokerTalk talk = new(world, tls, plain, isLost);
        _tls = tls;
        _talk = talk;
        ITalk through = between(talk);
        Task down = TalkDownAsync(plain, talk, through);
        try
        {
            await TalkUpAsync(tls, through);
            await talk.LeaveAsync(_over.Token).WaitAsync(NoticesWithin);
        }
        catch (TimeoutException)
        {
            // The broker does not end.
        }
        finally
        {
            _boardIsGone.TrySetResult();
            Cut();
            await down;
        }
    }

    private async Task EndAsync(IDisposable hold)
    {
        using (hold)
        {
            try
            {
                await _tls!.ShutdownAsync();
                board.Shutdown(SocketShutdown.Send);
                await _boardIsGone.Task.WaitAsync(NoticesWithin);
            }
            catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException
                or InvalidOperationException or TimeoutException)
            {
                // It went by itself, or does not look.
            }

            Cut();
        }
    }

    private async Task TalkUpAsync(SslStream tls, ITalk through)
    {
        try
        {
            while (await MqttWire.ReadAsync(tls, _over.Token) is { } packet)
            {
                if (_isUpDead)
                    continue;
                countUp(packet.Length);
                await through.UpAsync(packet, _over.Token);
            }
        }
        catch (IOException) when (!_over.IsCancellationRequested)
        {
            // The board went without a word.
        }
    }

    private async Task TalkDownAsync(NetworkStream plain, BrokerTalk talk, ITalk through)
    {
        try
        {
            while (await MqttWire.ReadAsync(plain, _over.Token) is { } packet)
            {
                if (!_isDownDead)
                    await through.DownAsync(packet, _over.Token);
            }
        }
        catch (Exception error)
            when (error is IOException or OperationCanceledException or ObjectDisposedException
                or InvalidOperationException)
        {
            // The broker went.
        }

        // A service that ended a dead connection is not heard of.
        talk.Dispose();
        if (!_isDownDead)
            End();
    }

    private async Task PumpUpAsync(Stream from, Stream to)
    {
        byte[] buffer = new byte[BufferBytes];
        for (int count; (count = await from.ReadAsync(buffer, _over.Token)) > 0;)
        {
            if (_isUpDead)
                continue;
            countUp(count);
            await to.WriteAsync(buffer.AsMemory(0, count), _over.Token);
        }
    }

    private async Task PumpDownAsync(Stream from, Stream to)
    {
        byte[] buffer = new byte[BufferBytes];
        for (int count; (count = await from.ReadAsync(buffer, _over.Token)) > 0;)
        {
            if (!_isDownDead)
                await to.WriteAsync(buffer.AsMemory(0, count), _over.Token);
        }

        if (_isDownDead)
            await new TaskCompletionSource().Task.WaitAsync(_over.Token);
    }
}
