using System.Collections.Concurrent;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Composition;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;
using LumenLink.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace LumenLink.Tests.Rendezvous.Trust;

/// <summary>
/// Many answers to few challenges, on two replicas over one PostgreSQL, and a Redis that comes and goes.
/// </summary>
[Collection(PostgresCollection.Name)]
public sealed class NonceStormTests(PostgresFixture postgres)
{
    private const int Beacons = 100;
    private const int ChallengesOfEach = 10;
    private const int Challenges = Beacons * ChallengesOfEach;

    /// <summary>Different Evidences for each challenge; each is presented at both replicas.</summary>
    private const int Answers = 5;

    private const int Uses = Challenges * Answers * 2;
    private const int AtOnce = 64;

    [PostgresRedisFact]
    public async Task Of_ten_thousand_uses_of_a_thousand_nonces_each_nonce_is_accepted_once()
    {
        await using TestDatabase database = await postgres.CreateAsync();
        await using RedisServer redis = await RedisServer.StartAsync();
        ManualTime time = new();
        TestOperator op = new(time.Now);
        await using Replica first = new(database, redis, op, time);
        await using Replica second = new(database, redis, op, time);
        byte[] older = await redis.TakeSnapshotAsync();
        Use[] uses = await MakeUsesAsync([first, second], op, time.Now);
        Assert.Equal(10_000, uses.Length);
        new Random(1).Shuffle(uses);

        ConcurrentBag<(Use Use, AttestationOutcome? Outcome)> came = [];
        await PresentAsync(uses[..(Uses / 2)], came);
        await redis.KillAsync();
        await PresentAsync(uses[(Uses / 2)..(Uses * 3 / 4)], came);
        await redis.RestoreAsync(older);
        await PresentAsync(uses[(Uses * 3 / 4)..], came);
        await PresentAsync(uses[..(Uses / 4)], came); // and what was decided before all that

        Assert.Equal(Uses + (Uses / 4), came.Count);
        Assert.All(came.GroupBy(one => one.Use.Challenge), of => Assert.Single(
            of, one => one.Outcome == AttestationOutcome.Accepted));
        // Null: the very same bytes were judged before.
        Assert.All(came, one => Assert.Contains(
            one.Outcome, (AttestationOutcome?[])[null, AttestationOutcome.Accepted, AttestationOutcome.NonceUsed]));
        Assert.Equal(Challenges, await database.CountAsync("sessions"));
        Assert.Equal(Challenges, await database.CountAsync("used_nonces"));
        Assert.Equal(
            Challenges, await database.CountAsync($"attestations WHERE outcome = {(int)AttestationOutcome.Accepted}"));
    }

    private static async Task<Use[]> MakeUsesAsync(Replica[] replicas, TestOperator op, DateTimeOffset now)
    {
        List<Use> uses = [];
        for (int i = 0; i < Beacons; i++)
        {
            TestBeacon beacon = new($"beacon {i}");
            await replicas[0].EnrolAsync(beacon, op, now);
            for (int j = 0; j < ChallengesOfEach; j++)
            {
                byte[] hello = beacon.Hello();
                byte[] challenge = await replicas[j % 2].ChallengeAsync(hello);
                for (int k = 0; k < Answers; k++)
                {
                    byte[] evidence = beacon.Evidence(hello, challenge);
                    uses.AddRange(replicas.Select(
                        replica => new Use((i * ChallengesOfEach) + j, beacon.Id, evidence, replica)));
                }
            }
        }

        return [.. uses];
    }

    /// <summary>A use that could not be checked is made again, as a beacon does.</summary>
    private static Task PresentAsync(Use[] uses, ConcurrentBag<(Use Use, AttestationOutcome? Outcome)> came) =>
        Parallel.ForEachAsync(uses, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (use, token) =>
        {
            AttestationOutcome? outcome;
            do
                outcome = await use.Replica.JudgeAsync(use.Beacon, use.Evidence, token);
            while (outcome == AttestationOutcome.CouldNotCheck);
            came.Add((use, outcome));
        });

    private sealed record Use(int Challenge, BeaconId Beacon, byte[] Evidence, Replica Replica);

    /// <summary>The service's own composition over the database that it shares with another one.</summary>
    private sealed class Replica : IAsyncDisposable
    {
        private readonly IRendezvousStore store;
        private readonly SecretBox box = new(new byte[32]);
        private readonly ServiceProvider provider;

        public Replica(TestDatabase database, RedisServer redis, TestOperator op, ManualTime time)
        {
            store = StoreFactory.Create(database.Settings);
            ServiceCollection services = new();
            services.AddLogging();
            services.AddRendezvous(
                new RendezvousSettings { MqttPort = 0, HttpPort = 0, MetricsPort = 0, RedisUrl = redis.Url },
                store, box,
                new TrustMaterial(
                    op.Rings, op.DeviceCaFolder, ReferencePolicy.Default, 0, ServiceEnvironment.Development));
            services.AddSingleton<TimeProvider>(time);
            provider = services.BuildServiceProvider(validateScopes: true);
        }

        public Task EnrolAsync(TestBeacon beacon, TestOperator op, DateTimeOffset now) => store.EnrolAsync(
            beacon.Enrolment(op), box.Seal(GrantWriter.EidPurpose(beacon.Id), new byte[21]), "x", now, default);

        public async Task<byte[]> ChallengeAsync(byte[] hello)
        {
            HelloFrame read = new();
            Assert.Equal(WireError.None, read.Read(hello, 0, hello.Length));
            return await provider.GetRequiredService<ChallengeIssuer>().IssueAsync(hello, read, default);
        }

        /// <summary>Null when the very same bytes were judged before.</summary>
        public async Task<AttestationOutcome?> JudgeAsync(
            BeaconId beacon, byte[] evidence, CancellationToken cancellationToken) =>
            (await provider.GetRequiredService<AttestationService>()
                .JudgeAsync(beacon, evidence, isAuthenticated: true, cancellationToken))?.Outcome;

        public async ValueTask DisposeAsync()
        {
            await provider.DisposeAsync();
            await store.DisposeAsync();
        }
    }
}
