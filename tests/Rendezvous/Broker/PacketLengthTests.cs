using System.Net.Sockets;
using CsCheck;
using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Broker;

public sealed class PacketLengthTests
{
    private const int Most = 300;

    [Fact]
    public void Packets_within_the_limit_pass_however_they_are_cut() =>
        Gen.Select(Gen.Int[0, Most].Array[1, 8], Gen.Int[1, 40]).Sample((bodies, cut) =>
        {
            PacketLength length = default;
            byte[] stream = [.. bodies.SelectMany(body => Packet(body))];
            foreach (byte[] piece in stream.Chunk(cut))
                Assert.True(length.Follow(piece, Most));
        });

    [Fact]
    public void A_packet_over_the_limit_is_seen_with_its_last_length_byte() =>
        Gen.Select(Gen.Int[0, Most].Array[0, 8], Gen.Int[Most + 1, 268_435_455]).Sample((bodies, tooLong) =>
        {
            PacketLength length = default;
            foreach (int body in bodies)
                Assert.True(length.Follow(Packet(body), Most));
            byte[] header = Header(tooLong);
            Assert.False(length.Follow(header, Most));
        });

    [Fact]
    public void A_length_of_five_bytes_is_refused()
    {
        PacketLength length = default;
        Assert.False(length.Follow([0x30, 0x80, 0x80, 0x80, 0x80], Most));
    }

    /// <summary>
    /// 256 MB announced before any CONNECT: the connection ends with the header, nothing is waited for.
    /// </summary>
    [Fact]
    public async Task A_stranger_cannot_make_the_broker_buffer()
    {
        await using TestService service = await new TestService().StartAsync();
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", service.Broker.Port);
        await client.GetStream().WriteAsync(Header(268_435_455));
        byte[] buffer = new byte[16];
        int read;
        try
        {
            read = await client.GetStream().ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (IOException)
        {
            read = 0;
        }

        Assert.Equal(0, read);
        Assert.Equal(1, service.Count(IngestOutcome.PayloadTooLarge));
    }

    private static byte[] Packet(int body) => [.. Header(body), .. new byte[body]];

    private static byte[] Header(int body)
    {
        List<byte> bytes = [0x30];
        do
        {
            bytes.Add((byte)((body & 0x7F) | (body > 0x7F ? 0x80 : 0)));
            body >>= 7;
        }
        while (body > 0);
        return [.. bytes];
    }
}
