using MQTTnet.Exceptions;
using MQTTnet.Packets;

namespace LumenLink.Simulator;

/// <summary>
/// What stands behind M2Mqtt's client: one connection at a time to a real broker, without a thread of its own. What it
/// has to tell comes to device code as callbacks of the board; its timers run on protocol time.
/// </summary>
internal sealed class HostMqttClient
{
    private readonly Lock _lock = new();
    private readonly object _telling = new();
    private readonly BoardRun _run;
    private readonly HostEndpoint _endpoint;
    private readonly IHostMqttEvents _events;
    private readonly MqttInflight _inflight;
    private readonly AnswerHold _hold;
    private readonly MqttOpening _opening;
    private MqttLink? _link;
    private HostMqttConnect? _request;
    private AgendaItem? _retry;
    private AgendaItem? _keepAlive;
    private long _retryMs;
    private long _lastSentMs;
    private bool _isConnecting;
    private bool _isClosing;
    private bool _isPinging;
    private bool _isSounding;
    private volatile bool _isConnected;
    private volatile int _closes;

    /// <summary>Makes a client for the board whose code runs here.</summary>
    public HostMqttClient(HostEndpoint endpoint, IHostMqttSettings settings, IHostMqttEvents events)
    {
        _run = Strand.Current.Run;
        _endpoint = endpoint;
        _events = events;
        _hold = new AnswerHold(_run.World);
        _opening = new MqttOpening(endpoint);
        _inflight = new MqttInflight(settings, Send, Raise);
    }

    public bool IsConnected => _isConnected;

    private long NowMs => _run.World.LinkMs;

    private int KeepAliveMs => _request!.KeepAliveS * 1000;

    /// <summary>
    /// Connects and waits for the broker's answer. An open connection is dropped first, without an event.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// A tick or callback runs here: only threads and link jobs can wait.
    /// </exception>
    public HostMqttConnected Connect(HostMqttConnect request)
    {
        if (!Strand.Current.Blocks)
            throw new InvalidOperationException("A tick or a callback cannot wait for a broker.");
        MqttLink link = Begin(request);
        try
        {
            return _opening.Open(link, request);
        }
        finally
        {
            lock (_lock)
            {
                _isConnecting = false;
                Refresh();
            }

            if (_run.IsStopped) OnPowerOff();
        }
    }

    /// <summary>Queues a message.</summary>
    /// <returns>Its identifier, or -1 when the queue is full.</returns>
    public int Publish(string? topic, byte[]? message, int qos, bool retain, string? contentType)
    {
        lock (_lock)
        {
            ushort id = _inflight.NextId();
            bool queued = _inflight.Enqueue(id, HostMqttPackets.Publish(id, topic, message, qos, retain, contentType));
            ProcessInflight();
            return queued ? id : -1;
        }
    }

    /// <summary>Queues a subscription; one that finds the queue full is forgotten.</summary>
    public ushort Subscribe(string[]? topics, int[]? qos)
    {
        lock (_lock)
        {
            ushort id = _inflight.NextId();
            _inflight.Enqueue(id, HostMqttPackets.Subscribe(id, topics, qos));
            ProcessInflight();
            return id;
        }
    }

    /// <summary>Queues the end of a subscription; one that finds the queue full is forgotten.</summary>
    public ushort Unsubscribe(string[]? topics)
    {
        lock (_lock)
        {
            ushort id = _inflight.NextId();
            _inflight.Enqueue(id, HostMqttPackets.Unsubscribe(id, topics));
            ProcessInflight();
            return id;
        }
    }

    /// <summary>
    /// Says goodbye; the connection is closed and the device told so when earlier events have been told.
    /// </summary>
    /// <returns>False when there is no connection to say it on.</returns>
    public bool Disconnect()
    {
        lock (_lock)
        {
            if (_link is not { IsOver: false } link) return false;
            link.Send(new MqttDisconnectPacket());
            BeginClosing();
            return true;
        }
    }

