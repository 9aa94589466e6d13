using System.Net;
using System.Net.Sockets;

namespace LumenLink.Tests.Simulator.Mqtt;

/// <summary>What a board sent.</summary>
/// <param name="Head">The first byte: type and flags.</param>
/// <param name="Body">What follows the length.</param>
internal sealed record RawPacket(byte Head, byte[] Body)
{
    /// <summary>Identifier of a PUBLISH of quality 1 or 2, or of any other packet that begins with one.</summary>
    public int Id => Head >> 4 == 3 ? At((Body[0] << 8 | Body[1]) + 2) : At(0);

    private int At(int offset) => Body[offset] << 8 | Body[offset + 1];
}

/// <summary>A broker that does nothing by itself: the test answers, or does not, byte by byte.</summary>
internal sealed class RawBroker : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public RawBroker() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Takes the next connection.</summary>
    public async Task<RawConnection> Accept() =>
        new(await _listener.AcceptSocketAsync().WaitAsync(MqttBoard.Patience));

    /// <summary>Takes the next connection, and its CONNECT with success.</summary>
    public async Task<RawConnection> Welcome()
    {
        RawConnection connection = await Accept();
        await connection.Expect(0x10);
        connection.Send(0x20, 2, 0, 0);
        return connection;
    }

    public void Dispose() => _listener.Dispose();
}

/// <summary>One connection of a <see cref="RawBroker"/>.</summary>
internal sealed class RawConnection(Socket socket) : IDisposable
{
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);

    public void Send(params byte[] bytes) => _stream.Write(bytes);

    /// <summary>Sends what the board may no longer want to read.</summary>
    public void TrySend(byte[] bytes)
    {
        try
        {
            _stream.Write(bytes);
        }
        catch (IOException)
        {
            // It closed the connection before the last byte, as it should.
        }
    }

    /// <summary>The next packet, with this first byte.</summary>
    public async Task<RawPacket> Expect(byte head)
    {
        RawPacket? packet = await Read().WaitAsync(MqttBoard.Patience);
        Assert.NotNull(packet);
        Assert.Equal(head, packet.Head);
        return packet;
    }

    /// <summary>The next thing is the end of the connection.</summary>
    public async Task ExpectEnd() => Assert.Null(await Read().WaitAsync(MqttBoard.Patience));

    public void Dispose() => _stream.Dispose();

    private async Task<RawPacket?> Read()
    {
        try
        {
            byte[] one = new byte[1];
            if (await _stream.ReadAsync(one) == 0) return null;
            byte head = one[0];
            int length = 0;
            int shift = 0;
            do
            {
                await _stream.ReadExactlyAsync(one);
                length |= (one[0] & 0x7F) << shift;
                shift += 7;
            }
            while ((one[0] & 0x80) != 0);
            byte[] body = new byte[length];
            await _stream.ReadExactlyAsync(body);
            return new RawPacket(head, body);
        }
        catch (IOException)
        {
            // Reset instead of closed: what the board had not read was lost with it.
            return null;
        }
    }
}
