using System.Buffers.Binary;
using System.Text;

namespace LumenLink.Tests.Uplink.Support;

/// <summary>Packets of MQTT 3.1.1 on a stream, as far as a way has to know them.</summary>
internal static class MqttWire
{
    public const int Connect = 1;
    public const int ConnAck = 2;
    public const int Publish = 3;
    public const int PubAck = 4;
    public const int Subscribe = 8;
    public const int PingRequest = 12;
    public const int PingResponse = 13;

    /// <summary>PINGREQ, whole.</summary>
    public static readonly byte[] Ping = [0xC0, 0];

    private const int MaxLengthBytes = 4;

    /// <summary>The type of a packet.</summary>
    public static int TypeOf(byte[] packet) => packet[0] >> 4;

    /// <summary>Identifier of a PUBLISH at QoS 1 or a PUBACK; 0 for any other packet.</summary>
    public static int IdOf(byte[] packet)
    {
        int at = BodyOf(packet);
        if (TypeOf(packet) == Publish && (packet[0] & 0x06) == 0x02)
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(at));
        else if (TypeOf(packet) != PubAck)
            return 0;
        return BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(at));
    }

    /// <summary>Topic and payload of a PUBLISH.</summary>
    public static (string Topic, byte[] Payload) MessageOf(byte[] publish)
    {
        int at = BodyOf(publish);
        int topic = BinaryPrimitives.ReadUInt16BigEndian(publish.AsSpan(at));
        int payload = at + 2 + topic + ((publish[0] & 0x06) == 0 ? 0 : 2);
        return (Encoding.ASCII.GetString(publish, at + 2, topic), publish[payload..]);
    }

    /// <summary>A PUBLISH: at QoS 1 with an identifier, else, with 0, at QoS 0.</summary>
    public static byte[] MessageTo(string topic, byte[] payload, int id)
    {
        byte[] name = Encoding.ASCII.GetBytes(topic);
        byte[] idBytes = id == 0 ? [] : [(byte)(id >> 8), (byte)id];
        return Packet(
            id == 0 ? 0x30 : 0x32,
            [(byte)(name.Length >> 8), (byte)name.Length, .. name, .. idBytes, .. payload]);
    }

    /// <summary>A SUBSCRIBE to one topic at QoS 1.</summary>
    public static byte[] SubscribeTo(string topic, int id)
    {
        byte[] name = Encoding.ASCII.GetBytes(topic);
        return Packet(0x82, [(byte)(id >> 8), (byte)id, (byte)(name.Length >> 8), (byte)name.Length, .. name, 1]);
    }

    /// <summary>The PUBACK of a message.</summary>
    public static byte[] AckOf(int id) => [0x40, 2, (byte)(id >> 8), (byte)id];

    /// <summary>
    /// Client id of a CONNECT of MQTT 3.1.1, and where its password is, which is the last of its fields.
    /// </summary>
    public static (string Client, int PasswordAt) ConnectOf(byte[] connect)
    {
        int at = BodyOf(connect);
        at += 2 + BinaryPrimitives.ReadUInt16BigEndian(connect.AsSpan(at)) + 1; // protocol name and level
        bool hasWill = (connect[at] & 0x04) != 0;
        at += 3; // flags and keep-alive
        int length = BinaryPrimitives.ReadUInt16BigEndian(connect.AsSpan(at));
        string client = Encoding.ASCII.GetString(connect, at + 2, length);
        for (int skipped = hasWill ? 4 : 2; skipped > 0; skipped--) // client, will topic and message, user
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(connect.AsSpan(at));
        return (client, at + 2);
    }

    /// <summary>Reads a packet; null at the end.</summary>
    public static async Task<byte[]?> ReadAsync(Stream from, CancellationToken cancellation)
    {
        byte[] head = new byte[1 + MaxLengthBytes];
        if (await from.ReadAtLeastAsync(head.AsMemory(0, 1), 1, throwOnEndOfStream: false, cancellation) == 0)
            return null;
        int used = 0;
        int length = 0;
        do
        {
            used++;
            await from.ReadExactlyAsync(head.AsMemory(used, 1), cancellation);
            length |= (head[used] & 0x7F) << (7 * (used - 1));
        }
        while ((head[used] & 0x80) != 0 && used < MaxLengthBytes);

        byte[] packet = new byte[used + 1 + length];
        head.AsSpan(0, used + 1).CopyTo(packet);
        await from.ReadExactlyAsync(packet.AsMemory(used + 1), cancellation);
        return packet;
    }

    /// <summary>Where the variable header begins.</summary>
    private static int BodyOf(byte[] packet)
    {
        int at = 1;
        while ((packet[at++] & 0x80) != 0)
        {
        }

        return at;
    }

    private static byte[] Packet(int first, byte[] body)
    {
        List<byte> packet = [(byte)first];
        int left = body.Length;
        do
        {
            packet.Add((byte)((left & 0x7F) | (left > 0x7F ? 0x80 : 0)));
            left >>= 7;
        }
        while (left > 0);
        return [.. packet, .. body];
    }
}
