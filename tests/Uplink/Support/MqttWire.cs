using System.Buffers.Binary;

namespace LumenLink.Tests.Uplink.Support;

/// <summary>Packets of MQTT 3.1.1 on a stream, as far as a way has to know them.</summary>
internal static class MqttWire
{
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
        int at = 1;
        while ((packet[at++] & 0x80) != 0)
        {
        }

        if (TypeOf(packet) == Publish && (packet[0] & 0x06) == 0x02)
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(at));
        else if (TypeOf(packet) != PubAck)
            return 0;
        return BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(at));
    }

    /// <summary>What a PUBLISH at QoS 1 carries.</summary>
    public static ReadOnlySpan<byte> PayloadOf(byte[] packet)
    {
        int at = 1;
        while ((packet[at++] & 0x80) != 0)
        {
        }

        return packet.AsSpan(at + 2 + BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(at)) + 2);
    }

    /// <summary>PUBACK of a PUBLISH at QoS 1.</summary>
    public static byte[] Acknowledge(byte[] publish)
    {
        byte[] packet = [0x40, 2, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)IdOf(publish));
        return packet;
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
}
