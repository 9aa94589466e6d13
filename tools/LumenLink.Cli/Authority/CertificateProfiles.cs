using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Formats.Asn1;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Cli.Authority;

/// <summary>
/// The one place where X.509 certificates and revocation lists are made (RFC 5280): P-256, ECDSA with SHA-256. A key
/// may live in a token: it is asked for signatures only.
/// </summary>
internal static class CertificateProfiles
{
    /// <summary>Characters of a CA's name; the common name adds what kind it is, and has 64 at most.</summary>
    public const int MaxNameLength = 48;

    /// <summary>Lifetimes, days.</summary>
    public const int RootDays = 30 * 365, DeviceCaDays = 20 * 365, DeviceDays = 10 * 365;

    private const int RootPathLength = 1;
    private const int DeviceCaPathLength = 0;
    private const int SerialBytes = 16;
    private const string SerialNumberAttribute = "2.5.4.5";

    /// <summary>Certificates begin a little earlier: the clocks of others differ.</summary>
    public static readonly TimeSpan Backdated = TimeSpan.FromMinutes(5);

    private static readonly HashAlgorithmName Hash = HashAlgorithmName.SHA256;

    /// <summary>A self-signed root: one CA may lie below it.</summary>
    public static X509Certificate2 Root(ECDsa key, string name, bool isDevelopment, DateTimeOffset now)
    {
        CertificateRequest request = Ca(key, name + " root CA", isDevelopment, RootPathLength);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(
            request.CertificateExtensions.OfType<X509SubjectKeyIdentifierExtension>().Single()));
        return request.Create(
            request.SubjectName, X509SignatureGenerator.CreateForECDsa(key), now - Backdated, now.AddDays(RootDays),
            Serial());
    }

    /// <summary>A device CA: no CA may lie below it.</summary>
    public static X509Certificate2 DeviceCa(
        X509Certificate2 root, ECDsa rootKey, ECDsa key, string name, bool isDevelopment, DateTimeOffset now)
    {
        CertificateRequest request = Ca(key, name + " device CA", isDevelopment, DeviceCaPathLength);
        return Sign(request, root, rootKey, now - Backdated, now.AddDays(DeviceCaDays));
    }

    /// <summary>A beacon's certificate: CN is the beacon id, serialNumber the same in 16 hex digits.</summary>
    /// <param name="ca">The device CA.</param>
    /// <param name="caKey">Its key.</param>
    /// <param name="publicKey">X || Y of a point of the curve.</param>
    /// <param name="from">Valid from.</param>
    /// <param name="until">Valid until; not after the CA's own end.</param>
    public static X509Certificate2 Device(
        X509Certificate2 ca, ECDsa caKey, byte[] publicKey, DateTimeOffset from, DateTimeOffset until)
    {
        using ECDsa key = P256Keys.FromBytes(publicKey);
        byte[] hash = SHA256.HashData(publicKey);
        X500DistinguishedNameBuilder name = new();
        name.Add(
            SerialNumberAttribute, Convert.ToHexStringLower(hash.AsSpan(0, BeaconId.ByteCount)),
            UniversalTagNumber.PrintableString);
        name.AddCommonName(BeaconId.FromBytes(hash).ToString());
        CertificateRequest request = new(name.Build(), key, Hash);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return Sign(request, ca, caKey, from, until);
    }

    /// <summary>A revocation list, DER.</summary>
    public static byte[] RevocationList(
        X509Certificate2 ca, ECDsa caKey, long number, DateTimeOffset thisUpdate, DateTimeOffset nextUpdate,
        IEnumerable<(byte[] Serial, DateTimeOffset At, X509RevocationReason Reason)> revoked)
    {
        CertificateRevocationListBuilder builder = new();
        foreach ((byte[] serial, DateTimeOffset at, X509RevocationReason reason) in revoked)
        {
            // RFC 5280 section 5.3.1: a reason that is not stated is left out.
            builder.AddEntry(serial, at, reason == X509RevocationReason.Unspecified ? null : reason);
        }

        return builder.Build(
            ca.SubjectName, X509SignatureGenerator.CreateForECDsa(caKey), new BigInteger(number), nextUpdate, Hash,
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(ca, true, false), thisUpdate);
    }

    private static CertificateRequest Ca(ECDsa key, string name, bool isDevelopment, int pathLength)
    {
        X500DistinguishedNameBuilder subject = new();
        if (isDevelopment)
            subject.AddOrganizationalUnitName(DeviceCaFolder.DevelopmentUnit);
        subject.AddCommonName(name);
        CertificateRequest request = new(subject.Build(), key, Hash);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, pathLength, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }

    private static X509Certificate2 Sign(
        CertificateRequest request, X509Certificate2 issuer, ECDsa issuerKey, DateTimeOffset from, DateTimeOffset until)
    {
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false));
        return request.Create(
            issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(issuerKey), from, until, Serial());
    }

    private static byte[] Serial()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(SerialBytes);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40); // positive, and of one length (RFC 5280 section 4.1.2.2)
        return serial;
    }
}
