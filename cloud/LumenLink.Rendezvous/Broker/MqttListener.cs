using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;
using MQTTnet.Server;

namespace LumenLink.Rendezvous.Broker;

/// <summary>
/// Accepts the broker's TCP connections, over TLS when it has a certificate: bounded in number, bounded
/// in those that have not authenticated, each bounded in the size of its packets.
/// </summary>
internal sealed class MqttListener(
    IPEndPoint address, SslServerAuthenticationOptions? tls, LumenMetrics metrics, TimeProvider time, ILogger logger)
    : IMqttServerAdapter
{
    /// <summary>By the socket itself while its TLS handshake lasts, then by its adapter.</summary>
    private readonly ConcurrentDictionary<object, (Socket Socket, BoundedChannel? Channel)> unauthenticated = new();
    private readonly CancellationTokenSource stopping = new();
    private TcpListener? listener;
    private Task accepting = Task.CompletedTask;
    private int connections;

    /// <inheritdoc/>
    public Func<IMqttChannelAdapter, Task>? ClientHandler { get; set; }

    /// <summary>The port that is listened on, once started.</summary>
    public int Port { get; private set; }

    /// <inheritdoc/>
    public Task StartAsync(MqttServerOptions options, IMqttNetLogger mqttLogger)
    {
        listener = new TcpListener(address);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync(listener, options, mqttLogger);
        return Task.CompletedTask;
    }

    /// <summary>Takes a connection out of those that have not authenticated.</summary>
    /// <returns>Its channel; null when it is gone.</returns>
    public BoundedChannel? Authenticated(IMqttChannelAdapter adapter) =>
        unauthenticated.TryRemove(adapter, out (Socket, BoundedChannel? Channel) known) ? known.Channel : null;

    /// <inheritdoc/>
    public async Task StopAsync()
    {
        await stopping.CancelAsync();
        listener?.Stop();
        await accepting;
        foreach ((Socket socket, _) in unauthenticated.Values)
            socket.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        listener?.Dispose();
        stopping.Dispose();
    }

    private async Task AcceptAsync(TcpListener from, MqttServerOptions options, IMqttNetLogger mqttLogger)
    {
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                if (await AcceptOneAsync(from) is not { } socket)
                    await Task.Delay(IngestPolicy.AcceptPause, time, stopping.Token);
                else if (IsFull)
                    TurnAway(socket);
                else
                    _ = ServeAsync(socket, options, mqttLogger);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private bool IsFull =>
        connections >= IngestPolicy.MaxConnections || unauthenticated.Count >= IngestPolicy.MaxUnauthenticated;

    /// <summary>The next connection; null when the system refused one, out of descriptors for example.</summary>
    private async Task<Socket?> AcceptOneAsync(TcpListener from)
    {
        try
        {
            return await from.AcceptSocketAsync(stopping.Token);
        }
        catch (SocketException) when (stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (SocketException exception)
        {
            logger.ListenerProblem("accepting failed", exception);
            metrics.ConnectionsTurnedAway.Inc();
            return null;
        }
    }

    private void TurnAway(Socket socket)
    {
        metrics.ConnectionsTurnedAway.Inc();
        socket.Dispose();
    }

    private async Task ServeAsync(Socket socket, MqttServerOptions options, IMqttNetLogger mqttLogger)
    {
        Interlocked.Increment(ref connections);
        try
        {
            socket.NoDelay = true;
            await using NetworkStream plain = new(socket, ownsSocket: true);
            await using Stream? stream = await SecureAsync(socket, plain);
            if (stream is null)
                return;
            using BoundedChannel channel = new(
                stream, socket, tls is not null, IngestPolicy.MaxPacketBytes,
                () => metrics.Frames(IngestOutcome.PayloadTooLarge).Inc());
            MqttPacketFormatterAdapter formatter =
                new(new MqttBufferWriter(options.WriterBufferSize, options.WriterBufferSizeMax));
            using MqttChannelAdapter adapter = new(channel, formatter, mqttLogger);
            unauthenticated.TryAdd(adapter, (socket, channel));
            try
            {
                await (ClientHandler?.Invoke(adapter) ?? Task.CompletedTask);
            }
            finally
            {
                unauthenticated.TryRemove(adapter, out _);
            }
        }
        catch (Exception exception)
        {
            metrics.Frames(IngestOutcome.Fault).Inc();
            logger.ListenerProblem("a connection failed", exception);
        }
        finally
        {
            Interlocked.Decrement(ref connections);
        }
    }

    /// <summary>
    /// The stream of what the client says: the socket's own, or TLS over it; null when the handshake failed or took too
    /// long.
    /// </summary>
    private async Task<Stream?> SecureAsync(Socket socket, NetworkStream plain)
    {
        if (tls is null)
            return plain;
        SslStream secure = new(plain, leaveInnerStreamOpen: false);
        unauthenticated.TryAdd(socket, (socket, null));
        try
        {
            using CancellationTokenSource within = new(IngestPolicy.ConnectWithin, time);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(within.Token, stopping.Token);
            await secure.AuthenticateAsServerAsync(tls, limit.Token);
            return secure;
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException
            or OperationCanceledException or ObjectDisposedException)
        {
            metrics.ConnectionsTurnedAway.Inc();
            await secure.DisposeAsync();
            return null;
        }
        finally
        {
            unauthenticated.TryRemove(socket, out _);
        }
    }
}