    /// <summary>Ends the connection without goodbye and forgets what is queued, events included.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closes++;
            End(link => link.Close());
        }

        HostEvent.Sleep(HostMqttLimits.CloseMs);
    }

    private MqttLink Begin(HostMqttConnect request)
    {
        SimNetwork network = _run.Board.Network;
        ConnectionFate fate = network.FateOf(_endpoint.Host, _endpoint.Port);
        lock (_lock)
        {
            MqttLink? old = _link;
            if (old is null) _run.Stopping += OnPowerOff;
            bool isSwallowed = fate == ConnectionFate.BlackHole && !network.IsBlackHole;
            _link = new MqttLink(_run, isSwallowed, OnReceived, OnLost, OnGateMoved);
            old?.Drop();
            _keepAlive?.Cancel();
            _request = request;
            _isConnected = false;
            _isConnecting = true;
            _isClosing = false;
            _isPinging = false;
            _isSounding = false;
            if (fate == ConnectionFate.Refused) _link.Drop();
            Refresh(asked: true);
            return _link;
        }
    }

    private void Send(MqttPacket packet)
    {
        _lastSentMs = NowMs;
        _link?.Send(packet);
    }

    private void ProcessInflight()
    {
        if (!_isConnected) return;
        bool isSound = _inflight.Process(NowMs);
        Refresh();
        if (!isSound) BeginClosing();
    }

    private void OnReceived(MqttLink link, MqttPacket packet)
    {
        lock (_lock)
        {
            if (link != _link) return;
            if (packet is MqttConnAckPacket answer)
            {
                if (MqttOpening.CodeOf(answer, _request!.Version) == 0 && _isConnecting) Establish(link);
                link.Answer(answer);
                return;
            }

            // Before a connection is there, a broker has nothing to say but whether it will be.
            bool isTooEarly = !_isConnected && !_isClosing;
            if (isTooEarly || !HostMqttPackets.IsForClients(packet))
                throw new MqttProtocolViolationException("A broker must not send this, or not yet.");
            if (packet is MqttPingRespPacket) _isPinging = _isSounding = false;
            _inflight.Receive(packet, NowMs);
            Refresh();
        }
    }

    private void Establish(MqttLink link)
    {
        _isConnected = true;
        _lastSentMs = NowMs;
        _inflight.Restore(_request!.CleanSession);
        if (_request.KeepAliveS > 0)
        {
            _keepAlive = Arm(KeepAliveMs, KeepAlive);
            if (_run.World.IsVirtual) link.PingByWall(KeepAliveMs);
        }

        ProcessInflight();
    }

    private void KeepAlive()
    {
        lock (_lock)
        {
            if (!_isConnected) return;
            long quietMs = NowMs - _lastSentMs;
            if (_isPinging)
            {
                BeginClosing();
                return;
            }

            if (quietMs >= KeepAliveMs)
            {
                _isPinging = true;
                Send(MqttPingReqPacket.Instance);
                Refresh(asked: true);
                quietMs = 0;
            }

            _keepAlive = Arm(KeepAliveMs - quietMs, KeepAlive);
        }
    }

    private void Retry()
    {
        lock (_lock)
        {
            _retry = null;
            ProcessInflight();
        }
    }

    /// <summary>Brings the retry timer and the hold on a virtual clock up to date.</summary>
    private void Refresh(bool asked = false)
    {
        long? dueMs = _isConnected ? _inflight.DueMs : null;
        if (_retry is not null && dueMs != _retryMs)
        {
            _retry.Cancel();
            _retry = null;
        }

        if (_retry is null && dueMs is { } atMs)
        {
            _retryMs = atMs;
            _retry = Arm(Math.Max(1, atMs - NowMs), Retry);
        }

        bool waits = _isConnecting || (_isConnected && (_isPinging || _isSounding || _inflight.IsWaiting));
        bool mayCome = _link is { Passes: true, IsOver: false }
            && _run.Board.Network.MayAnswer?.Invoke(_endpoint.Host, _endpoint.Port) != false;
        _hold.Set(waits && mayCome, asked || _inflight.Asked);
        _inflight.Asked = false;
    }

    /// <summary>Puts something on the agenda by protocol time.</summary>
    private AgendaItem Arm(long delayMs, Action action)
    {
        SimWorld world = _run.World;
        return world.Schedule(world.NowMs + (long)Math.Ceiling(delayMs * world.Speed), _run.Board.Ordinal, action);
    }

    /// <summary>
    /// What a silent network held up goes on its way when it is over, what the device has given up too: in a virtual
    /// world a ping after it tells when it has arrived.
    /// </summary>
    private void OnGateMoved(MqttLink link)
    {
        lock (_lock)
        {
            if (link != _link) return;
            if (link.Passes && _isConnected && _run.World.IsVirtual)
            {
                _isSounding = true;
                link.Send(MqttPingReqPacket.Instance);
            }

            Refresh(asked: link.Passes);
        }
    }

    private void OnLost(MqttLink link)
    {
        lock (_lock)
        {
            if (link == _link) BeginClosing();
        }
    }

    /// <summary>
    /// The connection is to end: first what was told before, then the end itself, then the word of it.
    /// </summary>
    private void BeginClosing()
    {
        bool wasConnected = _isConnected;
        _isConnected = false;
        MqttLink? link = _link;
        if (wasConnected && !_isClosing)
        {
            _isClosing = true;
            RaiseAfter(
                () =>
                {
                    lock (_lock)
                    {
                        if (_link != link) return false;
                        End(open => open.Close());
                        return true;
                    }
                },
                events => events.OnConnectionClosed());
        }

        Refresh();
    }

    /// <summary>Ends the connection, if there is one, and forgets what is queued.</summary>
    private void End(Action<MqttLink> how)
    {
        MqttLink? link = _link;
        _link = null;
        _isConnected = false;
        _isPinging = false;
        _isSounding = false;
        _keepAlive?.Cancel();
        _inflight.Clear();
        if (link is not null)
        {
            _run.Stopping -= OnPowerOff;
            how(link);
        }

        Refresh();
    }

    private void OnPowerOff()
    {
        lock (_lock) End(link => link.Drop());
    }

    private void Raise(Action<IHostMqttEvents> told) => RaiseAfter(() => true, told);

    /// <summary>Tells device code something, as a callback of the board; one after the other.</summary>
    /// <param name="begin">Called first; false: there is nothing to tell any more.</param>
    /// <param name="told">What to tell. An exception out of it ends the connection too.</param>
    private void RaiseAfter(Func<bool> begin, Action<IHostMqttEvents> told)
    {
        int closes = _closes;
        _run.Schedule(Math.Max(_run.ClockMs, _run.WorldNowMs), StrandKind.Callback, () =>
        {
            using HostGuard oneAtATime = _run.Guard(_telling);
            if (closes != _closes || !begin()) return;
            try
            {
                told(_events);
            }
            catch (Exception error) when (error is not BoardStoppedException)
            {
                lock (_lock) BeginClosing();
                throw;
            }
        });
    }
}
