using System.Buffers.Binary;
using System.Security.Cryptography;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Trust;

public sealed class ExchangeTests
{
    [Fact]
    public async Task Both_sides_agree_on_keys_and_the_secrets_arrive()
    {
        await using TestService service = await new TestService().StartAsync();
        TestBeacon beacon = await service.EnrolAsync();
        await service.AttestAsync(beacon);

        VerdictRow verdict = Assert.Single(service.Store.Verdicts);
        Assert.Equal(AttestationOutcome.Accepted, verdict.Outcome);
        Assert.Equal("0.1.0", verdict.FirmwareVersion);
        Assert.Equal(service.Time.Now.ToUnixTimeMilliseconds() - 60_000, verdict.Session!.TickZeroUnixMs);
        ushort today = (ushort)(service.Time.Now - DateTimeOffset.UnixEpoch).TotalDays;
        BeaconSession session = beacon.Session!;
        Assert.Equal(
            [SecretId.EidKey, SecretId.PseudonymKey, SecretId.PseudonymKey],
            session.Secrets.Select(s => s.Id));
        Assert.Equal(0xE1, session.Secrets[0].Plain[0]);
        Assert.Equal(today, BinaryPrimitives.ReadUInt16LittleEndian(session.Secrets[1].Plain));
        Assert.Equal(today + 1, BinaryPrimitives.ReadUInt16LittleEndian(session.Secrets[2].Plain));
        Assert.NotEqual(session.Secrets[1].Plain[2..], session.Secrets[2].Plain[2..]);

        FrameAnswer answer = await service.HandleAsync(beacon, session.Records(5, 1, TestRecords.Report(1, [7])));
        Assert.Equal(IngestOutcome.Accepted, answer.Outcome);
        Assert.True(session.Receipt(answer.Reply.ToArray()).IsSettled(1));
    }

    [Fact]
    public async Task Evidence_that_is_delivered_twice_is_judged_once()
    {
        await using TestService service = new();
        TestBeacon beacon = await service.EnrolAsync();
        byte[] hello = beacon.Hello();
        byte[] challenge = (await service.HandleAsync(beacon, hello)).Reply.ToArray();
        byte[] evidence = beacon.Evidence(hello, challenge);
        Assert.Equal(IngestOutcome.Attested, (await service.HandleAsync(beacon, evidence)).Outcome);
        FrameAnswer again = await service.HandleAsync(beacon, evidence);
        Assert.Equal(IngestOutcome.JudgedBefore, again.Outcome);
        Assert.True(again.Reply.IsEmpty);
        Assert.Single(service.Store.Sessions);
        Assert.Equal(AttestationOutcome.Accepted, Assert.Single(service.Store.Verdicts).Outcome);
    }

    [Fact]
    public async Task Another_Evidence_for_a_challenge_that_was_answered_is_refused()
    {
        await using TestService service = new();
        TestBeacon beacon = await service.EnrolAsync();
        byte[] hello = beacon.Hello();
        byte[] challenge = (await service.HandleAsync(beacon, hello)).Reply.ToArray();
        byte[] evidence = beacon.Evidence(hello, challenge);
        Assert.Equal(IngestOutcome.Attested, (await service.HandleAsync(beacon, evidence)).Outcome);
        FrameAnswer again = await service.HandleAsync(beacon, beacon.Evidence(hello, challenge, x => x.UptimeMs++));
        Assert.Equal(IngestOutcome.AttestationRefused, again.Outcome);
        Assert.Equal(AttestationOutcome.NonceUsed, Refusal(service, hello, again).Outcome);
        Assert.Single(service.Store.Sessions);
        Assert.Equal(1, service.Metrics.Attestations(AttestationOutcome.NonceUsed).Value);
    }

