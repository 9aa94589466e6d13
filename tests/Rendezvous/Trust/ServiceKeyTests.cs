using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace LumenLink.Tests.Rendezvous.Trust;

/// <summary>The operator's service keys: what is loaded, which one signs when, and how a change is taken up.</summary>
public sealed class ServiceKeyTests : IDisposable
{
    private readonly ManualTime time = new();
    private readonly TestOperator op;
    private readonly string folder = Directory.CreateTempSubdirectory("lumen-keys-").FullName;

    public ServiceKeyTests() => op = new TestOperator(time.Now);

    private string Operator => Path.Combine(folder, "operator");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_certificate_must_be_for_the_key_and_by_the_root()
    {
        TestOperator other = new(time.Now);
        op.Attestation.Open(op.RootPublicKey).Dispose();
        Refuses("another key", op.Attestation with { Key = other.Attestation.Key }, null);
        Refuses("not signed", op.Attestation, other.RootPublicKey);
        Refuses("no service certificate", op.Attestation with { Certificate = op.CertificateBytes[..^1] }, null);
        Refuses("another usage", op.Attestation with { Usage = KeyUsage.Configuration }, op.RootPublicKey);
        Refuses("another usage", op.Packs with { Usage = KeyUsage.Attestation }, op.RootPublicKey);
        Assert.Contains(
            "no P-256 private key",
            Assert.Throws<InvalidOperationException>(() => ServiceKey.Create(
                KeyUsage.Attestation, "operator/keys/test", "rubbish", op.CertificateBytes, null)).Message,
            StringComparison.Ordinal);

        static void Refuses(string reason, TestKey key, byte[]? root) => Assert.Contains(
            reason, Assert.Throws<InvalidOperationException>(() => key.Open(root)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_needs_a_key_for_attestation_and_whole_pairs_of_files()
    {
        op.WriteKeys(Operator, op.Configuration, op.Packs);
        Refuses("no key for attestation");
        op.WriteKeys(Operator, op.Attestation);
        KeyRings rings = KeyManifest.Load(Operator);
        Assert.Equal(op.CertificateBytes, rings.Attestation.SigningAt(time.Now).CertificateBytes.ToArray());
        Assert.Null(rings.Configuration);
        Assert.Null(rings.Packs);
        File.Delete(Path.Combine(Operator, "keys", "attestation-7.bin"));
        Refuses("attestation-7.bin is missing");
        File.WriteAllBytes(
            Path.Combine(Operator, "keys", "attestation-7.bin"), op.NewKey(KeyUsage.Attestation, 7).Certificate);
        Refuses("another key");
        File.WriteAllText(KeyManifest.PathIn(Operator), """{"keys":[{"usage":"attestation","version":0}]}""");
        Refuses("is not a list of service keys");

        void Refuses(string reason) => Assert.Contains(
            reason, Assert.Throws<InvalidOperationException>(() => KeyManifest.Load(Operator)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_newest_key_that_has_started_signs_and_older_ones_are_good_until_their_end()
    {
        ServiceKey[] keys = [.. Enumerable.Range(1, 3).Select(
            version => op.NewKey(KeyUsage.Packs, (uint)version).Open(null))];
        DateTimeOffset noon = time.Now;
        KeyRing ring = new(
        [
            new RingKey(keys[0], noon, noon.AddHours(3)), new RingKey(keys[1], noon.AddHours(2), noon.AddHours(5)),
            new RingKey(keys[2], noon.AddHours(4), null),
        ]);
        (int Hour, int Signing, int[] Good)[] expected =
        [
            (-1, 0, [2, 1, 0]), (0, 0, [2, 1, 0]), (2, 1, [2, 1, 0]), (3, 1, [2, 1]), (4, 2, [2, 1]), (5, 2, [2]),
        ];
        foreach ((int hour, int signing, int[] good) in expected)
        {
            Assert.Same(keys[signing], ring.SigningAt(noon.AddHours(hour)));
            Assert.Equal(good.Select(index => keys[index]), ring.GoodAt(noon.AddHours(hour)));
        }
    }

    [Fact]
    public void A_change_of_the_folder_is_taken_up_and_a_broken_one_is_not()
    {
        op.WriteKeys(Operator, op.Attestation);
        OperatorKeys keys = new(KeyManifest.Load(Operator), time);
        LumenMetrics metrics = new(Prometheus.Metrics.NewCustomRegistry());
        KeyRefresh refresh = new(
            new RendezvousSettings { DataFolder = folder }, keys, metrics, NullLogger<KeyRefresh>.Instance);
        Assert.True(refresh.Look());
        ServiceKey before = keys.Attestation;
        Assert.True(refresh.Look());
        Assert.Same(before, keys.Attestation); // nothing changed, nothing was loaded

        op.WriteKeys(Operator, op.NewKey(KeyUsage.Attestation, 8), op.Packs);
        Assert.True(refresh.Look());
        Assert.Equal((8u, 7u), (keys.Attestation.Certificate.Version, keys.Packs!.Certificate.Version));
        Assert.Equal(8, metrics.KeyVersion(KeyUsage.Attestation).Value);

        File.WriteAllText(KeyManifest.PathIn(Operator), "{");
        Assert.False(refresh.Look());
        Assert.Equal(8u, keys.Attestation.Certificate.Version);
        Assert.Equal(1, metrics.KeyLoadFailures.Value);
    }

    [Fact]
    public async Task Evidence_for_a_challenge_from_before_a_rotation_is_judged_after_it()
    {
        await using TestService service = new(time);
        TestBeacon beacon = await service.EnrolAsync();
        TestKey next = service.Operator.NewKey(KeyUsage.Attestation, 8);
        byte[] hello = beacon.Hello();
        byte[] challenge = (await service.HandleAsync(beacon, hello)).Reply.ToArray();

        RingKey before = new(
            service.Operator.Attestation.Open(null), DateTimeOffset.UnixEpoch, time.Now.AddMinutes(1));
        service.Get<OperatorKeys>().Take(service.Operator.Rings with
        {
            Attestation = new KeyRing([before, new RingKey(next.Open(null), time.Now, null)]),
        });
        FrameAnswer answer = await service.HandleAsync(beacon, beacon.Evidence(hello, challenge));
        Assert.Equal(IngestOutcome.Attested, answer.Outcome);

        // Revoked at once instead, the same challenge would be nobody's.
        byte[] again = beacon.Hello();
        byte[] late = (await service.HandleAsync(beacon, again)).Reply.ToArray();
        service.Get<OperatorKeys>().Take(service.Operator.Rings);
        answer = await service.HandleAsync(beacon, beacon.Evidence(again, late));
        Assert.Equal(IngestOutcome.AttestationRefused, answer.Outcome);
    }
}
