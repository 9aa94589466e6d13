using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Tests.Rendezvous.Support;

/// <summary>A service key with its certificate, from which a service can load it.</summary>
internal sealed record TestKey(KeyUsage Usage, ECDsa Key, byte[] Certificate, uint Version)
{
    public string Pem => Key.ExportPkcs8PrivateKeyPem();

    public byte[] PublicKey => TestOperator.PublicKey(Key);

    public ServiceKey Open(byte[]? root) => ServiceKey.Create(Usage, "operator/keys/test", Pem, Certificate, root);
}

/// <summary>An operator with a root key, service keys, and device CAs of both kinds and of somebody else.</summary>
internal sealed class TestOperator
{
    private const uint FirstVersion = 7;

    public TestOperator(DateTimeOffset now)
    {
        Now = now;
        DevelopmentCa = NewCa("Development device CA", now);
        ProductionCa = NewCa("Production device CA", now);
        ForeignCa = NewCa("Somebody else", now);
        Attestation = NewKey(KeyUsage.Attestation, FirstVersion);
        Configuration = NewKey(KeyUsage.Configuration, FirstVersion);
        Packs = NewKey(KeyUsage.Packs, FirstVersion);
        Audit = NewKey(KeyUsage.Audit, FirstVersion);
        Rings = new KeyRings(Ring(Attestation), Ring(Configuration), Ring(Packs), Ring(Audit));
    }

    /// <summary>Certifies the service keys.</summary>
    public ECDsa Root { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public DateTimeOffset Now { get; }

    public X509Certificate2 DevelopmentCa { get; }

    public X509Certificate2 ProductionCa { get; }

    public X509Certificate2 ForeignCa { get; }

    public TestKey Attestation { get; }

    public TestKey Configuration { get; }

    public TestKey Packs { get; }

    public TestKey Audit { get; }

    /// <summary>What a service that starts is given; a test replaces it.</summary>
    public KeyRings Rings { get; set; }

    public byte[] CertificateBytes => Attestation.Certificate;

    public string ServiceKeyPem => Attestation.Pem;

    public byte[] RootPublicKey => PublicKey(Root);

    /// <summary>Both, pinned, with empty revocation lists.</summary>
    public DeviceCas DeviceCas => Pinned(
        CrlReader.Read(Crl(ProductionCa), ProductionCa), CrlReader.Read(Crl(DevelopmentCa), DevelopmentCa));

    public DeviceCaFolder DeviceCaFolder => DeviceCaFolder.Of(DeviceCas);

    /// <summary>What a service is given that this operator runs.</summary>
    public TrustMaterial Trust(ServiceEnvironment environment, ReferencePolicy? policy = null) =>
        new(Rings, DeviceCaFolder, policy ?? ReferencePolicy.Default, 0, environment);

    public DeviceCas Pinned(RevocationList production, RevocationList development) => new(
    [
        new DeviceCa(ProductionCa, true, production), new DeviceCa(DevelopmentCa, false, development),
    ]);

    /// <summary>Both, pinned, one with this list.</summary>
    public DeviceCas PinnedFor(X509Certificate2 ca, byte[] list) => ca == ProductionCa
        ? Pinned(CrlReader.Read(list, ca), CrlReader.Read(Crl(DevelopmentCa), DevelopmentCa))
        : Pinned(CrlReader.Read(Crl(ProductionCa), ProductionCa), CrlReader.Read(list, ca));

    /// <summary>A revocation list in DER, from a day ago until in 30 days.</summary>
    public byte[] Crl(X509Certificate2 ca, params byte[][] certificates) =>
        Crl(ca, Now.AddDays(-1), Now.AddDays(30), certificates);

    /// <summary>A revocation list in DER.</summary>
    public static byte[] Crl(
        X509Certificate2 ca, DateTimeOffset from, DateTimeOffset until, params byte[][] certificates)
    {
        CertificateRevocationListBuilder builder = new();
        foreach (byte[] certificate in certificates)
        {
            using X509Certificate2 read = X509CertificateLoader.LoadCertificate(certificate);
            builder.AddEntry(read, from, X509RevocationReason.KeyCompromise);
        }

        return builder.Build(ca, 1, until, HashAlgorithmName.SHA256, thisUpdate: from);
    }

    /// <summary>A new key, certified by the root.</summary>
    public TestKey NewKey(KeyUsage usage, uint version)
    {
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new TestKey(usage, key, Certify(key, (byte)usage, version), version);
    }

    /// <summary>A ring of one key that is always good.</summary>
    public KeyRing Ring(TestKey key) => KeyRing.Of(key.Open(RootPublicKey));

    /// <summary>Writes root.pub and these keys into an operator folder, all good from the beginning.</summary>
    public void WriteKeys(string operatorFolder, params TestKey[] keys)
    {
        string folder = Path.Combine(operatorFolder, KeyManifest.FolderName);
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(operatorFolder, "root.pub"), RootPublicKey);
        KeyEntry[] entries =
            [.. keys.Select(key => new KeyEntry(key.Usage, key.Version, DateTimeOffset.UnixEpoch, null, null))];
        foreach ((TestKey key, KeyEntry entry) in keys.Zip(entries))
        {
            File.WriteAllText(Path.Combine(folder, entry.Name + ".pem"), key.Pem);
            File.WriteAllBytes(Path.Combine(folder, entry.Name + ".bin"), key.Certificate);
        }

        File.WriteAllBytes(KeyManifest.PathIn(operatorFolder), new KeyManifest(entries).Write());
    }

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
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(now.AddYears(-2), now.AddYears(10));
    }

    private byte[] Certify(ECDsa certified, byte usage, uint version)
    {
        byte[] key = PublicKey(certified);
        ServiceCertificate certificate = new()
        {
            KeyId = BitConverter.ToUInt32(SHA256.HashData(key)),
            Version = version,
            Usage = usage,
            RootId = BitConverter.ToUInt32(SHA256.HashData(RootPublicKey)),
        };
        key.CopyTo(certificate.Key, 0);
        byte[] bytes = new byte[ServiceCertificate.Size];
        certificate.Write(bytes, 0);
        byte[] message = [.. "LL1.cert\0\0\0\0\0\0\0\0"u8, .. bytes.AsSpan(0, ServiceCertificate.SignedSize)];
        byte[] signature = Root.SignData(
            message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        signature.CopyTo(bytes, ServiceCertificate.SignedSize);
        return bytes;
    }
}
