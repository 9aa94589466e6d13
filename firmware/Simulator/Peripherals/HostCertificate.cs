using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace LumenLink.Simulator;

/// <summary>A certificate that device code holds.</summary>
internal sealed class HostCertificate
{
    /// <summary>Reads a certificate.</summary>
    /// <param name="bytes">DER, or PEM as text.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It is none.</exception>
    public HostCertificate(byte[] bytes)
    {
        string text = Encoding.ASCII.GetString(bytes).TrimEnd('\0');
        using X509Certificate2 read = text.Contains("-----BEGIN", StringComparison.Ordinal)
            ? X509Certificate2.CreateFromPem(text)
            : X509CertificateLoader.LoadCertificate(bytes);
        Raw = read.RawData;
        Issuer = read.Issuer;
        Subject = read.Subject;
        NotBeforeTicks = read.NotBefore.ToUniversalTime().Ticks;
        NotAfterTicks = read.NotAfter.ToUniversalTime().Ticks;
    }

    public byte[] Raw { get; }

    public string Issuer { get; }

    public string Subject { get; }

    public long NotBeforeTicks { get; }

    public long NotAfterTicks { get; }
}
