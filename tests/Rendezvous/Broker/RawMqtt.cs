using System.Net.Sockets;
using System.Text;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Broker;

/// <summary>MQTT 5 byte by byte, for what no client library does.</summary>
internal static class RawMqtt
{
    public const byte Puback = 0x40;
    public const byte Pingresp = 0xD0;

    /// <summary>CONNECT of MQTT 5 with a good token, and its CONNACK read.</summary>
    public static async Task<TcpClient> ConnectAsync(int port, TestBeacon beacon, byte[]? will = null)
    {
        TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", port);
        byte flags = (byte)(0xC2 | (will is null ? 0 : 4));
        await client.GetStream().WriteAsync(Packet(
            0x10,
            [
                .. Text("MQTT"), 5, flags, 0, 0, 0, .. Text(beacon.IdText), .. will ?? [], .. Text(beacon.IdText),
                .. Text(beacon.Token()),
            ]));
        (byte head, byte[] body) = await ReadAsync(client.GetStream());
        Assert.Equal((0x20, 0), (head, body[1]));
        return client;
    }

    /// <summary>A PUBLISH at QoS 1.</summary>
    public static byte[] Publish(string topic, ushort id, byte[] payload) =>
        Packet(0x32, [.. Text(topic), (byte)(id >> 8), (byte)id, 0, .. payload]);

    public static byte[] Text(string text) =>
        [(byte)(text.Length >> 8), (byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    public static byte[] Packet(byte head, byte[] body)
    {
        byte[] length = body.Length < 128
            ? [(byte)body.Length]
            : [(byte)((body.Length & 0x7F) | 0x80), (byte)(body.Length >> 7)];
        return [head, .. length, .. body];
    }

    /// <summary>The next packet with less than 128 bytes of body.</summary>
    public static async Task<(byte Head, byte[] Body)> ReadAsync(NetworkStream stream)
    {
        byte[] head = new byte[2];
        await stream.ReadExactlyAsync(head).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        byte[] body = new byte[head[1]];
        await stream.ReadExactlyAsync(body).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        return (head[0], body);
    }
}
