using System.Net.Sockets;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;
using static LumenLink.Tests.Rendezvous.Broker.RawMqtt;

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

    private Task<TcpClient> ConnectAsync(byte[]? will = null) =>
        RawMqtt.ConnectAsync(service.Broker.Port, beacon, will);
}
