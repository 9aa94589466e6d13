using System.Text;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace LumenLink.Simulator;

/// <summary>
/// Makes the packets that a device sends; null where M2Mqtt finds the content wrong when it encodes it.
/// </summary>
internal static class HostMqttPackets
{
    public static MqttConnectPacket Connect(HostMqttConnect connect)
    {
        MqttConnectPacket packet = new()
        {
            ClientId = connect.ClientId,
            Username = string.IsNullOrEmpty(connect.User) ? null : connect.User,
            Password = string.IsNullOrEmpty(connect.Password) ? null : Encoding.UTF8.GetBytes(connect.Password),
            CleanSession = connect.CleanSession,
            KeepAlivePeriod = connect.KeepAliveS,
            RequestProblemInformation = true,
        };
        if (connect.Version == 5)
        {
            packet.SessionExpiryInterval = connect.SessionExpiryS;
            packet.MaximumPacketSize = connect.MaximumPacketBytes;
            packet.ReceiveMaximum = connect.ReceiveMaximum == ushort.MaxValue ? (ushort)0 : connect.ReceiveMaximum;
        }

        if (connect.Will is { } will)
        {
            packet.WillFlag = true;
            packet.WillTopic = will.Topic;
            packet.WillMessage = Encoding.UTF8.GetBytes(will.Message);
            packet.WillQoS = (MqttQualityOfServiceLevel)will.Qos;
            packet.WillRetain = will.Retain;
        }

        return packet;
    }

    /// <summary>The payload is not copied: what the device changes before it is sent, changes what is sent.</summary>
    public static MqttPublishPacket? Publish(
        ushort id, string? topic, byte[]? message, int qos, bool retain, string? contentType)
    {
        if (!IsTopic(topic) || topic.AsSpan().ContainsAny('#', '+') || qos is < 0 or > 2) return null;
        return new MqttPublishPacket
        {
            PacketIdentifier = qos == 0 ? (ushort)0 : id,
            Topic = topic,
            PayloadSegment = message ?? [],
            QualityOfServiceLevel = (MqttQualityOfServiceLevel)qos,
            Retain = retain,
            ContentType = contentType,
        };
    }

    /// <summary>The same message once more; the first may still wait to be sent, so it stays as it is.</summary>
    public static MqttPublishPacket Again(MqttPublishPacket publish) => new()
    {
        PacketIdentifier = publish.PacketIdentifier,
        Topic = publish.Topic,
        Payload = publish.Payload,
        QualityOfServiceLevel = publish.QualityOfServiceLevel,
        Retain = publish.Retain,
        ContentType = publish.ContentType,
        Dup = true,
    };

    /// <summary>
    /// Whether a broker may send this. A board would not close at what it may not, but read on in the middle of the
    /// packet; what follows then is chance, so here it is the end of the connection.
    /// </summary>
    public static bool IsForClients(MqttPacket packet) => packet switch
    {
        MqttConnectPacket or MqttSubscribePacket or MqttUnsubscribePacket or MqttPingReqPacket => false,
        MqttPublishPacket publish => publish.QualityOfServiceLevel <= MqttQualityOfServiceLevel.ExactlyOnce,
        _ => true,
    };

    public static MqttSubscribePacket? Subscribe(ushort id, string[]? topics, int[]? qos)
    {
        if (topics is not { Length: > 0 } || qos is null || qos.Length != topics.Length) return null;
        if (!Array.TrueForAll(topics, IsTopic)) return null;
        MqttSubscribePacket packet = new() { PacketIdentifier = id };
        for (int index = 0; index < topics.Length; index++)
        {
            packet.TopicFilters.Add(new MqttTopicFilter
            {
                Topic = topics[index],
                QualityOfServiceLevel = (MqttQualityOfServiceLevel)qos[index],
            });
        }

        return packet;
    }

    public static MqttUnsubscribePacket? Unsubscribe(ushort id, string[]? topics)
    {
        if (topics is not { Length: > 0 } || !Array.TrueForAll(topics, IsTopic)) return null;
        return new MqttUnsubscribePacket { PacketIdentifier = id, TopicFilters = [.. topics] };
    }

    private static bool IsTopic(string? topic) => topic is { Length: > 0 and <= HostMqttLimits.TopicCharacters };
}
