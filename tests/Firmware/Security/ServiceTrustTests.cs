using LumenLink.Beacon.Security;
using LumenLink.Protocol;

namespace LumenLink.Tests.Firmware.Security;

/// <summary>Whom the beacon believes: roots, certificate versions, signatures, refusals, and no altered bit.</summary>
public sealed class ServiceTrustTests
{
    [Fact]
    public void A_service_of_another_root_is_not_believed()
    {
        using var foreign = new TestService();
        using var rig = new AttestationRig(root: foreign.RootKey);
        byte[] hello = rig.Hello();
        Assert.Equal(DownlinkOutcome.CertificateUntrusted, rig.Challenge(rig.Service.Challenge(hello), out _));
        Assert.Equal(DownlinkOutcome.Accepted, rig.Challenge(foreign.Challenge(hello), out _));
    }

    [Fact]
    public void A_certificate_that_names_another_key_than_it_holds_is_not_believed()
    {
        using var rig = new AttestationRig();
        byte[] hello = rig.Hello();
        rig.Service.NamedKey = rig.Service.RootKey;
        Assert.Equal(DownlinkOutcome.CertificateUntrusted, rig.Challenge(rig.Service.Challenge(hello), out _));
    }

    [Fact]
    public void The_next_root_is_believed_as_the_current_one_is()
    {
        using var next = new TestService();
        using var current = new TestService();
        var anchors = new TrustAnchors(current.RootKey, next.RootKey, new MemoryStore());
        using var rig = new AttestationRig();
        var exchange = new AttestationExchange(
            rig.Board.Driver, new DotNetCrypto(), rig.Board.Clock, anchors, rig.Claims);
        foreach (TestService service in (TestService[])[current, next])
        {
            byte[] hello = new byte[58];
            Assert.Equal(58, exchange.WriteHello(hello));
            byte[] challenge = service.Challenge(hello);
            DownlinkOutcome outcome = exchange.OnChallenge(
                challenge, challenge.Length, new byte[EvidenceFrame.MaxWriteSize], out _);
            Assert.Equal(DownlinkOutcome.Accepted, outcome);
        }
    }

    [Fact]
    public void A_certificate_version_never_goes_back_over_reboots_too()
    {
        var store = new MemoryStore();
        using var rig = new AttestationRig(store: store);
        rig.UntilEvidence();
        Assert.Equal(1, store.Writes);
        rig.UntilEvidence();
        Assert.Equal(1, store.Writes); // the same version wears no flash
        rig.Service.CertificateVersion = 6;
        Assert.Equal(DownlinkOutcome.CertificateRolledBack, rig.Challenge(rig.Service.Challenge(rig.Hello()), out _));

        var rebooted = new TrustAnchors(rig.Service.RootKey, null, store);
        Assert.Equal(7u, rebooted.HighestVersion(ServiceCertificate.UsageAttestation));
    }

    [Fact]
    public void A_version_counts_as_seen_only_when_its_key_has_signed_for_this_beacon()
    {
        using var rig = new AttestationRig();
        byte[] hello = rig.Hello();
        rig.Service.CertificateVersion = 4_000_000_000;
        byte[] challenge = rig.Service.Challenge(hello);
        challenge[^1] ^= 1; // a published certificate under a made-up challenge
        Assert.Equal(DownlinkOutcome.SignatureInvalid, rig.Challenge(challenge, out _));
        Assert.Equal(0, rig.Store.Writes);
        rig.Service.CertificateVersion = 8;
        Assert.Equal(DownlinkOutcome.Accepted, rig.Challenge(rig.Service.Challenge(hello), out _));
    }

    [Fact]
    public void Extensions_of_a_later_minor_version_are_skipped()
    {
        using var rig = new AttestationRig();
        byte[] hello = rig.Hello();
        byte[] challenge = rig.Service.Challenge(hello, [200, 3, 1, 2, 3]);
        Assert.Equal(DownlinkOutcome.Accepted, rig.Challenge(challenge, out byte[] evidence));
        rig.Service.Judge(hello, challenge, evidence, rig.Board.PublicKey);
    }

