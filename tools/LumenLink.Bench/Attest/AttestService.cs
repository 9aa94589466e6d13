using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Composition;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Store.Migrations;
using LumenLink.Rendezvous.Trust;
using Microsoft.Extensions.DependencyInjection;

namespace LumenLink.Bench.Attest;

/// <summary>The service's own parts over a PostgreSQL that keeps what it acknowledges, with enrolled beacons.</summary>
internal sealed class AttestService : IAsyncDisposable
{
    private const int EidSecretSize = 21;
    private readonly PostgresCluster _cluster;
    private readonly IRendezvousStore _store;
    private readonly ServiceProvider _provider;
    private readonly TrustMaterial _material;

    private AttestService(PostgresCluster cluster, IRendezvousStore store, SecretBox box, TrustMaterial material)
    {
        _cluster = cluster;
        _store = store;
        _material = material;
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddRendezvous(new RendezvousSettings(), store, box, material);
        _provider = services.BuildServiceProvider();
    }

    /// <summary>Answers Hellos.</summary>
    public ChallengeIssuer Issuer => _provider.GetRequiredService<ChallengeIssuer>();

    /// <summary>Judges and commits.</summary>
    public AttestationService Attestation => _provider.GetRequiredService<AttestationService>();

    /// <summary>The beacons.</summary>
    public List<BenchBeacon> Beacons { get; } = [];

    /// <summary>The same as the registry has them.</summary>
    public List<RegisteredBeacon> Registered { get; } = [];

    /// <summary>Starts the database and enrols beacons.</summary>
    public static async Task<AttestService> StartAsync(int beacons)
    {
        if (PostgresCluster.SkipReason is { } reason)
            throw new BenchException(reason);
        PostgresCluster cluster = await PostgresCluster.StartAsync(isDurable: true);
        await cluster.ExecuteAsync("CREATE DATABASE bench");
        DatabaseSettings settings = DatabaseSettings.Parse(cluster.UrlOf("bench", PostgresCluster.Superuser), "");
        await StoreMigrator.MigrateAsync(settings, null, CancellationToken.None);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 ca = MakeCa(now);
        var box = new SecretBox(RandomNumberGenerator.GetBytes(MasterKey.Size));
        var material = new TrustMaterial(
            new KeyRings(KeyRing.Of(MakeServiceKey()), null, null), DeviceCaFolder.Of(Pinned(ca, now)),
            ReferencePolicy.Default, 0, ServiceEnvironment.Development);
        var service = new AttestService(cluster, StoreFactory.Create(settings), box, material);
        for (int i = 0; i < beacons; i++)
            await service.EnrolAsync(new BenchBeacon($"beacon-{i}"), ca, box, now);
        return service;
    }

    /// <summary>All that the verdict over an Evidence depends on.</summary>
    public async Task<EvidenceCase> CaseAsync(byte[] frame, RegisteredBeacon beacon)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        EvidenceFrame evidence = new();
        evidence.Read(frame, 0, frame.Length);
        return new EvidenceCase(
            frame, beacon,
            await _provider.GetRequiredService<ChallengeKeys>().ForCheckAsync(evidence.IssuedUnixMs, default),
            await _provider.GetRequiredService<EpochKeys>().FindAsync(evidence.EpochId, default),
            _provider.GetRequiredService<OperatorKeys>().AttestationCertificates, _material.DeviceCas.Current(now),
            _material.Policy, _material.MinimumPolicyVersion, _material.Environment, now);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        await _store.DisposeAsync();
        await _cluster.DisposeAsync();
        Beacons.ForEach(beacon => beacon.Dispose());
    }

    private async Task EnrolAsync(BenchBeacon beacon, X509Certificate2 ca, SecretBox box, DateTimeOffset now)
    {
        byte[] eid = box.Seal(GrantWriter.EidPurpose(beacon.Id), new byte[EidSecretSize]);
        EnrolOutcome outcome = await _store.EnrolAsync(beacon.Enrolment(ca, now), eid, "x", now, default);
        if (outcome != EnrolOutcome.Enrolled)
            throw new BenchException($"A beacon is not enrolled: {outcome}.");
        Beacons.Add(beacon);
        Registered.Add((await _store.FindBeaconAsync(beacon.Id, default))!);
    }

    /// <summary>The CA with an empty revocation list.</summary>
    private static DeviceCas Pinned(X509Certificate2 ca, DateTimeOffset now)
    {
        byte[] list = new CertificateRevocationListBuilder().Build(
            ca, 1, now.AddDays(2), HashAlgorithmName.SHA256, thisUpdate: now);
        return new DeviceCas(
            [new DeviceCa(X509CertificateLoader.LoadCertificate(ca.RawData), false, CrlReader.Read(list, ca))]);
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

    /// <summary>A service key certified by a root that nobody asks for here.</summary>
    private static ServiceKey MakeServiceKey()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
        ServiceCertificate certificate = new() { Version = 1, Usage = ServiceCertificate.UsageAttestation };
        point.X!.CopyTo(certificate.Key, 0);
        point.Y!.CopyTo(certificate.Key, point.X.Length);
        certificate.KeyId = BitConverter.ToUInt32(SHA256.HashData(certificate.Key));
        byte[] bytes = new byte[ServiceCertificate.Size];
        certificate.Write(bytes, 0);
        return ServiceKey.Create(KeyUsage.Attestation, "the key", key.ExportPkcs8PrivateKeyPem(), bytes, null);
    }
}
