using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Rendezvous.Configuration;
using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Channel;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;

namespace LumenLink.Rendezvous.Broker;

/// <summary>
/// The connection to a broker beside the service: TLS 1.2 or 1.3 with the operator's CAs and the name in the URL, and
/// packets bounded before anything is allocated for them, because that broker is somebody else's.
/// </summary>
internal sealed class BrokerChannel(BrokerAddress address, X509Certificate2Collection? trusted, Action onTooLarge)
    : IMqttChannel
{
    private BoundedChannel? open;

    /// <inheritdoc/>
    public X509Certificate2? ClientCertificate => null;

    /// <inheritdoc/>
    public EndPoint? RemoteEndPoint => open?.RemoteEndPoint;

    /// <inheritdoc/>
    public EndPoint? LocalEndPoint => open?.LocalEndPoint;

    /// <inheritdoc/>
    public bool IsSecureConnection => address.IsTls;

    private BoundedChannel Open => open ?? throw new MqttCommunicationException("The connection is not open.");

    /// <inheritdoc/>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, cancellationToken);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (address.IsTls)
            {
                SslStream secure = new(stream, leaveInnerStreamOpen: false);
                stream = secure;
                await secure.AuthenticateAsClientAsync(Options(), cancellationToken);
            }

            open = new BoundedChannel(
                stream, socket, address.IsTls, SharedBrokerPolicy.MaxPacketBytes, onTooLarge);
        }
        catch (Exception exception) when (exception is SocketException or IOException or AuthenticationException)
        {
            throw new MqttCommunicationException(exception);
        }
        finally
        {
            if (open is null)
                socket.Dispose();
        }
    }

    /// <inheritdoc/>
    public Task DisconnectAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Open.ReadAsync(buffer, offset, count, cancellationToken);

    /// <inheritdoc/>
    public Task WriteAsync(
        ReadOnlySequence<byte> buffer, bool isEndOfPacket, CancellationToken cancellationToken) =>
        Open.WriteAsync(buffer, isEndOfPacket, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => open?.Dispose();

    /// <summary>Reads the CAs that the broker's certificate may be of; null is what the system trusts.</summary>
    /// <exception cref="InvalidOperationException">The file has none.</exception>
    public static X509Certificate2Collection? LoadTrusted(RendezvousSettings settings)
    {
        if (settings.BrokerCa is not { } file)
            return null;
        X509Certificate2Collection trusted = [];
        try
        {
            trusted.ImportFromPemFile(file);
        }
        catch (Exception exception) when (exception is CryptographicException or IOException
            or UnauthorizedAccessException)
        {
            throw new InvalidOperationException(NoCa, exception);
        }

        return trusted.Count > 0 ? trusted : throw new InvalidOperationException(NoCa);
    }

    /// <summary>What <see cref="LoadTrusted"/> would throw, as a sentence; none when all is well.</summary>
    public static IEnumerable<string> Problems(RendezvousSettings settings)
    {
        try
        {
            LoadTrusted(settings);
            return [];
        }
        catch (InvalidOperationException exception)
        {
            return [exception.Message];
        }
    }

    private const string NoCa = "LUMENLINK_BROKER_CA must name a PEM file of certificates";

    private SslClientAuthenticationOptions Options()
    {
        SslClientAuthenticationOptions options = new()
        {
            TargetHost = address.Host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        };
        if (trusted is null)
            return options;
        options.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        options.CertificateChainPolicy.CustomTrustStore.AddRange(trusted);
        return options;
    }
}

/// <summary>Has MQTTnet's client use <see cref="BrokerChannel"/>.</summary>
internal sealed class BrokerChannelFactory(
    BrokerAddress address, X509Certificate2Collection? trusted, Action onTooLarge) : IMqttClientAdapterFactory
{
    /// <inheritdoc/>
    public IMqttChannelAdapter CreateClientAdapter(
        MqttClientOptions options, MqttPacketInspector packetInspector, IMqttNetLogger logger)
    {
        MqttPacketFormatterAdapter formatter = new(
            options.ProtocolVersion, new MqttBufferWriter(options.WriterBufferSize, options.WriterBufferSizeMax));
        return new MqttChannelAdapter(new BrokerChannel(address, trusted, onTooLarge), formatter, logger)
        {
            PacketInspector = packetInspector,
        };
    }
}
