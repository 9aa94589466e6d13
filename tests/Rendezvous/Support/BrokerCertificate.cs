using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LumenLink.Tests.Rendezvous.Support;

/// <summary>A self-signed certificate of a broker on this machine, in files.</summary>
internal static class BrokerCertificate
{
    /// <summary>Writes FOLDER/NAME.crt and FOLDER/NAME.key; returns the certificate without its key.</summary>
    public static X509Certificate2 Write(string folder, string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        File.WriteAllText(Path.Combine(folder, $"{name}.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, $"{name}.key"), key.ExportPkcs8PrivateKeyPem());
        return X509CertificateLoader.LoadCertificate(certificate.RawData);
    }
}
