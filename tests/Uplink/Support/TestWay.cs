using System.Net;
using System.Net.Sockets;
using LumenLink.Simulator;

namespace LumenLink.Tests.Uplink.Support;

/// <summary>
/// One way from the boards to the service: ends TLS as a load balancer does, and has the fault that the test gives it.
/// While something is on its way to the service, or an answer may be, the world's clock stands still.
/// </summary>
internal sealed class TestWay : IAsyncDisposable
{
    /// <summary>A name of loopback that every host resolves.</summary>
    public const string Name = "localhost";

    private static readonly byte[] NoTls = "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray();

    private readonly Lock _lock = new();
    private readonly Dictionary<WayConnection, TaskCompletionSource> _open = [];
    private readonly SimWorld _world;
    private readonly bool _isBroker;
    private readonly WayAuthority _right;
    private readonly WayAuthority _wrong;
    private readonly Func<WayFault, int> _targetPort;
    private readonly Func<BrokerTalk, ITalk> _between;
    private Socket _listener;
    private bool _listens = true;
    private bool _hasService = true;
    private long _bytesUp;

    /// <summary>A way that works.</summary>
    /// <param name="world">Its clock stands still while an answer may come.</param>
    /// <param name="isBroker">It leads to a broker, else to HTTP.</param>
    /// <param name="right">Has the certificate that the boards trust.</param>
    /// <param name="wrong">Has another.</param>
    /// <param name="targetPort">Where a new connection leads.</param>
    /// <param name="between">Who stands between board and broker; null: nobody.</param>
    public TestWay(
        SimWorld world, bool isBroker, WayAuthority right, WayAuthority wrong, Func<WayFault, int> targetPort,
        Func<BrokerTalk, ITalk>? between = null)
    {
        _between = between ?? (talk => talk);
        _world = world;
        _isBroker = isBroker;
        _right = right;
        _wrong = wrong;
        _targetPort = targetPort;
        _listener = Bind(0);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        Listen();
    }

    public int Port { get; }

    public WayFault Fault { get; private set; }

    /// <summary>Bytes of boards that went on to the service.</summary>
    public long BytesUp => Interlocked.Read(ref _bytesUp);

    /// <summary>Connections accepted, whatever became of them.</summary>
    public int Accepted { get; private set; }

    /// <summary>
    /// Which frames to and from a broker are acknowledged and go no further; asked for each, as it passes.
    /// </summary>
    public Func<byte[], bool> Loses { get; set; } = _ => false;

    /// <summary>Gives it a fault, or <see cref="WayFault.None"/>. Connections that a fault broke stay broken.</summary>
    public void Set(WayFault fault)
    {
        lock (_lock)
        {
            Fault = fault;
            foreach (WayConnection connection in _open.Keys)
                connection.Suffer(fault, isNew: false);
            ListenOrNot();
        }
    }

    /// <summary>Whether there is a service behind it; without one connections are refused.</summary>
    public void Lead(bool toService)
    {
        lock (_lock)
        {
            _hasService = toService;
            ListenOrNot();
        }
    }

    /// <summary>Whether what a board asks by this way may be answered.</summary>
    public bool MayAnswer => Fault is not (WayFault.Swallowed or WayFault.Silent or WayFault.HalfOpen);

    /// <summary>What the network does with a new connection to this way.</summary>
    public ConnectionFate Fate => Fault == WayFault.Swallowed ? ConnectionFate.BlackHole : ConnectionFate.Passes;

    /// <summary>Done when every connection is over that is open now and on which the board hears the service.</summary>
    public Task WhenHeardAreOver()
    {
        lock (_lock)
            return Task.WhenAll(_open.Where(pair => pair.Key.IsHeard).Select(pair => pair.Value.Task));
    }

    /// <summary>Cuts all connections.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            foreach (WayConnection connection in _open.Keys)
                connection.Cut();
        }
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        Cut();
        return ValueTask.CompletedTask;
    }

    /// <summary>The port stays ours, also while nobody listens at it.</summary>
    private static Socket Bind(int port)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    private void Listen()
    {
        _listener.Listen();
        _ = AcceptAsync(_listener);
    }

    private void ListenOrNot()
    {
        bool listens = _hasService && Fault != WayFault.Refused;
        if (listens == _listens)
            return;
        _listens = listens;
        if (listens)
        {
            Listen();
            return;
        }

        _listener.Dispose();
        _listener = Bind(Port);
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                WayConnection connection = new(await listener.AcceptAsync(), _world, CountUp, IsLost, _between);
                _ = ServeAsync(connection);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Closed, by the test.
        }
    }

    private bool IsLost(byte[] frame) => Loses(frame);

    private void CountUp(int bytes) => Interlocked.Add(ref _bytesUp, bytes);

    private async Task ServeAsync(WayConnection connection)
    {
        WayFault fault;
        lock (_lock)
        {
            Accepted++;
            _open.Add(connection, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            fault = Fault;
        }

        try
        {
            await ServeAsync(connection, fault);
        }
        catch (Exception error)
            when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException
                or System.Security.Authentication.AuthenticationException)
        {
            // One side went, or the test cut it.
        }
        finally
        {
            connection.Cut();
            lock (_lock)
            {
                _open.Remove(connection, out TaskCompletionSource? over);
                over!.SetResult();
            }
        }
    }

    private async Task ServeAsync(WayConnection connection, WayFault fault)
    {
        switch (fault)
        {
            case WayFault.Silent or WayFault.HalfOpen or WayFault.Swallowed:
                await connection.SwallowAsync();
                return;
            case WayFault.NotTls:
                await connection.SayAsync(NoTls);
                return;
            default:
                connection.Suffer(fault, isNew: true);
                WayAuthority authority = fault == WayFault.WrongCertificate ? _wrong : _right;
                await connection.ForwardAsync(authority.Server, _targetPort(fault), _isBroker);
                return;
        }
    }
}
