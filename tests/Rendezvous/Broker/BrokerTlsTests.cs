using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Broker;

/// <summary>The embedded broker over TLS.</summary>
public sealed class BrokerTlsTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("lumen-test").FullName;
    private RunningService service = null!;
    private X509Certificate2 certificate = null!;

    public async Task InitializeAsync()
    {
        certificate = BrokerCertificate.Write(folder, "mqtt");
        service = await RunningService.StartAsync(settings: ports => new RendezvousSettings
        {
            HttpPort = ports.Http,
            MqttPort = ports.Mqtt,
            MetricsPort = ports.Metrics,
            MqttAddress = IPAddress.Any,
            MqttCertificate = Path.Combine(folder, "mqtt.crt"),
            MqttKey = Path.Combine(folder, "mqtt.key"),
        });
    }

    public async Task DisposeAsync()
    {
        await service.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_beacon_attests_and_reports_over_TLS(SslProtocols protocol)
    {
        TestBeacon beacon = await service.EnrolAsync("attic");
        await using TestClient client = await TestClient.ConnectAsync(Port, beacon, tls: tls => tls
            .UseTls().WithTargetHost("localhost").WithSslProtocols(protocol)
            .WithCertificateValidationHandler(args =>
                args.Certificate.GetRawCertData().AsSpan().SequenceEqual(certificate.RawData)));
        await client.AttestAsync();
        await client.AssertServedAsync(1);
    }

    [Fact]
    public async Task Who_does_not_speak_TLS_is_turned_away()
    {
        using TcpClient plain = new();
        await plain.ConnectAsync(IPAddress.Loopback, Port);
        NetworkStream stream = plain.GetStream();
        byte[] connect = [0x10, 0x0D, 0, 4, .. "MQTT"u8, 5, 0, 0, 9, 0, 0, 0];
        await stream.WriteAsync(connect);
        byte[] answer = new byte[256];
        int read = 0;
        try
        {
            read = await stream.ReadAsync(answer);
        }
        catch (IOException)
        {
            // Reset is turned away too.
        }

        Assert.True(read == 0 || answer[0] != 0x20, "an MQTT CONNACK came without TLS");
    }

    [Fact]
    public async Task Clients_that_connect_and_say_nothing_do_not_hold_up_a_stop()
    {
        using TcpClient silent = new();
        await silent.ConnectAsync(IPAddress.Loopback, Port);
        await service.StopAsync();
        byte[] one = new byte[1];
        try
        {
            Assert.Equal(0, await silent.GetStream().ReadAsync(one));
        }
        catch (IOException)
        {
            // Reset is an end too.
        }
    }

    private int Port => service.Get<EmbeddedBroker>().Port;
}
