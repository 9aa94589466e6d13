using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Cli.Authority;
using LumenLink.Cli.Keys;

namespace LumenLink.Cli.Provisioning;

/// <summary>
/// The operator's keys of a development run: the root that beacons pin, the service keys with their compact
/// certificates, the development CA that enrols beacons, and a foreign CA that nobody trusts.
/// </summary>
internal sealed class OperatorPki
{
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
        ServiceKeyFolder keys = new(folder.Operator);
        keys.Complete(DateTimeOffset.UtcNow, () => ServiceKeyFolder.OpenRoot(keys.RootKey));
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
        CreateCa("LumenLink development run", folder.DeviceCaKey, folder.DeviceCaCertificate);
        CreateCa("Somebody else's", folder.ForeignCaKey, folder.ForeignCaCertificate);
        RunFolder.Write(folder.OperatorRootPublic, P256Keys.ToBytes(root)!); // last: the rest is there
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
}
