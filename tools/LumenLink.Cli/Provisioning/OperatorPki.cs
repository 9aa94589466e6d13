using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Cli.Authority;
using LumenLink.Protocol;

namespace LumenLink.Cli.Provisioning;

/// <summary>
/// The operator's keys of a development run: the root that beacons pin, the service key and the configuration key with
/// their compact certificates, the development CA that enrols beacons, and a foreign CA that nobody trusts.
/// </summary>
internal sealed class OperatorPki
{
    private const uint FirstCertificateVersion = 1;

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
        X509Certificate2 issuer = foreign ? foreignCa : deviceCa;
        using ECDsa issuerKey = issuer.GetECDsaPrivateKey()!;
        using X509Certificate2 certificate = CertificateProfiles.Device(
            issuer, issuerKey, publicKey, issuer.NotBefore,
            issuer.NotBefore.AddDays(CertificateProfiles.DeviceDays - 1));
        return certificate.ExportCertificatePem() + "\n";
    }

    private static void Create(RunFolder folder)
    {
        using ECDsa root = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        RunFolder.WriteSecret(folder.OperatorRootKey, root.ExportPkcs8PrivateKeyPem());
        CreateKey(root, ServiceCertificate.UsageAttestation, folder.ServiceKey, folder.ServiceCertificate);
        CreateCa("LumenLink development run", folder.DeviceCaKey, folder.DeviceCaCertificate);
        CreateCa("Somebody else's", folder.ForeignCaKey, folder.ForeignCaCertificate);
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
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256); // gone afterwards: a run has one device CA
        using X509Certificate2 root = CertificateProfiles.Root(rootKey, name, isDevelopment: true, now);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate =
            CertificateProfiles.DeviceCa(root, rootKey, key, name, isDevelopment: true, now);
        RunFolder.WriteSecret(keyFile, key.ExportPkcs8PrivateKeyPem());
        RunFolder.Write(
            certificateFile, System.Text.Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n"));
    }

    private static byte[] PublicBytes(ECDsa key)
    {
        ECPoint point = key.ExportParameters(false).Q;
        return [.. point.X!, .. point.Y!];
    }
}
