using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Rendezvous.Configuration;

namespace LumenLink.Rendezvous.Broker;

/// <summary>The embedded broker's TLS: TLS 1.2 or 1.3, the operator's certificate, read once at the start.</summary>
internal static class BrokerTls
{
    /// <summary>Reads the PEM files of certificate, chain and key.</summary>
    /// <returns>Null when the settings name none: MQTT without TLS.</returns>
    /// <exception cref="InvalidOperationException">A file cannot be read, or they do not belong together.</exception>
    public static SslServerAuthenticationOptions? Load(RendezvousSettings settings)
    {
        if (settings is not { MqttCertificate: { } certificate, MqttKey: { } key })
            return null;
        try
        {
            X509Certificate2 own = X509Certificate2.CreateFromPemFile(certificate, key);
            X509Certificate2Collection chain = [];
            chain.ImportFromPemFile(certificate);
            return new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(own, chain, offline: true),
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ClientCertificateRequired = false, // beacons show a token
            };
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException or IOException
            or UnauthorizedAccessException)
        {
            throw new InvalidOperationException(
                "LUMENLINK_MQTT_CERTIFICATE and LUMENLINK_MQTT_KEY must name PEM files of a certificate and of its key",
                exception);
        }
    }

    /// <summary>What <see cref="Load"/> would throw, as a sentence; none when all is well.</summary>
    public static IEnumerable<string> Problems(RendezvousSettings settings)
    {
        try
        {
            Load(settings);
            return [];
        }
        catch (InvalidOperationException exception)
        {
            return [exception.Message];
        }
    }
}