    [Fact]
    public void A_broker_that_makes_up_challenges_costs_a_bounded_number_of_signature_checks()
    {
        using var rig = new AttestationRig();
        byte[] hello = rig.Hello();
        byte[] forged = rig.Service.Challenge(hello);
        forged[^1] ^= 1;
        for (int i = 0; i < AttestationExchange.SignatureChecksPerHello; i++)
            Assert.Equal(DownlinkOutcome.SignatureInvalid, rig.Challenge(forged, out _));
        int commands = rig.Board.Bus.Commands.Count;
        Assert.Equal(DownlinkOutcome.NothingOutstanding, rig.Challenge(forged, out _));
        Assert.Equal(commands, rig.Board.Bus.Commands.Count);
        rig.Attest(1);
    }

    [Fact]
    public void An_unsigned_refusal_means_back_off_and_nothing_else()
    {
        using var rig = new AttestationRig();
        byte[] hello = rig.Hello();
        byte[] refusal = rig.Service.Refusal(hello, (byte)AttestationOutcome.Revoked, 30, isSigned: false);
        DownlinkOutcome outcome = rig.Refusal(
            refusal, out int retryAfterS, out bool isSigned, out AttestationOutcome why);
        Assert.Equal(DownlinkOutcome.Accepted, outcome);
        Assert.Equal((30, false, AttestationOutcome.CouldNotCheck), (retryAfterS, isSigned, why));
        Assert.True(rig.Exchange.IsOutstanding);
        Assert.Equal(DownlinkOutcome.Accepted, rig.Challenge(rig.Service.Challenge(hello), out _));
    }

    [Fact]
    public void A_signed_refusal_is_checked_and_ends_the_exchange()
    {
        using var rig = new AttestationRig();
        rig.Attest(1);
        rig.UntilEvidence();
        byte[] hello = rig.Hello();
        byte[] refusal = rig.Service.Refusal(hello, (byte)AttestationOutcome.Revoked, uint.MaxValue, isSigned: true);
        DownlinkOutcome outcome = rig.Refusal(
            refusal, out int retryAfterS, out bool isSigned, out AttestationOutcome why);
        Assert.Equal(DownlinkOutcome.Accepted, outcome);
        Assert.Equal((int.MaxValue, true, AttestationOutcome.Revoked), (retryAfterS, isSigned, why));
        Assert.False(rig.Exchange.IsOutstanding);
        Assert.Equal(1u, rig.Exchange.Session!.Id); // a refusal takes no session away
    }

    [Fact]
    public void A_refusal_after_the_evidence_is_taken()
    {
        using var rig = new AttestationRig();
        byte[] hello = rig.Hello();
        Assert.Equal(DownlinkOutcome.Accepted, rig.Challenge(rig.Service.Challenge(hello), out _));
        byte[] refusal = rig.Service.Refusal(hello, (byte)AttestationOutcome.MeasurementUnknown, 60, isSigned: true);
        Assert.Equal(DownlinkOutcome.Accepted, rig.Refusal(refusal, out _, out bool isSigned, out _));
        Assert.True(isSigned);
    }

    [Fact]
    public void A_refusal_for_another_hello_is_refused()
    {
        using var rig = new AttestationRig();
        byte[] before = rig.Hello();
        rig.Hello();
        foreach (bool isSigned in (bool[])[false, true])
        {
            byte[] refusal = rig.Service.Refusal(before, 9, 60, isSigned);
            Assert.Equal(DownlinkOutcome.NotForThisHello, rig.Refusal(refusal, out int retryAfterS, out _, out _));
            Assert.Equal(0, retryAfterS);
        }
    }

