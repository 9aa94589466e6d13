using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace LumenLink.Tests.EndToEnd;

/// <summary>
/// Stands between boards and the broker. While it lies, it answers everything as a broker should and delivers nothing,
/// in either direction. MQTT 3.1.1, packet by packet.
/// </summary>
internal sealed class LyingProxy : IAsyncDisposable
{
    private const int Connect = 1;
    private const int Publish = 3;
    private const int Subscribe = 8;
    private const int PingRequest = 12;

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly int brokerPort;
    private readonly Task accepting;
    private long acknowledged;
    private volatile bool isLying;

    public LyingProxy(int brokerPort)
    {
        this.brokerPort = brokerPort;
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync();
    }

    public int Port { get; }

    public bool IsLying
    {
        get => isLying;
        set => isLying = value;
    }

    /// <summary>Messages that were acknowledged and thrown away.</summary>
    public long Acknowledged => Interlocked.Read(ref acknowledged);

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Stop();
        await accepting;
        end.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> serving = [];
        try
        {
            while (true)
                serving.Add(ServeAsync(await listener.AcceptTcpClientAsync(end.Token)));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient board)
    {
        using TcpClient broker = new();
        using (board)
        using (var over = CancellationTokenSource.CreateLinkedTokenSource(end.Token))
        {
            try
            {
                await broker.ConnectAsync(IPAddress.Loopback, brokerPort, over.Token);
                board.NoDelay = true;
                broker.NoDelay = true;
                Task up = PumpAsync(board.GetStream(), packet => FromBoardAsync(packet, board, broker), over.Token);
                Task down = PumpAsync(
                    broker.GetStream(),
                    packet => isLying ? Task.CompletedTask : WriteAsync(board, packet),
                    over.Token);
                await Task.WhenAny(up, down);
                await over.CancelAsync();
                await Task.WhenAll(up, down);
            }
            catch (Exception error) when (error is IOException or SocketException or OperationCanceledException)
            {
                // One side went: the other goes with it.
            }
        }
    }

    private Task FromBoardAsync(byte[] packet, TcpClient board, TcpClient broker)
    {
        if (!isLying)
            return WriteAsync(broker, packet);
        int at = 1;
        while ((packet[at++] & 0x80) != 0)
        {
        }

        switch (packet[0] >> 4)
        {
            case Connect:
                return WriteAsync(board, [0x20, 2, 0, 0]);
            case PingRequest:
                return WriteAsync(board, [0xD0, 0]);
            case Subscribe:
                return WriteAsync(board, [0x90, 3, packet[at], packet[at + 1], 1]); // our boards ask for one topic
            case Publish:
                Interlocked.Increment(ref acknowledged);
                bool isQos1 = (packet[0] & 0x06) == 0x02;
                int id = at + 2 + BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(at));
                return isQos1 ? WriteAsync(board, [0x40, 2, packet[id], packet[id + 1]]) : Task.CompletedTask;
            default:
                return Task.CompletedTask;
        }
    }

    private static async Task PumpAsync(NetworkStream from, Func<byte[], Task> take, CancellationToken cancellation)
    {
        while (await ReadPacketAsync(from, cancellation) is { } packet)
            await take(packet);
    }

    private static async Task<byte[]?> ReadPacketAsync(NetworkStream from, CancellationToken cancellation)
    {
        byte[] head = new byte[5];
        int length = 0;
        int used = 0;
        if (await from.ReadAtLeastAsync(head.AsMemory(0, 1), 1, throwOnEndOfStream: false, cancellation) == 0)
            return null;
        do
        {
            used++;
            await from.ReadExactlyAsync(head.AsMemory(used, 1), cancellation);
            length |= (head[used] & 0x7F) << (7 * (used - 1));
        }
        while ((head[used] & 0x80) != 0 && used < 4);

        byte[] packet = new byte[used + 1 + length];
        head.AsSpan(0, used + 1).CopyTo(packet);
        await from.ReadExactlyAsync(packet.AsMemory(used + 1), cancellation);
        return packet;
    }

    private static Task WriteAsync(TcpClient to, byte[] packet) => to.GetStream().WriteAsync(packet).AsTask();
}
