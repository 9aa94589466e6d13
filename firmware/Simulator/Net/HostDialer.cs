using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace LumenLink.Simulator;

/// <summary>Whom a board trusts, when it opens a connection.</summary>
/// <param name="Bundle">The certificates that it trusts besides the client's own; may be null.</param>
/// <param name="Verifies">Whether the server's certificate is checked.</param>
/// <param name="BoardUtc">What it believes the time to be; certificates are judged by it, valid or not.</param>
internal sealed record HostTrust(byte[]? Bundle, bool Verifies, DateTime BoardUtc)
{
    /// <summary>The trust of the board whose code runs on a strand, now.</summary>
    public static HostTrust Of(Strand strand, bool verifies) => new(
        strand.Run.Board.TrustedCertificates, verifies,
        DateTime.UnixEpoch.AddMilliseconds(strand.Run.UtcMs(strand.NowMs)));
}

/// <summary>Opens connections to servers: TCP, and TLS when asked for.</summary>
internal static class HostDialer
{
    /// <summary>Connects.</summary>
    /// <exception cref="SocketException">The network or the server refuses.</exception>
    /// <exception cref="AuthenticationException">
    /// The server's certificate does not hold, or there is no TLS.
    /// </exception>
    /// <exception cref="IOException">The connection broke in the middle of the handshake.</exception>
    public static async Task<(Socket Socket, Stream Stream)> DialAsync(
        HostEndpoint endpoint, HostTrust trust, CancellationToken cancellation)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            IPEndPoint server = new(endpoint.Address, endpoint.Port);
            await socket.ConnectAsync(server, cancellation).ConfigureAwait(false);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (endpoint.Tls is { } tls)
                stream = await ProtectAsync(stream, endpoint.Host, tls, trust, cancellation).ConfigureAwait(false);
            return (socket, stream);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<SslStream> ProtectAsync(
        Stream stream, string host, HostTls tls, HostTrust trust, CancellationToken cancellation)
    {
        X509ChainPolicy policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = trust.BoardUtc,
        };
        if (tls.Authority is { } authority)
            policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(authority));
        AddBundle(policy.CustomTrustStore, trust.Bundle);
        SslStream protectedStream = new(stream, leaveInnerStreamOpen: false);
        SslClientAuthenticationOptions options = new()
        {
            TargetHost = host,
            EnabledSslProtocols = (tls.Allows12 ? SslProtocols.Tls12 : 0) | (tls.Allows13 ? SslProtocols.Tls13 : 0),
            CertificateChainPolicy = policy,
            RemoteCertificateValidationCallback =
                (_, _, _, errors) => !trust.Verifies || errors == SslPolicyErrors.None,
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
    private static void AddBundle(X509Certificate2Collection trusted, byte[]? bundle)
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
