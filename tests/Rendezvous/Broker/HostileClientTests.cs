using System.Net.Sockets;
using System.Text;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Broker;

/// <summary>Clients that hold a good token and misuse it, in raw MQTT.</summary>
public sealed class HostileClientTests : IAsyncLifetime
{
    private readonly TestService service = new();
    private TestBeacon beacon = new();

    public async Task InitializeAsync()
    {
        await service.StartAsync();
        beacon = await service.EnrolAsync();
    }

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task A_client_that_reads_nothing_is_disconnected()
    {
        using TcpClient client = await ConnectAsync();
        byte[] pings = [.. Enumerable.Repeat<byte[]>([0xC0, 0], 4096).SelectMany(ping => ping)];
        try
        {
            while (service.Count(IngestOutcome.DownlinkNotRead) == 0)
                await client.GetStream().WriteAsync(pings).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (IOException)
        {
            // The broker has closed the connection.
        }

        Assert.Equal(1, service.Count(IngestOutcome.DownlinkNotRead));
    }

    [Fact]
    public async Task A_client_that_acknowledges_nothing_is_disconnected()
    {
        using TcpClient client = await ConnectAsync();
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Packet(0x82, [0, 1, 0, .. Text($"ll/1/{beacon.IdText}/d"), 1]));
        byte[] publish = Packet(0x30, [.. Text($"ll/1/{beacon.IdText}/u"), 0, .. beacon.Hello()]);
        Task<int> closed = DrainAsync(stream);
        for (int i = 0; i <= IngestPolicy.MaxUnacknowledged; i++)
        {
            await stream.WriteAsync(publish);
            service.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.True(await closed > 0);
        Assert.Equal(1, service.Count(IngestOutcome.DownlinkNotRead));
    }

    [Fact]
    public async Task A_topic_alias_is_not_kept()
    {
        using TcpClient client = await ConnectAsync();
        NetworkStream stream = client.GetStream();
        byte[] alias = [3, 0x23, 0, 1];
        await stream.WriteAsync(Packet(0x30, [.. Text($"ll/1/{beacon.IdText}/u"), .. alias, .. beacon.Hello()]));
        await stream.WriteAsync(Packet(0x32, [0, 0, 0, 9, .. alias, .. beacon.Hello()]));
        byte[] head = new byte[5];
        await stream.ReadExactlyAsync(head).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(0x40, head[0]);
        Assert.Equal((1, 1), (service.Count(IngestOutcome.Challenged), service.Count(IngestOutcome.TopicNotOwn)));
    }

    [Fact]
    public async Task A_will_on_a_foreign_topic_is_refused_when_it_is_published()
    {
        TestBeacon neighbour = await service.EnrolAsync("cellar");
        byte[] will = [0, .. Text($"ll/1/{neighbour.IdText}/s"), .. Text("offline")];
        (await ConnectAsync(will)).Dispose();
        while (service.Count(IngestOutcome.TopicNotOwn) == 0)
            await Task.Yield();
        Assert.Equal(0, service.Count(IngestOutcome.StatusHint));
    }

    private static async Task<int> DrainAsync(NetworkStream stream)
    {
        byte[] buffer = new byte[4096];
        int total = 0;
        try
        {
            while (await stream.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(60)) is > 0 and int read)
                total += read;
        }
        catch (IOException)
        {
            // Closed by the broker.
        }

        return total;
    }

    private static byte[] Text(string text) =>
        [(byte)(text.Length >> 8), (byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Packet(byte head, byte[] body)
    {
        byte[] length = body.Length < 128
            ? [(byte)body.Length]
            : [(byte)((body.Length & 0x7F) | 0x80), (byte)(body.Length >> 7)];
        return [head, .. length, .. body];
    }

    /// <summary>CONNECT of MQTT 5 with a good token, and its CONNACK read.</summary>
    private async Task<TcpClient> ConnectAsync(byte[]? will = null)
    {
        TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", service.Broker.Port);
        NetworkStream stream = client.GetStream();
        byte flags = (byte)(0xC2 | (will is null ? 0 : 4));
        await stream.WriteAsync(Packet(
            0x10,
            [
                .. Text("MQTT"), 5, flags, 0, 0, 0, .. Text(beacon.IdText), .. will ?? [], .. Text(beacon.IdText),
                .. Text(beacon.Token()),
            ]));
        byte[] head = new byte[2];
        await stream.ReadExactlyAsync(head);
        byte[] rest = new byte[head[1]];
        await stream.ReadExactlyAsync(rest);
        Assert.Equal((0x20, 0), (head[0], rest[1]));
        return client;
    }
}
