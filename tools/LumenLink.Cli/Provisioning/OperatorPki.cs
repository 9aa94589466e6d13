using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Cli.Keys;

namespace LumenLink.Cli.Provisioning;

/// <summary>
/// The operator's keys of a development run: the root that beacons pin, the service keys with their compact
/// certificates, the development CA that enrols beacons, and a foreign CA that nobody trusts.
/// </summary>
internal sealed class OperatorPki
{
    private const int PublicKeyBytes = 64;
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
        new ServiceKeyFolder(folder.Operator).Complete(DateTimeOffset.UtcNow);
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
        CreateCa("LumenLink development device CA", folder.DeviceCaKey, folder.DeviceCaCertificate);
        CreateCa("Somebody else's device CA", folder.ForeignCaKey, folder.ForeignCaCertificate);
        RunFolder.Write(folder.OperatorRootPublic, PublicBytes(root)); // last: the rest is there
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
