using System.Security.Cryptography;
using LumenLink.Load;
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
    public List<LoadBeacon> Beacons { get; } = [];

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
        using var op = new BenchOperator(now);
        var box = new SecretBox(RandomNumberGenerator.GetBytes(MasterKey.Size));
        var material = new TrustMaterial(
            new KeyRings(KeyRing.Of(op.OpenKey()), null, null), DeviceCaFolder.Of(op.Pinned(now)),
            ReferencePolicy.Default, 0, ServiceEnvironment.Development);
        var service = new AttestService(cluster, StoreFactory.Create(settings), box, material);
        for (int i = 0; i < beacons; i++)
            await service.EnrolAsync(new LoadBeacon($"beacon-{i}"), op, box, now);
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

    private async Task EnrolAsync(LoadBeacon beacon, BenchOperator op, SecretBox box, DateTimeOffset now)
    {
        await op.EnrolAsync(_store, box, beacon, now);
        Beacons.Add(beacon);
        Registered.Add((await _store.FindBeaconAsync(beacon.Id, default))!);
    }
}
