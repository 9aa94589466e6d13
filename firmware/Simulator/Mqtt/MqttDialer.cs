using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;
using MQTTnet.Implementations;

namespace LumenLink.Simulator;

/// <summary>Opens connections to brokers: TCP, TLS when asked for, and MQTT's framing on top.</summary>
/// <param name="endpoint">Where to.</param>
/// <param name="bundle">The certificates that the board trusts besides the client's own; may be null.</param>
internal sealed class MqttDialer(HostMqttEndpoint endpoint, byte[]? bundle)
{
    /// <summary>Whether the broker's certificate is checked.</summary>
    public required bool Verifies { get; init; }

    /// <summary>What the board believes the time to be; certificates are judged by it, valid or not.</summary>
    public required DateTime BoardUtc { get; init; }

    /// <summary>Protocol level: 3, 4 or 5.</summary>
    public required int Version { get; init; }

    /// <summary>Connects.</summary>
    /// <exception cref="SocketException">The network or the broker refuses.</exception>
    /// <exception cref="AuthenticationException">
    /// The broker's certificate does not hold, or there is no TLS.
    /// </exception>
    /// <exception cref="IOException">The connection broke in the middle of the handshake.</exception>
    public async Task<MqttChannelAdapter> DialAsync(CancellationToken cancellation)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            IPEndPoint broker = new(endpoint.Address, endpoint.Port);
            await socket.ConnectAsync(broker, cancellation).ConfigureAwait(false);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (endpoint.Tls is { } tls) stream = await ProtectAsync(stream, tls, cancellation).ConfigureAwait(false);
            stream = new MqttFrameGuard(stream, HostMqttLimits.ReceivedPacketBytes);
            MqttTcpChannel channel = new(stream, socket.LocalEndPoint, socket.RemoteEndPoint, null);
            MqttBufferWriter buffer = new(HostMqttLimits.SendBufferBytes, HostMqttLimits.SendBufferBytesMax);
            MqttPacketFormatterAdapter formatter = new((MqttProtocolVersion)Version, buffer);
            return new MqttChannelAdapter(channel, formatter, MqttNetNullLogger.Instance)
            {
                AllowPacketFragmentation = false,
            };
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<SslStream> ProtectAsync(Stream stream, HostMqttTls tls, CancellationToken cancellation)
    {
        X509ChainPolicy policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = BoardUtc,
        };
        if (tls.Authority is { } authority)
            policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(authority));
        AddBundle(policy.CustomTrustStore);
        SslStream protectedStream = new(stream, leaveInnerStreamOpen: false);
        SslClientAuthenticationOptions options = new()
        {
            TargetHost = endpoint.Host,
            EnabledSslProtocols = (tls.Allows12 ? SslProtocols.Tls12 : 0) | (tls.Allows13 ? SslProtocols.Tls13 : 0),
            CertificateChainPolicy = policy,
            RemoteCertificateValidationCallback = (_, _, _, errors) => !Verifies || errors == SslPolicyErrors.None,
        };
        try
        {
            await protectedStream.AuthenticateAsClientAsync(options, cancellation).ConfigureAwait(false);
            return protectedStream;
        }
        catch
        {
            await protectedStream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// A bundle that cannot be read is left out, as on the device: the handshake then fails for want of trust.
    /// </summary>
    private void AddBundle(X509Certificate2Collection trusted)
    {
        if (bundle is null) return;
        try
        {
            string text = Encoding.ASCII.GetString(bundle).TrimEnd('\0');
            if (text.Contains("-----BEGIN", StringComparison.Ordinal)) trusted.ImportFromPem(text);
            else trusted.Add(X509CertificateLoader.LoadCertificate(bundle));
        }
        catch (CryptographicException)
        {
        }
    }
}
