using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Protocol;

namespace LumenLink.Cli.Provisioning;

/// <summary>
/// The operator's keys of a development run: the root that beacons pin, the service key and the configuration key with
/// their compact certificates, the development CA that enrols beacons, and a foreign CA that nobody trusts.
/// </summary>
internal sealed class OperatorPki
{
    private const int PublicKeyBytes = 64;
    private const uint FirstCertificateVersion = 1;
    private static readonly TimeSpan CaLifetime = TimeSpan.FromDays(3650);
    private static readonly TimeSpan DeviceLifetime = TimeSpan.FromDays(3650);

    private readonly X509Certificate2 deviceCa;
    private readonly X509Certificate2 foreignCa;

    private OperatorPki(byte[] rootPublicKey, X509Certificate2 deviceCa, X509Certificate2 foreignCa)
    {
        RootPublicKey = rootPublicKey;
        this.deviceCa = deviceCa;
        this.foreignCa = foreignCa;
    }

    /// <summary>X || Y of the operator root, as boards pin it.</summary>
    public byte[] RootPublicKey { get; }

    /// <summary>The keys of the folder, made when they are not there.</summary>
    public static OperatorPki OpenOrCreate(RunFolder folder)
    {
        if (!File.Exists(folder.OperatorRootPublic))
            Create(folder);
        if (!File.Exists(folder.ConfigurationCertificate))
            CreateConfigurationKey(folder); // a folder of an earlier version has none
        return new OperatorPki(
            File.ReadAllBytes(folder.OperatorRootPublic),
            X509Certificate2.CreateFromPemFile(folder.DeviceCaCertificate, folder.DeviceCaKey),
            X509Certificate2.CreateFromPemFile(folder.ForeignCaCertificate, folder.ForeignCaKey));
    }

    /// <summary>A beacon's certificate, PEM.</summary>
    /// <param name="publicKey">X || Y from the chip.</param>
    /// <param name="foreign">Issued by the CA that nobody trusts.</param>
    public string IssueDeviceCertificate(byte[] publicKey, bool foreign)
    {
        using ECDsa key = ECDsa.Create(Point(publicKey));
        string name = Convert.ToHexStringLower(SHA256.HashData(publicKey).AsSpan(0, 8));
        var request = new CertificateRequest("CN=lumenlink-beacon-" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        X509Certificate2 issuer = foreign ? foreignCa : deviceCa;
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false));
        using X509Certificate2 certificate = request.Create(
            issuer, issuer.NotBefore, issuer.NotBefore + DeviceLifetime - TimeSpan.FromDays(1), Serial());
        return certificate.ExportCertificatePem() + "\n";
    }

    private static void Create(RunFolder folder)
    {
        using ECDsa root = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        RunFolder.WriteSecret(folder.OperatorRootKey, root.ExportPkcs8PrivateKeyPem());
        CreateKey(root, ServiceCertificate.UsageAttestation, folder.ServiceKey, folder.ServiceCertificate);
        CreateCa("LumenLink development device CA", folder.DeviceCaKey, folder.DeviceCaCertificate);
        CreateCa("Somebody else's device CA", folder.ForeignCaKey, folder.ForeignCaCertificate);
        RunFolder.Write(folder.OperatorRootPublic, PublicBytes(root)); // last: its presence says that all is there
    }

    private static void CreateConfigurationKey(RunFolder folder)
    {
        using ECDsa root = ECDsa.Create();
        root.ImportFromPem(File.ReadAllText(folder.OperatorRootKey));
        CreateKey(
            root, ServiceCertificate.UsageConfiguration, folder.ConfigurationKey, folder.ConfigurationCertificate);
    }

    private static void CreateKey(ECDsa root, byte usage, string keyFile, string certificateFile)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        RunFolder.WriteSecret(keyFile, key.ExportPkcs8PrivateKeyPem());
        RunFolder.Write(certificateFile, Certify(root, key, usage));
    }

    private static byte[] Certify(ECDsa root, ECDsa service, byte usage)
    {
        byte[] rootKey = PublicBytes(root);
        var certificate = new ServiceCertificate { Version = FirstCertificateVersion, Usage = usage };
        PublicBytes(service).CopyTo(certificate.Key, 0);
        certificate.KeyId = BitConverter.ToUInt32(SHA256.HashData(certificate.Key));
        certificate.RootId = BitConverter.ToUInt32(SHA256.HashData(rootKey));
        byte[] bytes = new byte[ServiceCertificate.Size];
        certificate.Write(bytes, 0);
        byte[] message = new byte[SignedMessages.CertificateSize];
        SignedMessages.Certificate(message, 0, bytes, 0);
        root.SignData(message, HashAlgorithmName.SHA256).CopyTo(certificate.Signature, 0);
        certificate.Write(bytes, 0);
        return bytes;
    }

    private static void CreateCa(string name, string keyFile, string certificateFile)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        DateTimeOffset start = DateTimeOffset.UtcNow.AddMinutes(-5);
        using X509Certificate2 certificate = request.CreateSelfSigned(start, start + CaLifetime);
        RunFolder.WriteSecret(keyFile, key.ExportPkcs8PrivateKeyPem());
        RunFolder.Write(
            certificateFile, System.Text.Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n"));
    }

    private static byte[] PublicBytes(ECDsa key)
    {
        ECPoint point = key.ExportParameters(false).Q;
        return [.. point.X!, .. point.Y!];
    }

    private static ECParameters Point(byte[] publicKey) => new()
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = publicKey[..(PublicKeyBytes / 2)], Y = publicKey[(PublicKeyBytes / 2)..] },
    };

    private static byte[] Serial()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7F; // positive, as RFC 5280 section 4.1.2.2 wants it
        serial[0] |= 0x01;
        return serial;
    }
}
