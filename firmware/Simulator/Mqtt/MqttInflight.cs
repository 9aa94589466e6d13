using System.Buffers;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace LumenLink.Simulator;

/// <summary>
/// Messages on their way in both directions, as M2Mqtt keeps them, without any input or output of its own. Its owner
/// serialises all calls. What is peculiar to M2Mqtt is kept: the bound of the queue holds for arriving messages too,
/// which are then lost without an answer; reason codes of acknowledgements are not looked at; a message of an earlier
/// connection that had been sent is not sent again.
/// </summary>
/// <param name="settings">The device's settings.</param>
/// <param name="send">Hands a packet to the connection.</param>
/// <param name="raise">Tells the device something.</param>
internal sealed class MqttInflight(
    IHostMqttSettings settings, Action<MqttPacket> send, Action<Action<IHostMqttEvents>> raise)
{
    private readonly List<Message> _queue = [];
    private readonly HashSet<ushort> _unanswered = [];
    private Dictionary<(ushort Id, bool IsOurs), Message>? _session;
    private ushort _lastId;

    private enum State
    {
        Queued,
        Waiting,
        WaitingForRelease,
        WaitingForCompletion,
    }

    /// <summary>Whether something was sent since this was last false that wants an answer.</summary>
    public bool Asked { get; set; }

    /// <summary>Whether an answer is awaited.</summary>
    public bool IsWaiting => _queue.Exists(message => message.IsOurs && message.State != State.Queued);

    /// <summary>When the next answer is overdue, protocol milliseconds; null: none is awaited.</summary>
    public long? DueMs
    {
        get
        {
            long due = long.MaxValue;
            foreach (Message message in _queue)
            {
                if (message.IsOurs && message.State != State.Queued)
                    due = Math.Min(due, message.SentMs + HostMqttLimits.RetryMs);
            }

            return due == long.MaxValue ? null : due;
        }
    }

    public ushort NextId() => _lastId = _lastId == ushort.MaxValue ? (ushort)1 : (ushort)(_lastId + 1);

    /// <summary>Queues a message of the device.</summary>
    /// <param name="id">Its identifier.</param>
    /// <param name="packet">The packet; null when its content is wrong, which shows when it is its turn.</param>
    /// <returns>False when the queue is full.</returns>
    public bool Enqueue(ushort id, MqttPacketWithIdentifier? packet)
    {
        if (_queue.Count >= settings.QueueSize) return false;
        Message message = new() { Id = id, IsOurs = true, Packet = packet };
        _queue.Add(message);
        if (packet is MqttPublishPacket { QualityOfServiceLevel: > MqttQualityOfServiceLevel.AtMostOnce })
        {
            _unanswered.Add(id);
            if (_session is not null) _session[(id, true)] = message;
        }

        return true;
    }

    /// <summary>Sends what is queued and again what was not answered in time.</summary>
    /// <returns>False when a message cannot be sent because its content is wrong.</returns>
    public bool Process(long nowMs)
    {
        foreach (Message message in _queue.ToArray())
        {
            if (!message.IsOurs) continue;
            if (message.State != State.Queued && nowMs - message.SentMs < HostMqttLimits.RetryMs) continue;
            if (message.State != State.Queued && message.Attempts >= HostMqttLimits.Attempts) GiveUp(message);
            else if (message.State == State.WaitingForCompletion) Release(message, nowMs);
            else if (!Send(message, nowMs)) return false;
        }

        return true;
    }

    /// <summary>Takes in what arrived.</summary>
    public void Receive(MqttPacket packet, long nowMs)
    {
        if (packet is MqttPacketWithIdentifier identified and not MqttPublishPacket)
            _unanswered.Remove(identified.PacketIdentifier);
        switch (packet)
        {
            case MqttPublishPacket publish:
                ReceivePublish(publish);
                break;
            case MqttPubAckPacket ack:
                Settle<MqttPublishPacket>(ack, State.Waiting, events => events.OnPublished(ack.PacketIdentifier, true));
                break;
            case MqttPubRecPacket received when Find(received.PacketIdentifier, State.Waiting) is { } message:
                message.Attempts = 0;
                Release(message, nowMs);
                break;
            case MqttPubCompPacket completed:
                Settle<MqttPublishPacket>(
                    completed,
                    State.WaitingForCompletion,
                    events => events.OnPublished(completed.PacketIdentifier, true));
                break;
            case MqttPubRelPacket release:
                ReceiveRelease(release);
                break;
            case MqttSubAckPacket ack:
                byte[] granted = [.. ack.ReasonCodes.Select(code => (byte)code)];
                Settle<MqttSubscribePacket>(
                    ack, State.Waiting, events => events.OnSubscribed(ack.PacketIdentifier, granted));
                break;
            case MqttUnsubAckPacket ack:
                Settle<MqttUnsubscribePacket>(
                    ack, State.Waiting, events => events.OnUnsubscribed(ack.PacketIdentifier));
                break;
        }
    }

    /// <summary>Prepares for a new connection.</summary>
    /// <param name="cleanSession">Whether what earlier connections left is forgotten.</param>
    public void Restore(bool cleanSession)
    {
        if (cleanSession)
        {
            _session?.Clear();
            return;
        }

        _session ??= [];
        foreach (Message message in _session.Values)
        {
            if (!_queue.Contains(message)) _queue.Add(message);
            if (message.State == State.Waiting) message.State = State.Queued;
        }
    }

    /// <summary>Forgets everything but the session.</summary>
    public void Clear()
    {
        _queue.Clear();
        _unanswered.Clear();
    }

    private bool Send(Message message, long nowMs)
    {
        message.SentMs = nowMs;
        message.Attempts++;
        MqttPacketWithIdentifier? packet = message.Packet;
        if (packet is MqttPublishPacket publish)
        {
            if (publish.QualityOfServiceLevel == MqttQualityOfServiceLevel.AtMostOnce)
            {
                Remove(message);
                send(publish);
                return true;
            }

            if (message.Attempts > 1 && !_unanswered.Contains(message.Id))
            {
                Remove(message);
                return true;
            }

            if (message.Attempts > 1) packet = HostMqttPackets.Again(publish);
        }

        if (packet is null) return false;
        message.State = State.Waiting;
        Asked = true;
        send(packet);
        return true;
    }

    private void Release(Message message, long nowMs)
    {
        message.State = State.WaitingForCompletion;
        message.SentMs = nowMs;
        message.Attempts++;
        Asked = true;
        send(new MqttPubRelPacket { PacketIdentifier = message.Id });
    }

    /// <summary>Nobody tells the device of a SUBSCRIBE or UNSUBSCRIBE that was never answered.</summary>
    private void GiveUp(Message message)
    {
        Remove(message);
        if (message.Packet is MqttPublishPacket) raise(events => events.OnPublished(message.Id, false));
    }

    private void Settle<TQuestion>(MqttPacketWithIdentifier answer, State state, Action<IHostMqttEvents> told)
        where TQuestion : MqttPacketWithIdentifier
    {
        if (Find(answer.PacketIdentifier, state) is not { Packet: TQuestion } message) return;
        Remove(message);
        raise(told);
    }

    private Message? Find(ushort id, State state) =>
        _queue.Find(message => message.IsOurs && message.Id == id && message.State == state);

    private Message? FindTheirs(ushort id) => _queue.Find(message => !message.IsOurs && message.Id == id);

    private void Remove(Message message)
    {
        _queue.Remove(message);
        _session?.Remove((message.Id, message.IsOurs));
    }

    private void ReceivePublish(MqttPublishPacket publish)
    {
        ushort id = publish.PacketIdentifier;
        bool isExactlyOnce = publish.QualityOfServiceLevel == MqttQualityOfServiceLevel.ExactlyOnce;
        if (isExactlyOnce && FindTheirs(id) is not null)
        {
            send(new MqttPubRecPacket { PacketIdentifier = id });
            return;
        }

        if (_queue.Count >= settings.QueueSize) return;
        if (isExactlyOnce)
        {
            Message message = new() { Id = id, Packet = publish, State = State.WaitingForRelease };
            _queue.Add(message);
            if (_session is not null) _session[(id, false)] = message;
            send(new MqttPubRecPacket { PacketIdentifier = id });
            return;
        }

        // In this order: who sees the acknowledgement knows that the device is told.
        RaiseReceived(publish);
        if (publish.QualityOfServiceLevel == MqttQualityOfServiceLevel.AtLeastOnce)
            send(new MqttPubAckPacket { PacketIdentifier = id });
    }

    private void ReceiveRelease(MqttPubRelPacket release)
    {
        send(new MqttPubCompPacket { PacketIdentifier = release.PacketIdentifier });
        if (FindTheirs(release.PacketIdentifier) is not { } message) return;
        Remove(message);
        RaiseReceived((MqttPublishPacket)message.Packet!);
    }

    private void RaiseReceived(MqttPublishPacket publish)
    {
        byte[] content = publish.Payload.ToArray();
        raise(events => events.OnReceived(
            publish.Topic, content, publish.Dup, (int)publish.QualityOfServiceLevel, publish.Retain));
    }

    private sealed class Message
    {
        public required ushort Id { get; init; }

        public bool IsOurs { get; init; }

        public MqttPacketWithIdentifier? Packet { get; init; }

        public State State { get; set; }

        public int Attempts { get; set; }

        public long SentMs { get; set; }
    }
}
