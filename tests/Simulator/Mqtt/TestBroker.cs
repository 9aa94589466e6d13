using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;
using MQTTnet.Implementations;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace LumenLink.Tests.Simulator.Mqtt;

/// <summary>A real broker on a port of this machine that nobody else has.</summary>
internal sealed class TestBroker : IAsyncDisposable
{
    private readonly Listener _listener;
    private readonly MqttServer _server;

    private TestBroker(X509Certificate2? certificate)
    {
        _listener = new Listener(certificate);
        MqttServerOptions options = new() { EnablePersistentSessions = true };
        _server = new MqttServerFactory().CreateMqttServer(options, [_listener], MqttNetNullLogger.Instance);
        _server.ValidatingConnectionAsync += args =>
        {
            Logins.Writer.TryWrite($"{args.ClientId} {args.UserName} {args.Password}");
            args.ReasonCode = Answer;
            return Task.CompletedTask;
        };
        _server.InterceptingPublishAsync += args =>
        {
            MqttApplicationMessage message = args.ApplicationMessage;
            string text = message.ConvertPayloadToString();
            Published.Writer.TryWrite($"{message.Topic} {text} {(int)message.QualityOfServiceLevel}");
            return Task.CompletedTask;
        };
        _server.ClientDisconnectedAsync += args =>
        {
            Gone.Writer.TryWrite(args.DisconnectType.ToString());
            return Task.CompletedTask;
        };
    }

    public int Port => _listener.Port;

    /// <summary>What it says to whoever connects.</summary>
    public MqttConnectReasonCode Answer { get; set; }

    /// <summary>Client, user and password of each connect.</summary>
    public Channel<string> Logins { get; } = Channel.CreateUnbounded<string>();

    /// <summary>Topic, text and quality of each message that was published.</summary>
    public Channel<string> Published { get; } = Channel.CreateUnbounded<string>();

    /// <summary>How each connection ended.</summary>
    public Channel<string> Gone { get; } = Channel.CreateUnbounded<string>();

    /// <summary>Starts one.</summary>
    /// <param name="certificate">Its certificate with key; null: no TLS.</param>
    public static async Task<TestBroker> Start(X509Certificate2? certificate = null)
    {
        TestBroker broker = new(certificate);
        await broker._server.StartAsync();
        return broker;
    }

    public static async Task Next(Channel<string> channel, params string[] expected)
    {
        foreach (string one in expected)
            Assert.Equal(one, await channel.Reader.ReadAsync().AsTask().WaitAsync(MqttBoard.Patience));
    }

    /// <summary>Publishes a message of its own.</summary>
    public Task Publish(string topic, string text, int qos) =>
        _server.InjectApplicationMessage(new InjectedMqttApplicationMessage(
            new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(text)
                .WithQualityOfServiceLevel((MqttQualityOfServiceLevel)qos).Build())
        { SenderClientId = "service" });

    /// <summary>Ends the connection of the board.</summary>
    public Task Disconnect() => _server.DisconnectClientAsync("board", MqttDisconnectReasonCode.NormalDisconnection);

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        _server.Dispose();
    }

    private sealed class Listener(X509Certificate2? certificate) : IMqttServerAdapter
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public Func<IMqttChannelAdapter, Task>? ClientHandler { get; set; }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public Task StartAsync(MqttServerOptions options, IMqttNetLogger logger)
        {
            _listener.Start();
            _ = AcceptAsync();
            return Task.CompletedTask;
        }

        public Task StopAsync()
        {
            _listener.Stop();
            return Task.CompletedTask;
        }

        public void Dispose() => _listener.Dispose();

        private async Task AcceptAsync()
        {
            try
            {
                while (true) _ = ServeAsync(await _listener.AcceptSocketAsync());
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                // The broker stopped.
            }
        }

        private async Task ServeAsync(Socket socket)
        {
            await using NetworkStream plain = new(socket, ownsSocket: true);
            await using Stream? stream = await Protect(plain);
            if (stream is null) return;
            using MqttTcpChannel channel = new(stream, socket.LocalEndPoint!, socket.RemoteEndPoint!, null);
            MqttPacketFormatterAdapter formatter = new(new MqttBufferWriter(256, 4096));
            using MqttChannelAdapter adapter = new(channel, formatter, MqttNetNullLogger.Instance);
            await ClientHandler!(adapter);
        }

        private async Task<Stream?> Protect(Stream plain)
        {
            if (certificate is null) return plain;
            SslStream stream = new(plain);
            try
            {
                await stream.AuthenticateAsServerAsync(certificate);
                return stream;
            }
            catch (Exception error) when (error is AuthenticationException or IOException)
            {
                // The board does not trust it.
                await stream.DisposeAsync();
                return null;
            }
        }
    }
}