    [Fact]
    public void No_altered_bit_of_a_challenge_is_accepted()
    {
        using var rig = new AttestationRig();
        byte[] hello = rig.Hello();
        byte[] challenge = rig.Service.Challenge(hello);
        Assert.Equal(TestService.ChallengeSize, challenge.Length);
        for (int bit = 0; bit < challenge.Length * 8; bit++)
        {
            challenge[bit / 8] ^= (byte)(1 << (bit % 8));
            DownlinkOutcome outcome = rig.Challenge(challenge, out byte[] evidence);
            Assert.True(IsRefusalOf(bit / 8, outcome), $"byte {bit / 8}: {outcome}");
            Assert.Empty(evidence);
            challenge[bit / 8] ^= (byte)(1 << (bit % 8));
            if (rig.Exchange.IsOutstanding && bit % AttestationExchange.SignatureChecksPerHello != 3) continue;
            hello = rig.Hello();
            challenge = rig.Service.Challenge(hello);
        }
    }

    [Fact]
    public void No_altered_bit_of_a_result_is_accepted()
    {
        using var rig = new AttestationRig();
        TestSession session = rig.UntilEvidence();
        byte[] result = session.Result(1, 60, (2, new byte[18]), (1, new byte[21]));
        for (int bit = 0; bit < result.Length * 8; bit++)
        {
            result[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Contains(rig.Result(result), new[] { DownlinkOutcome.Malformed, DownlinkOutcome.TagMismatch });
            result[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.Null(rig.Exchange.Session);
        Assert.Equal(0, rig.Exchange.Secrets.PseudonymKeyCount);
        Assert.Equal(DownlinkOutcome.Accepted, rig.Result(result));
    }

    [Fact]
    public void No_altered_bit_of_a_signed_refusal_is_taken_for_signed()
    {
        using var rig = new AttestationRig();
        byte[] hello = rig.Hello();
        byte[] refusal = rig.Service.Refusal(hello, 9, 60, isSigned: true);
        for (int bit = 0; bit < refusal.Length * 8; bit++)
        {
            refusal[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(DownlinkOutcome.Accepted, rig.Refusal(refusal, out _, out bool isSigned, out _));
            Assert.False(isSigned);
            if (bit % AttestationExchange.SignatureChecksPerHello != 3)
            {
                refusal[bit / 8] ^= (byte)(1 << (bit % 8));
                continue;
            }

            hello = rig.Hello();
            refusal = rig.Service.Refusal(hello, 9, 60, isSigned: true);
        }
    }

    [Fact]
    public void No_truncated_or_random_frame_throws_or_is_accepted()
    {
        using var rig = new AttestationRig();
        byte[] challenge = rig.Service.Challenge(rig.Hello());
        for (int length = 0; length < challenge.Length; length++)
            Assert.Equal(DownlinkOutcome.Malformed, rig.Challenge(challenge[..length], out _));
        var random = new Random(81);
        for (int i = 0; i < 3_000; i++)
        {
            byte[] frame = new byte[random.Next(0, 2_100)];
            random.NextBytes(frame);
            byte[] header = [1, (byte)random.Next(0x81, 0x85), 0, 0, 0, 0];
            header.AsSpan(0, Math.Min(6, frame.Length)).CopyTo(frame);
            Assert.NotEqual(DownlinkOutcome.Accepted, rig.Challenge(frame, out _));
            Assert.NotEqual(DownlinkOutcome.Accepted, rig.Result(frame));
            Assert.NotEqual(DownlinkOutcome.Accepted, rig.Refusal(frame, out _, out _, out _));
        }
    }

    private static bool IsRefusalOf(int at, DownlinkOutcome outcome) => at switch
    {
        < 6 => outcome == DownlinkOutcome.Malformed,
        < 22 => outcome == DownlinkOutcome.NotForThisHello,
        < 114 => outcome == DownlinkOutcome.SignatureInvalid,
        < 118 => outcome == DownlinkOutcome.CertificateUntrusted,
        < 122 => outcome is DownlinkOutcome.CertificateUntrusted or DownlinkOutcome.CertificateRolledBack,
        122 => outcome == DownlinkOutcome.Malformed,
        < 255 => outcome == DownlinkOutcome.CertificateUntrusted,
        _ => outcome == DownlinkOutcome.SignatureInvalid,
    };
}
