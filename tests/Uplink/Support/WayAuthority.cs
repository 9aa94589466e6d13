using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LumenLink.Tests.Uplink.Support;

/// <summary>A certificate authority with one server on loopback.</summary>
internal sealed class WayAuthority : IDisposable
{
    private readonly X509Certificate2 _authority;

    public WayAuthority(DateTimeOffset now)
    {
        using ECDsa authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=Test authority", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(now.AddYears(-1), now.AddYears(2));
        using ECDsa serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest server = new("CN=server", serverKey, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName(TestWay.Name);
        server.CertificateExtensions.Add(names.Build());
        using X509Certificate2 issued =
            server.Create(_authority, now.AddDays(-1), now.AddYears(1), RandomNumberGenerator.GetBytes(8));
        Server = issued.CopyWithPrivateKey(serverKey);
    }

    /// <summary>The server's certificate, with its key.</summary>
    public X509Certificate2 Server { get; }

    /// <summary>What a board has to trust.</summary>
    public byte[] Bundle => [.. System.Text.Encoding.ASCII.GetBytes(_authority.ExportCertificatePem()), 0];

    public void Dispose()
    {
        Server.Dispose();
        _authority.Dispose();
    }
}
