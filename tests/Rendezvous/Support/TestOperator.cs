using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Tests.Rendezvous.Support;

/// <summary>An operator with a root key, a service key, and device CAs of both kinds and of somebody else.</summary>
internal sealed class TestOperator
{
    private readonly ECDsa root = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa service = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa configuration = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestOperator(DateTimeOffset now)
    {
        Now = now;
        DevelopmentCa = NewCa("Development device CA", now);
        ProductionCa = NewCa("Production device CA", now);
        ForeignCa = NewCa("Somebody else", now);
        CertificateBytes = Certify(service, ServiceCertificate.UsageAttestation);
        ConfigurationCertificate = Certify(configuration, ServiceCertificate.UsageConfiguration);
        ServiceKeys = ServiceKeys.Create(ServiceKeyPem, CertificateBytes, RootPublicKey);
        ConfigurationKeys =
            ServiceKeys.CreateConfiguration(ConfigurationKeyPem, ConfigurationCertificate, RootPublicKey);
    }

    public DateTimeOffset Now { get; }

    public X509Certificate2 DevelopmentCa { get; }

    public X509Certificate2 ProductionCa { get; }

    public X509Certificate2 ForeignCa { get; }

    public byte[] CertificateBytes { get; }

    public byte[] ConfigurationCertificate { get; }

    public string ConfigurationKeyPem => configuration.ExportPkcs8PrivateKeyPem();

    public ServiceKeys ConfigurationKeys { get; }

    public string ServiceKeyPem => service.ExportPkcs8PrivateKeyPem();

    public byte[] RootPublicKey => PublicKey(root);

    public ServiceKeys ServiceKeys { get; }

    public DeviceCas DeviceCas => new([ProductionCa], [DevelopmentCa]);

    public static byte[] PublicKey(ECDsa key)
    {
        ECParameters parameters = key.ExportParameters(false);
        return [.. parameters.Q.X!, .. parameters.Q.Y!];
    }

    /// <summary>A beacon certificate, in DER.</summary>
    public static byte[] Issue(X509Certificate2 ca, ECDsa deviceKey, DateTimeOffset from, DateTimeOffset until)
    {
        CertificateRequest request = new("CN=beacon", deviceKey, HashAlgorithmName.SHA256);
        byte[] serial = RandomNumberGenerator.GetBytes(8);
        return request.Create(ca, from, until, serial).RawData;
    }

    private static X509Certificate2 NewCa(string name, DateTimeOffset now)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request.CreateSelfSigned(now.AddYears(-2), now.AddYears(10));
    }

    private byte[] Certify(ECDsa certified, byte usage)
    {
        byte[] key = PublicKey(certified);
        ServiceCertificate certificate = new()
        {
            KeyId = BitConverter.ToUInt32(SHA256.HashData(key)),
            Version = 7,
            Usage = usage,
            RootId = BitConverter.ToUInt32(SHA256.HashData(RootPublicKey)),
        };
        key.CopyTo(certificate.Key, 0);
        byte[] bytes = new byte[ServiceCertificate.Size];
        certificate.Write(bytes, 0);
        byte[] message = [.. "LL1.cert\0\0\0\0\0\0\0\0"u8, .. bytes.AsSpan(0, ServiceCertificate.SignedSize)];
        byte[] signature = root.SignData(
            message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        signature.CopyTo(bytes, ServiceCertificate.SignedSize);
        return bytes;
    }
}
