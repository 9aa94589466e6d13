using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Load;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Bench;

/// <summary>An operator for the time of a benchmark: a development CA and the key that signs Challenges.</summary>
internal sealed class BenchOperator : IDisposable
{
    private const int EidSecretSize = 21;
    private readonly X509Certificate2 _ca;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>Makes both.</summary>
    public BenchOperator(DateTimeOffset now) => _ca = MakeCa(now);

    /// <summary>The CA with an empty revocation list.</summary>
    public DeviceCas Pinned(DateTimeOffset now)
    {
        byte[] list = new CertificateRevocationListBuilder().Build(
            _ca, 1, now.AddDays(2), HashAlgorithmName.SHA256, thisUpdate: now);
        return new DeviceCas(
            [new DeviceCa(X509CertificateLoader.LoadCertificate(_ca.RawData), false, CrlReader.Read(list, _ca))]);
    }

    /// <summary>The service key, certified by a root that nobody asks for here.</summary>
    public ServiceKey OpenKey() =>
        ServiceKey.Create(KeyUsage.Attestation, "the key", _key.ExportPkcs8PrivateKeyPem(), Certify(), null);

    /// <summary>Writes the operator folder that a service starts with.</summary>
    /// <param name="folder">The folder.</param>
    public void WriteTo(string folder)
    {
        string keys = Path.Combine(folder, KeyManifest.FolderName);
        string cas = Path.Combine(folder, "device-cas", "development");
        Directory.CreateDirectory(keys);
        Directory.CreateDirectory(cas);
        KeyEntry entry = new(KeyUsage.Attestation, 1, DateTimeOffset.UnixEpoch, null, null);
        File.WriteAllText(Path.Combine(keys, entry.Name + ".pem"), _key.ExportPkcs8PrivateKeyPem());
        File.WriteAllBytes(Path.Combine(keys, entry.Name + ".bin"), Certify());
        File.WriteAllBytes(KeyManifest.PathIn(folder), new KeyManifest([entry]).Write());
        File.WriteAllText(Path.Combine(cas, "bench.crt"), _ca.ExportCertificatePem());
    }

    /// <summary>Enrols a beacon, past the service.</summary>
    /// <exception cref="BenchException">The store says no.</exception>
    public async Task EnrolAsync(IRegistryStore store, SecretBox box, LoadBeacon beacon, DateTimeOffset now)
    {
        var enrolment = new BeaconEnrolment(
            1, beacon.PublicKey, beacon.IssueCertificate(_ca, now), SecurityLevel.EmulatedChip,
            (int)HardwareModel.Simulator, beacon.Name, "bench");
        byte[] eid = box.Seal(GrantWriter.EidPurpose(beacon.Id), new byte[EidSecretSize]);
        EnrolOutcome outcome = await store.EnrolAsync(enrolment, eid, "x", now, default);
        if (outcome != EnrolOutcome.Enrolled)
            throw new BenchException($"A beacon is not enrolled: {outcome}.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ca.Dispose();
        _key.Dispose();
    }

    private static X509Certificate2 MakeCa(DateTimeOffset now)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=bench CA", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(now.AddDays(-2), now.AddDays(2));
    }

    private byte[] Certify()
    {
        ECPoint point = _key.ExportParameters(includePrivateParameters: false).Q;
        ServiceCertificate certificate = new() { Version = 1, Usage = ServiceCertificate.UsageAttestation };
        point.X!.CopyTo(certificate.Key, 0);
        point.Y!.CopyTo(certificate.Key, point.X.Length);
        certificate.KeyId = BitConverter.ToUInt32(SHA256.HashData(certificate.Key));
        byte[] bytes = new byte[ServiceCertificate.Size];
        certificate.Write(bytes, 0);
        return bytes;
    }
}
