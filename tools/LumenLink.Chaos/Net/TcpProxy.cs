using System.Net;
using System.Net.Sockets;
using LumenLink.Chaos.Plan;

namespace LumenLink.Chaos.Net;

/// <summary>
/// Stands between clients and one server on loopback, on a port of its own. Carries bytes both ways, a half-closed
/// connection too, until it is told to cut, to slow or to stall.
/// </summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private const int BufferBytes = 16 * 1024;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly HashSet<ProxyLink> _links = [];
    private readonly int _serverPort;
    private readonly Task _accepting;
    private TaskCompletionSource? _stall;
    private bool _isCut;
    private long _delayMs;
    private long _cuts;

    /// <summary>Listens at once.</summary>
    /// <param name="serverPort">The server's port on loopback.</param>
    public TcpProxy(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>Connections that it carries.</summary>
    public int Connections
    {
        get
        {
            lock (_gate) return _links.Count;
        }
    }

    /// <summary>Connections that a cut has reset, newcomers too.</summary>
    public long Cuts => Interlocked.Read(ref _cuts);

    /// <summary>How long each piece of up to 16 KB is held before it goes on.</summary>
    public TimeSpan Delay
    {
        get => TimeSpan.FromMilliseconds(Interlocked.Read(ref _delayMs));
        set => Interlocked.Exchange(ref _delayMs, (long)value.TotalMilliseconds);
    }

    /// <summary>Resets all connections; new ones too, until <see cref="Mend"/>.</summary>
    public void Cut()
    {
        ProxyLink[] links;
        lock (_gate)
        {
            _isCut = true;
            links = [.. _links];
        }

        Interlocked.Add(ref _cuts, links.Length);
        foreach (ProxyLink link in links) link.Reset();
    }

    /// <summary>Connections stay open and carry nothing until <see cref="Mend"/>; new ones wait too.</summary>
    public void Stall()
    {
        lock (_gate) _stall ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Takes every fault back.</summary>
    public void Mend()
    {
        TaskCompletionSource? stall;
        lock (_gate)
        {
            _isCut = false;
            stall = _stall;
            _stall = null;
        }

        Delay = TimeSpan.Zero;
        stall?.SetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        Cut();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        HashSet<Task> serving = [];
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptAsync(_end.Token);
                serving.RemoveWhere(task => task.IsCompleted);
                serving.Add(ServeAsync(client));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using ProxyLink link = new(client);
        bool isCut;
        lock (_gate)
        {
            isCut = _isCut;
            if (!isCut) _links.Add(link);
        }

        if (isCut)
        {
            Interlocked.Increment(ref _cuts);
            link.Reset();
            return;
        }

        try
        {
            await PassAsync(0);
            await link.Server.ConnectAsync(IPAddress.Loopback, _serverPort, link.Over);
            link.Server.NoDelay = true;
            await Task.WhenAll(PumpAsync(link, link.Client, link.Server), PumpAsync(link, link.Server, link.Client));
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            link.Reset(); // one side went without a word: so does the other
        }
        finally
        {
            lock (_gate) _links.Remove(link);
        }

        async Task PassAsync(int bytes)
        {
            if (bytes > 0) await PlannedTime.PassAsync(Delay, link.Over);
            Task? stall;
            lock (_gate) stall = _stall?.Task;
            if (stall is not null) await stall.WaitAsync(link.Over);
        }

        async Task PumpAsync(ProxyLink of, Socket from, Socket to)
        {
            try
            {
                byte[] buffer = new byte[BufferBytes];
                int count;
                while ((count = await from.ReceiveAsync(buffer, of.Over)) > 0)
                {
                    await PassAsync(count);
                    for (int sent = 0; sent < count;)
                        sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), of.Over);
                }

                await PassAsync(0);
                to.Shutdown(SocketShutdown.Send);
            }
            catch
            {
                of.Reset(); // the other direction waits on
                throw;
            }
        }
    }
}