    [Fact]
    public async Task A_challenge_replayed_to_another_Hello_is_refused()
    {
        await using TestService service = new();
        TestBeacon beacon = await service.EnrolAsync();
        byte[] challenge = (await service.HandleAsync(beacon, beacon.Hello())).Reply.ToArray();
        byte[] other = beacon.Hello();
        FrameAnswer answer = await service.HandleAsync(beacon, beacon.Evidence(other, challenge));
        Assert.Equal(AttestationOutcome.NonceForAnotherHello, Refusal(service, other, answer).Outcome);
        Assert.False(TestBeacon.Trusts(service.Operator, other, challenge));
    }

    [Fact]
    public async Task The_nonce_of_one_challenge_does_not_go_with_the_MAC_of_another()
    {
        await using TestService service = new();
        TestBeacon beacon = await service.EnrolAsync();
        byte[] hello = beacon.Hello();
        byte[] old = (await service.HandleAsync(beacon, hello)).Reply.ToArray();
        service.Time.Advance(TimeSpan.FromSeconds(100));
        byte[] young = (await service.HandleAsync(beacon, hello)).Reply.ToArray();
        service.Time.Advance(TimeSpan.FromSeconds(100));
        byte[] evidence = beacon.Evidence(hello, old, mixed =>
        {
            ChallengeFrame challenge = new();
            challenge.Read(young, 0, young.Length);
            challenge.ServiceNonce.CopyTo(mixed.ServiceNonce, 0);
            mixed.IssuedUnixMs = challenge.IssuedUnixMs;
        });
        FrameAnswer answer = await service.HandleAsync(beacon, evidence);
        Assert.Equal(AttestationOutcome.NonceForAnotherHello, Refusal(service, hello, answer).Outcome);
    }

    [Fact]
    public async Task Another_replica_judges_what_the_first_one_challenged()
    {
        await using TestService first = new();
        await using TestService second = await new TestService(first.Time, first.Store, first.Operator).StartAsync();
        TestBeacon beacon = await first.EnrolAsync();
        byte[] hello = beacon.Hello();
        byte[] challenge = (await first.HandleAsync(beacon, hello)).Reply.ToArray();
        FrameAnswer result = await second.HandleAsync(beacon, beacon.Evidence(hello, challenge));
        Assert.Equal(IngestOutcome.Attested, result.Outcome);
        Assert.True(beacon.Accept(result.Reply.ToArray()));

        // And a third, which has only the store, takes the records.
        await using TestService third = await new TestService(first.Time, first.Store, first.Operator).StartAsync();
        byte[] records = beacon.Session!.Records(5, 1, TestRecords.Report(1, [7]));
        Assert.Equal(IngestOutcome.Accepted, (await third.HandleAsync(beacon, records)).Outcome);
    }

    [Fact]
    public async Task A_store_that_fails_is_neither_a_pass_nor_a_failure()
    {
        await using TestService service = new();
        TestBeacon beacon = await service.EnrolAsync();
        byte[] hello = beacon.Hello();
        byte[] challenge = (await service.HandleAsync(beacon, hello)).Reply.ToArray();
        byte[] evidence = beacon.Evidence(hello, challenge);
        service.Store.Failure = new IOException("no route to the database");
        FrameAnswer answer = await service.HandleAsync(beacon, evidence);
        Assert.Equal(IngestOutcome.CouldNotCheck, answer.Outcome);
        Assert.Equal(AttestationOutcome.CouldNotCheck, Refusal(service, hello, answer).Outcome);
        Assert.Empty(service.Store.Verdicts);

        service.Store.Failure = null;
        service.Time.Advance(2 * TrustPolicy.RevocationsPoll);
        Assert.Equal(IngestOutcome.Attested, (await service.HandleAsync(beacon, evidence)).Outcome);
    }

    [Fact]
    public async Task A_master_key_that_does_not_fit_is_could_not_check()
    {
        await using TestService service = new();
        await using TestService other = new(
            service.Time, service.Store, service.Operator, masterKey: [.. Enumerable.Repeat((byte)1, 32)]);
        TestBeacon beacon = await service.EnrolAsync();
        byte[] hello = beacon.Hello();
        byte[] challenge = (await service.HandleAsync(beacon, hello)).Reply.ToArray();
        FrameAnswer answer = await other.HandleAsync(beacon, beacon.Evidence(hello, challenge));
        Assert.Equal(IngestOutcome.CouldNotCheck, answer.Outcome);
    }

