using System.Net;
using System.Net.Sockets;
using LumenLink.Chaos.Net;

namespace LumenLink.Tests.Chaos;

/// <summary>The proxy with real sockets.</summary>
public sealed class TcpProxyTests : IAsyncLifetime
{
    private static readonly byte[] Question = [1, 2, 3];
    private static readonly byte[] Answer = [4, 5];

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(1));
    private TcpProxy _proxy = null!;

    private CancellationToken Patience => _patience.Token;

    public Task InitializeAsync()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _proxy = new TcpProxy(((IPEndPoint)_listener.LocalEndPoint!).Port);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        _listener.Dispose();
        _patience.Dispose();
    }

    [Fact]
    public async Task Bytes_go_both_ways_also_when_one_way_has_ended()
    {
        (Socket client, Socket server) = await ConnectAsync();
        await client.SendAsync(Question, Patience);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(Question, await ReadToEndAsync(server));
        await server.SendAsync(Answer, Patience);
        server.Shutdown(SocketShutdown.Send);
        Assert.Equal(Answer, await ReadToEndAsync(client));
    }

    [Fact]
    public async Task A_large_message_comes_whole_and_in_order()
    {
        byte[] sent = new byte[1 << 20];
        new Random(1).NextBytes(sent);
        (Socket client, Socket server) = await ConnectAsync();
        Task<byte[]> reading = ReadToEndAsync(server);
        for (int done = 0; done < sent.Length;) done += await client.SendAsync(sent.AsMemory(done), Patience);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(sent, await reading);
    }

    [Fact]
    public async Task A_cut_resets_both_sides_and_whoever_comes_until_it_is_mended()
    {
        (Socket client, Socket server) = await ConnectAsync();
        _proxy.Cut();
        await AssertResetAsync(client);
        await AssertResetAsync(server);
        await AssertNewcomerIsResetAsync();
        Assert.Equal(2, _proxy.Cuts);

        _proxy.Mend();
        (client, server) = await ConnectAsync();
        await client.SendAsync(Question, Patience);
        Assert.Equal(Question, await ReadAsync(server, Question.Length));
    }

    [Fact]
    public async Task Stalled_connections_stay_and_carry_what_they_have_when_they_are_mended()
    {
        (Socket client, Socket server) = await ConnectAsync();
        _proxy.Stall();
        await client.SendAsync(Question, Patience);
        using Socket waiting = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await waiting.ConnectAsync(IPAddress.Loopback, _proxy.Port, Patience);
        Task<byte[]> reading = ReadAsync(server, Question.Length);
        Task<Socket> accepting = _listener.AcceptAsync(Patience).AsTask();

        // A third party's round trip through another proxy shows that time went by for these too.
        await RoundTripPastAsync();
        Assert.False(reading.IsCompleted);
        Assert.False(accepting.IsCompleted);
        Assert.Equal(2, _proxy.Connections);

        _proxy.Mend();
        Assert.Equal(Question, await reading);
        (await accepting).Dispose();
    }

    [Fact]
    public async Task A_cut_ends_a_stalled_connection_too()
    {
        (Socket client, Socket server) = await ConnectAsync();
        _proxy.Stall();
        await client.SendAsync(Question, Patience);
        _proxy.Cut();
        await AssertResetAsync(client);
        await AssertResetAsync(server);
    }

    [Fact]
    public async Task A_slow_connection_holds_each_piece_for_its_delay()
    {
        (Socket client, Socket server) = await ConnectAsync();
        _proxy.Delay = TimeSpan.FromDays(1);
        await client.SendAsync(Question, Patience);
        Task<byte[]> reading = ReadAsync(server, Question.Length);
        await RoundTripPastAsync();
        Assert.False(reading.IsCompleted);
        _proxy.Cut(); // ends a piece that is held

        _proxy.Mend();
        _proxy.Delay = TimeSpan.FromMilliseconds(1);
        (client, server) = await ConnectAsync();
        await client.SendAsync(Question, Patience);
        Assert.Equal(Question, await ReadAsync(server, Question.Length));
        await Assert.ThrowsAnyAsync<SocketException>(() => reading);
    }

    [Fact]
    public async Task Without_a_server_clients_are_reset()
    {
        _listener.Dispose();
        await AssertNewcomerIsResetAsync();
    }

    private async Task<(Socket Client, Socket Server)> ConnectAsync()
    {
        Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Task<Socket> accepting = _listener.AcceptAsync(Patience).AsTask();
        await client.ConnectAsync(IPAddress.Loopback, _proxy.Port, Patience);
        return (client, await accepting);
    }

    /// <summary>Question and answer through a proxy of their own, some times over.</summary>
    private async Task RoundTripPastAsync()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        await using TcpProxy other = new(((IPEndPoint)listener.LocalEndPoint!).Port);
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, other.Port, Patience);
        using Socket server = await listener.AcceptAsync(Patience);
        for (int i = 0; i < 100; i++)
        {
            await client.SendAsync(Question, Patience);
            await ReadAsync(server, Question.Length);
            await server.SendAsync(Answer, Patience);
            await ReadAsync(client, Answer.Length);
        }
    }

    private async Task<byte[]> ReadAsync(Socket from, int count)
    {
        byte[] read = new byte[count];
        for (int done = 0; done < count;)
        {
            int more = await from.ReceiveAsync(read.AsMemory(done), Patience);
            Assert.NotEqual(0, more);
            done += more;
        }

        return read;
    }

    private async Task<byte[]> ReadToEndAsync(Socket from)
    {
        MemoryStream read = new();
        byte[] buffer = new byte[4096];
        int more;
        while ((more = await from.ReceiveAsync(buffer, Patience)) > 0) read.Write(buffer, 0, more);
        return read.ToArray();
    }

    private Task AssertResetAsync(Socket socket) =>
        AssertResetAsync(async () => await socket.ReceiveAsync(new byte[1], Patience));

    /// <summary>It may hear of the reset while it connects already.</summary>
    private Task AssertNewcomerIsResetAsync() => AssertResetAsync(async () =>
    {
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, _proxy.Port, Patience);
        await client.ReceiveAsync(new byte[1], Patience);
    });

    private static async Task AssertResetAsync(Func<Task> reading)
    {
        SocketException error = await Assert.ThrowsAsync<SocketException>(reading);
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
    }
}
