using System.Net.Sockets;
using System.Threading.Channels;
using MQTTnet.Adapter;
using MQTTnet.Packets;

namespace LumenLink.Simulator;

/// <summary>
/// One connection to a broker. Sends in order, without blocking; owns no thread. While the network swallows everything,
/// nothing passes in either direction and the connection stays, also when the device has dropped it meanwhile.
/// </summary>
internal sealed class MqttLink
{
    private readonly BoardRun _run;
    private readonly SimNetwork _network;
    private readonly AnswerHold _leaving;
    private readonly bool _isSwallowed;
    private readonly Action<MqttLink, MqttPacket> _received;
    private readonly Action<MqttLink> _lost;
    private readonly Action<MqttLink> _gateMoved;
    private readonly NetworkGate _gate = new();
    private readonly CancellationTokenSource _disposed = new();
    private readonly Channel<MqttPacket> _outgoing =
        Channel.CreateUnbounded<MqttPacket>(new UnboundedChannelOptions { SingleReader = true });

    private readonly TaskCompletionSource<MqttConnAckPacket?> _connAck = new();
    private MqttChannelAdapter? _adapter;
    private Socket? _socket;
    private Timer? _wallPings;
    private volatile bool _isClosed;
    private int _isDropped;
    private int _isDisposed;

    /// <summary>Makes a connection that is not open yet.</summary>
    /// <param name="run">The power cycle that it ends with.</param>
    /// <param name="isSwallowed">Nothing ever comes back on this one.</param>
    /// <param name="received">Called for each packet that arrives, one at a time, in order.</param>
    /// <param name="lost">Called when the connection broke; perhaps twice.</param>
    /// <param name="gateMoved">Called when the network begins or ends to swallow everything.</param>
    public MqttLink(
        BoardRun run,
        bool isSwallowed,
        Action<MqttLink, MqttPacket> received,
        Action<MqttLink> lost,
        Action<MqttLink> gateMoved)
    {
        Notice = new NoticeHold(run.World);
        _leaving = new AnswerHold(run.World);
        _run = run;
        _network = run.Board.Network;
        _isSwallowed = isSwallowed;
        _received = received;
        _lost = lost;
        _gateMoved = gateMoved;
        _gate.Set(!isSwallowed && !_network.IsBlackHole);
        _network.Changed += OnNetworkChanged;
        run.Stopping += Drop;
    }

    /// <summary>To be told who waits for the opening.</summary>
    public NoticeHold Notice { get; }

    /// <summary>Whether traffic passes.</summary>
    public bool Passes => _gate.IsOpen;

    /// <summary>The broker's answer to CONNECT; null when the connection broke before.</summary>
    public Task<MqttConnAckPacket?> ConnAck => _connAck.Task;

    /// <summary>Whether it was dropped or broke.</summary>
    public bool IsOver => Volatile.Read(ref _isDropped) != 0 || Volatile.Read(ref _isDisposed) != 0;

    /// <summary>Opens the connection.</summary>
    /// <param name="dialer">How.</param>
    /// <exception cref="OperationCanceledException">The device or its power went away meanwhile.</exception>
    public async Task OpenAsync(MqttDialer dialer)
    {
        await _gate.WhenOpen.WaitAsync(_disposed.Token).ConfigureAwait(false);
        (Socket socket, MqttChannelAdapter adapter) = await dialer.DialAsync(_disposed.Token).ConfigureAwait(false);
        _socket = socket;
        Interlocked.Exchange(ref _adapter, adapter);
        if (IsOver)
        {
            adapter.Dispose();
            throw new OperationCanceledException();
        }

        _ = PumpAsync(adapter);
        _ = ReceiveAsync(adapter);
    }

    /// <summary>Queues a packet for sending.</summary>
    public void Send(MqttPacket packet) => _outgoing.Writer.TryWrite(packet);

    public void Answer(MqttConnAckPacket packet) => _connAck.TrySetResult(packet);

    /// <summary>
    /// Pings by the wall clock, for the sake of the real broker: a virtual clock may stand still for longer than it
    /// waits.
    /// </summary>
    public void PingByWall(int periodMs) => _wallPings = new Timer(
        _ =>
        {
            if (Passes) Send(MqttPingReqPacket.Instance);
        },
        null,
        periodMs,
        periodMs);

    /// <summary>
    /// Ends the connection after what was queued has been sent; a virtual clock stands still until the other end has
    /// it.
    /// </summary>
    public void Close()
    {
        _leaving.Set(Passes && _adapter is not null && !IsOver, asked: true);
        _isClosed = true;
        _outgoing.Writer.TryComplete();
        _connAck.TrySetResult(null);
        if (_adapter is null) Dispose();
    }

    /// <summary>
    /// Ends the connection at once, without a word. In a network that swallows everything the broker notices nothing of
    /// it until that ends. In a virtual world what was sent before has left the board, else real threads would decide.
    /// </summary>
    public void Drop()
    {
        if (_run.World.IsVirtual && Passes && _adapter is not null)
        {
            Close();
            return;
        }

        if (Interlocked.Exchange(ref _isDropped, 1) != 0) return;
        _run.Stopping -= Drop;
        Close();
        if (Passes) Dispose();
        else _ = DisposeWhenPassingAsync();
    }

    private async Task DisposeWhenPassingAsync()
    {
        try
        {
            await _gate.WhenOpen.WaitAsync(_disposed.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The network went down meanwhile, and the connection with it.
        }

        Dispose();
    }

    private void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        Notice.OnEnd();
        _leaving.Set(false, asked: false);
        _run.Stopping -= Drop;
        _network.Changed -= OnNetworkChanged;
        _wallPings?.Dispose();
        _outgoing.Writer.TryComplete();
        _disposed.Cancel();
        _adapter?.Dispose();
        _connAck.TrySetResult(null);
    }

    private void OnNetworkChanged()
    {
        if (!_network.IsUp)
        {
            Lose();
            return;
        }

        bool passes = !_isSwallowed && !_network.IsBlackHole;
        _leaving.Set(passes && _isClosed && !IsOver, asked: true);
        _gate.Set(passes);
        _gateMoved(this);
    }

    private async Task PumpAsync(MqttChannelAdapter adapter)
    {
        try
        {
            await foreach (MqttPacket packet in _outgoing.Reader.ReadAllAsync(_disposed.Token).ConfigureAwait(false))
            {
                await _gate.WhenOpen.WaitAsync(_disposed.Token).ConfigureAwait(false);
                if (Volatile.Read(ref _isDropped) != 0) return;
                await adapter.SendPacketAsync(packet, _disposed.Token).ConfigureAwait(false);
            }

            if (Volatile.Read(ref _isDropped) != 0) return;
            if (_run.World.IsVirtual) _socket!.Shutdown(SocketShutdown.Send);
            else Dispose();
        }
        catch (Exception)
        {
            // However a connection breaks, it is over; whether that is news, its owner knows.
            Lose();
        }
    }

    private async Task ReceiveAsync(MqttChannelAdapter adapter)
    {
        try
        {
            while (await adapter.ReceivePacketAsync(_disposed.Token).ConfigureAwait(false) is { } packet)
            {
                await _gate.WhenOpen.WaitAsync(_disposed.Token).ConfigureAwait(false);
                _received(this, packet);
            }
        }
        catch (Exception)
        {
            // As when the broker ends it in good order: it is over.
        }

        Lose();
    }

    /// <summary>In this order: the other end lets a virtual clock go on when this end is gone.</summary>
    private void Lose()
    {
        _lost(this);
        Dispose();
    }
}