    [Fact]
    public async Task A_Hello_stores_nothing_beyond_the_shared_keys()
    {
        await using TestService service = new();
        TestBeacon beacon = await service.EnrolAsync();
        await service.HandleAsync(beacon, beacon.Hello());
        SharedKeyRow[] keys = [.. service.Store.SharedKeys];
        await service.HandleAsync(beacon, beacon.Hello());
        Assert.Equal(keys, service.Store.SharedKeys);
        Assert.Equal(["challenge", "epoch"], keys.Select(key => key.Purpose).Order());
        Assert.Empty(service.Store.Verdicts);
    }

    [Fact]
    public async Task An_epoch_key_is_gone_after_its_end_and_its_challenges_with_it()
    {
        await using TestService service = new();
        uint epoch = EpochKeys.EpochOf(service.Time.Now);
        EpochKeys epochs = service.Get<EpochKeys>();
        EpochKey key = await epochs.CurrentAsync(default);
        Assert.Equal(epoch, key.Id);
        service.Time.Advance(TrustPolicy.EpochLength);
        Assert.NotEqual(epoch, (await epochs.CurrentAsync(default)).Id);
        Assert.NotNull(await epochs.FindAsync(epoch, default));
        service.Time.Advance(TrustPolicy.NonceLifetime + TrustPolicy.ReplicaClockSkew);
        Assert.Null(await epochs.FindAsync(epoch, default));
        epochs.DestroyExpired();
        Assert.Throws<ObjectDisposedException>(() => key.Private.ExportParameters(true));
        await service.Store.PruneTrustAsync(service.Time.Now, default);
        Assert.DoesNotContain(service.Store.SharedKeys, row => row.Purpose == "epoch" && row.Number == epoch);
    }

    [Fact]
    public async Task More_Hellos_than_a_beacon_may_send_are_told_to_back_off()
    {
        await using TestService service = new();
        TestBeacon beacon = await service.EnrolAsync();
        TestBeacon neighbour = await service.EnrolAsync("cellar");
        for (int i = 0; i < TrustPolicy.ExchangeBurst; i++)
            Assert.Equal(IngestOutcome.Challenged, (await service.HandleAsync(beacon, beacon.Hello())).Outcome);
        FrameAnswer refused = await service.HandleAsync(beacon, beacon.Hello());
        Assert.Equal(IngestOutcome.RateLimited, refused.Outcome);
        AttestationRefusalFrame refusal = new();
        Assert.Equal(WireError.None, refusal.Read(refused.Reply.ToArray(), 0, refused.Reply.Length));
        Assert.False(refusal.Signed);
        Assert.Equal(IngestOutcome.Challenged, (await service.HandleAsync(neighbour, neighbour.Hello())).Outcome);
        service.Time.Advance(TrustPolicy.ExchangeEarnedEvery);
        Assert.Equal(IngestOutcome.Challenged, (await service.HandleAsync(beacon, beacon.Hello())).Outcome);
    }

    [Fact]
    public async Task A_Hello_or_Evidence_of_another_beacon_is_refused()
    {
        await using TestService service = new();
        TestBeacon beacon = await service.EnrolAsync();
        TestBeacon other = await service.EnrolAsync("cellar");
        Assert.Equal(IngestOutcome.BeaconMismatch, (await service.HandleAsync(beacon, other.Hello())).Outcome);
        byte[] hello = other.Hello();
        byte[] challenge = (await service.HandleAsync(other, hello)).Reply.ToArray();
        FrameAnswer answer = await service.HandleAsync(beacon, other.Evidence(hello, challenge));
        Assert.Equal(IngestOutcome.BeaconMismatch, answer.Outcome);
        Assert.Empty(service.Store.Verdicts);
    }

