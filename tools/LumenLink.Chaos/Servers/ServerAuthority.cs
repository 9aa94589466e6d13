using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LumenLink.Chaos.Servers;

/// <summary>A certificate authority made for one run, and the key and certificate of its server on loopback.</summary>
/// <param name="AuthorityPem">What clients trust.</param>
/// <param name="CertificatePem">The server's certificate.</param>
/// <param name="KeyPem">The server's key, PKCS #8.</param>
internal sealed record ServerAuthority(string AuthorityPem, string CertificatePem, string KeyPem)
{
    /// <summary>Makes one.</summary>
    public static ServerAuthority Make(DateTimeOffset now)
    {
        using ECDsa authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=LumenLink chaos", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 authority = request.CreateSelfSigned(now.AddDays(-2), now.AddYears(2));
        using ECDsa serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest server = new("CN=server", serverKey, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        server.CertificateExtensions.Add(names.Build());
        using X509Certificate2 issued =
            server.Create(authority, now.AddDays(-1), now.AddYears(1), RandomNumberGenerator.GetBytes(8));
        return new ServerAuthority(
            authority.ExportCertificatePem(), issued.ExportCertificatePem(), serverKey.ExportPkcs8PrivateKeyPem());
    }
}