    [Fact]
    public async Task A_foreign_CA_is_refused_with_a_signed_reason_and_an_audit_row()
    {
        await using TestService service = new();
        TestBeacon beacon = new();
        await service.EnrolAsync(beacon, beacon.Enrolment(service.Operator, service.Operator.ForeignCa));
        byte[] hello = beacon.Hello();
        byte[] challenge = (await service.HandleAsync(beacon, hello)).Reply.ToArray();
        FrameAnswer answer = await service.HandleAsync(beacon, beacon.Evidence(hello, challenge));
        Assert.Equal(AttestationOutcome.ChainUntrusted, Refusal(service, hello, answer).Outcome);
        VerdictRow verdict = Assert.Single(service.Store.Verdicts);
        Assert.Equal((AttestationOutcome.ChainUntrusted, 1), (verdict.Outcome, verdict.TenantId));
        Assert.Null(verdict.Session);
    }

    [Fact]
    public async Task Of_what_whoever_carries_frames_can_bring_about_nothing_stands_against_the_beacon()
    {
        await using TestService service = new();
        TestBeacon beacon = await service.EnrolAsync();
        byte[] hello = beacon.Hello();
        byte[] challenge = (await service.HandleAsync(beacon, hello)).Reply.ToArray();
        byte[] evidence = beacon.Evidence(hello, challenge);
        evidence[^1] ^= 1;
        Assert.Equal(IngestOutcome.AttestationRefused, (await service.HandleAsync(beacon, evidence)).Outcome);
        await service.HandleAsync(beacon, beacon.Evidence(hello, challenge));
        byte[] alike = [.. hello];
        alike[^5] ^= 1; // of the key's hash, behind the part that is the beacon's id
        byte[] other = (await service.HandleAsync(beacon, alike)).Reply.ToArray();
        await service.HandleAsync(beacon, new TestBeacon().Evidence(alike, other));
        await service.HandleAsync(beacon, beacon.Evidence(hello, challenge, x => x.Mac[0] ^= 1));
        Assert.Equal(
            [
                AttestationOutcome.SignatureInvalid, AttestationOutcome.NonceUsed, AttestationOutcome.KeyMismatch,
                AttestationOutcome.NonceForAnotherHello,
            ],
            service.Store.Verdicts.Select(verdict => verdict.Outcome));
        Assert.All(
            service.Store.Verdicts.Where(verdict => verdict.Outcome != AttestationOutcome.NonceUsed), // by the store
            verdict => Assert.Null(verdict.ChallengedAt));

        hello = beacon.Hello();
        challenge = (await service.HandleAsync(beacon, hello)).Reply.ToArray();
        await service.HandleAsync(beacon, beacon.Evidence(hello, challenge));
        Assert.Equal(AttestationOutcome.Accepted, service.Store.Verdicts[^1].Outcome);
        Assert.Equal(service.Time.Now, service.Store.Verdicts[^1].ChallengedAt);
    }

    /// <summary>Reads a signed refusal as a beacon does: for this Hello, by the certified service key.</summary>
    private static AttestationRefusalFrame Refusal(TestService service, byte[] hello, FrameAnswer answer)
    {
        byte[] frame = answer.Reply.ToArray();
        AttestationRefusalFrame refusal = new();
        Assert.Equal(WireError.None, refusal.Read(frame, 0, frame.Length));
        Assert.True(refusal.Signed);
        Assert.Equal(hello[6..22], refusal.DeviceNonce);
        Assert.Equal(service.Operator.CertificateBytes, frame[28..169]);
        byte[] message =
            [.. TestBeacon.Domain("LL1.refusal"), .. SHA256.HashData(hello), .. frame.AsSpan(0, frame.Length - 64)];
        Assert.True(TestBeacon.Verify(refusal.Certificate.Key, message, refusal.Signature));
        return refusal;
    }
}
