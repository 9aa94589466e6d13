using System.Security.Cryptography;
using System.Text;
using LumenLink.Beacon.Security;
using LumenLink.Protocol;

namespace LumenLink.Tests.Firmware.Security;

/// <summary>The device's side of attestation, through the driver and the emulated chip.</summary>
public sealed class AttestationTests
{
    private const byte EidKeyId = 1;
    private const byte PseudonymKeyId = 2;

    public static TheoryData<byte> Modes => ChipModes.All;

    [Theory]
    [MemberData(nameof(Modes))]
    public void An_honest_exchange_gives_a_session_both_sides_share(byte mode)
    {
        using var rig = new AttestationRig(mode);
        byte[] hello = rig.Hello();
        byte[] challenge = rig.Service.Challenge(hello);
        Assert.Equal(DownlinkOutcome.Accepted, rig.Challenge(challenge, out byte[] evidence));
        TestSession session = rig.Service.Judge(hello, challenge, evidence, rig.Board.PublicKey);
        Assert.Equal(1u, session.Boot);
        byte[] result = session.Result(99, 3600);
        Assert.Equal(DownlinkOutcome.Accepted, rig.Result(result));

        Session ours = rig.Exchange.Session!;
        Assert.Equal(99u, ours.Id);
        Assert.Equal(session.UpKey, ours.UpKey);
        Assert.Equal(session.DownKey, ours.DownKey);
        Assert.Equal(rig.Board.Clock.LinkMs + 3_600_000, ours.ExpiresLinkMs);
        Assert.False(rig.Exchange.IsOutstanding);
    }

    [Fact]
    public void Hello_names_nonce_key_versions_and_board()
    {
        using var rig = new AttestationRig();
        byte[] first = rig.Hello();
        byte[] second = rig.Hello();
        Assert.Equal(new byte[] { 1, 0x01, 0, 0, 0, 0 }, first[..6]);
        Assert.NotEqual(first[6..22], second[6..22]);
        Assert.Equal(SHA256.HashData(rig.Board.PublicKey), first[22..54]);
        Assert.Equal(new byte[] { 1, 1, 0xFF, 0xFF }, first[54..]);
    }

    [Fact]
    public void Claims_say_what_the_device_says()
    {
        using var rig = new AttestationRig();
        rig.Claims.ClrVersion = "a text of more than thirty-two characters";
        rig.Claims.Target = "tab\tinside";
        byte[] config = "privacy=raw"u8.ToArray();
        rig.Claims.MeasureConfig(config, config.Length);
        byte[] expected =
        [
            4, 1, 16, .. "lumenlink-beacon"u8, 2, 5, .. "0.1.0"u8,
            5, 32, .. SHA256.HashData(Encoding.ASCII.GetBytes("mscorlib 1.17.11.0\n")),
            6, 32, .. SHA256.HashData(config),
        ];
        Assert.Equal(expected, rig.UntilEvidence().Claims);
    }

    [Fact]
    public void A_challenge_sets_a_clock_that_is_not_set_and_no_other()
    {
        using var rig = new AttestationRig();
        byte[] hello = rig.Hello();
        byte[] forged = rig.Service.Challenge(hello);
        forged[^1] ^= 1;
        Assert.Equal(DownlinkOutcome.SignatureInvalid, rig.Challenge(forged, out _));
        Assert.False(rig.Board.Clock.IsUtcSet);
        Assert.Equal(DownlinkOutcome.Accepted, rig.Challenge(rig.Service.Challenge(hello), out _));
        Assert.InRange(rig.Board.Clock.UtcEpochMs + rig.Board.Clock.NowMs, TestService.Now, TestService.Now + 60_000);
        rig.Board.Clock.SetUtc(5_000_000_000_000);
        long epoch = rig.Board.Clock.UtcEpochMs;
        rig.UntilEvidence();
        Assert.Equal(epoch, rig.Board.Clock.UtcEpochMs);
    }

    [Fact]
    public void Secrets_arrive_in_clear_and_unknown_ones_are_left_alone()
    {
        using var rig = new AttestationRig();
        byte[] eid = [.. RandomNumberGenerator.GetBytes(16), 10, .. TestService.U32(86_400)];
        byte[] today = [0xE7, 0x4F, .. RandomNumberGenerator.GetBytes(16)];
        byte[] tomorrow = [0xE8, 0x4F, .. RandomNumberGenerator.GetBytes(16)];
        TestSession session = rig.UntilEvidence();
        byte[] result = session.Result(
            5, 60, (EidKeyId, eid), (PseudonymKeyId, today), (PseudonymKeyId, tomorrow), (77, new byte[20]));
        Assert.Equal(DownlinkOutcome.Accepted, rig.Result(result));

        SecretStore secrets = rig.Exchange.Secrets;
        Assert.True(secrets.HasEidKey);
        Assert.Equal(eid[..16], secrets.EidKey);
        Assert.Equal(10, secrets.EidExponent);
        Assert.Equal(86_400u, secrets.EidClockOffsetS);
        Assert.Equal(2, secrets.PseudonymKeyCount);
        Assert.Equal(today[2..], secrets.PseudonymKey(secrets.FindPseudonymKey(0x4FE7, 7)));
        Assert.Equal(tomorrow[2..], secrets.PseudonymKey(secrets.FindPseudonymKey(0x4FE8, 7)));
    }

    [Fact]
    public void Challenge_result_and_refusal_that_nobody_waits_for()
    {
        using var rig = new AttestationRig();
        byte[] hello = rig.Hello();
        byte[] challenge = rig.Service.Challenge(hello);
        byte[] early = new TestSession([], new byte[32], new byte[16], 0, []).Result(1, 1);
        Assert.Equal(DownlinkOutcome.NothingOutstanding, rig.Result(early));
        Assert.Equal(DownlinkOutcome.Accepted, rig.Challenge(challenge, out byte[] evidence));
        Assert.Equal(DownlinkOutcome.NothingOutstanding, rig.Challenge(challenge, out _));
        TestSession session = rig.Service.Judge(hello, challenge, evidence, rig.Board.PublicKey);
        byte[] result = session.Result(1, 60);
        Assert.Equal(DownlinkOutcome.Accepted, rig.Result(result));
        Assert.Equal(DownlinkOutcome.NothingOutstanding, rig.Result(result));
        Assert.Equal(DownlinkOutcome.NothingOutstanding, rig.Challenge(challenge, out _));
        byte[] refusal = rig.Service.Refusal(hello, 9, 60, isSigned: true);
        Assert.Equal(DownlinkOutcome.NothingOutstanding, rig.Refusal(refusal, out _, out _, out _));
    }

    [Fact]
    public void A_challenge_for_another_hello_is_refused_and_the_exchange_goes_on()
    {
        using var rig = new AttestationRig();
        byte[] before = rig.Hello();
        byte[] hello = rig.Hello();
        Assert.Equal(DownlinkOutcome.NotForThisHello, rig.Challenge(rig.Service.Challenge(before), out byte[] answer));
        Assert.Empty(answer);
        byte[] other = [.. hello];
        other[30] ^= 1; // the same nonce in another Hello
        Assert.Equal(DownlinkOutcome.SignatureInvalid, rig.Challenge(rig.Service.Challenge(other), out _));
        Assert.Equal(DownlinkOutcome.Accepted, rig.Challenge(rig.Service.Challenge(hello), out _));
    }

    [Fact]
    public void A_result_of_another_exchange_or_altered_is_refused()
    {
        using var rig = new AttestationRig();
        byte[] replayed = rig.Attest(1).Result(1, 3600);
        TestSession session = rig.UntilEvidence();
        Assert.Equal(DownlinkOutcome.TagMismatch, rig.Result(replayed));
        byte[] result = session.Result(2, 3600);
        result[14] ^= 1;
        Assert.Equal(DownlinkOutcome.TagMismatch, rig.Result(result));
        Assert.Equal(1u, rig.Exchange.Session!.Id);
        result[14] ^= 1;
        Assert.Equal(DownlinkOutcome.Accepted, rig.Result(result));
        Assert.Equal(2u, rig.Exchange.Session!.Id);
    }

    [Fact]
    public void The_old_session_lives_while_the_next_is_made_and_after()
    {
        using var rig = new AttestationRig();
        TestSession first = rig.Attest(1);
        Session old = rig.Exchange.Session!;
        TestSession second = rig.UntilEvidence();
        AssertWorks(old, 1, first);
        Assert.Equal(DownlinkOutcome.Accepted, rig.Result(second.Result(2, 60)));
        AssertWorks(old, 1, first);
        AssertWorks(rig.Exchange.Session!, 2, second);
        TestSession third = rig.Attest(3);
        AssertWorks(rig.Exchange.Session!, 3, third);
    }

    [Fact]
    public void A_session_opens_its_own_frames_only()
    {
        using var rig = new AttestationRig();
        TestSession session = rig.Attest(0x01020304);
        Session ours = rig.Exchange.Session!;
        byte[] receipt = TestSession.Seal(session.DownKey, [1, 0x84, 4, 3, 2, 1, 0]);
        Assert.True(ours.Opens(receipt, receipt.Length));
        for (int bit = 0; bit < receipt.Length * 8; bit++)
        {
            receipt[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(ours.Opens(receipt, receipt.Length));
            receipt[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        for (int length = 0; length < receipt.Length; length++) Assert.False(ours.Opens(receipt, length));
        byte[] reflected = TestSession.Seal(session.UpKey, [1, 0x84, 4, 3, 2, 1, 0]);
        Assert.False(ours.Opens(reflected, reflected.Length));
        Assert.Equal(-(int)WireError.NoRoom, ours.Seal(new byte[14], 7));
    }

    [Fact]
    public void A_chip_that_fails_is_named_and_a_new_hello_starts_over()
    {
        using var rig = new AttestationRig();
        byte[] hello = rig.Hello();
        byte[] challenge = rig.Service.Challenge(hello);
        rig.Board.Bus.Fault = (_, fault) => fault is BusFault.NackRead;
        Assert.Equal(DownlinkOutcome.ChipFailed, rig.Challenge(challenge, out byte[] evidence));
        Assert.Empty(evidence);
        Assert.Equal(-(int)ChipStatus.NoAnswer, rig.Exchange.WriteHello(new byte[96]));
        Assert.Equal(ChipStatus.NoAnswer, rig.Exchange.LastChipStatus);
        rig.Board.Bus.Fault = (_, _) => false;
        rig.Attest(1);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void One_lost_transfer_anywhere_in_an_exchange_is_overcome(byte mode)
    {
        int transfers = int.MaxValue;
        for (int at = 0; at < transfers; at += mode == ChipModes.M0 ? 1 : 17)
        {
            using var rig = new AttestationRig(mode);
            byte[] challenge = rig.Service.Challenge(rig.Hello());
            int start = rig.Board.Bus.Transfers;
            rig.Board.Bus.Fault = (number, fault) =>
                number - start == at && fault is (BusFault.NackWrite or BusFault.NackRead or BusFault.SayWatchdog);
            DownlinkOutcome outcome = rig.Challenge(challenge, out byte[] evidence);
            Assert.True(outcome == DownlinkOutcome.Accepted, $"{outcome} at transfer {at}");
            Assert.NotEmpty(evidence);
            transfers = rig.Board.Bus.Transfers - start;
        }
    }

    [Fact]
    public void A_connection_token_is_signed_for_audience_boot_and_connect()
    {
        using var rig = new AttestationRig();
        Assert.Equal(string.Empty, rig.Identity.IdText);
        Assert.Equal(ChipStatus.Ok, rig.Identity.Load(rig.Board.Driver));
        Assert.Equal(ChipStatus.Ok, rig.Identity.Load(rig.Board.Driver)); // once per boot
        Assert.Equal(1u, rig.Identity.Boot);
        var maker = new ConnectionTokenMaker(rig.Board.Driver, rig.Identity, "lumenlink-dev");
        Assert.Equal(ChipStatus.Ok, maker.Make(rig.Identity.Boot, 3, out string password));
        Assert.Equal(98, password.Length);
        byte[] token = Convert.FromBase64String(password.Replace('-', '+').Replace('_', '/') + "==");
        Assert.Equal(new byte[] { 1, 1, 0, 0, 0, 3, 0, 0, 0 }, token[..9]);
        byte[] id = SHA256.HashData(rig.Board.PublicKey)[..8];
        byte[] signed = [.. TestService.D("LL1.token"), .. id, 13, .. "lumenlink-dev"u8, .. token[1..9]];
        using ECDsa beacon = Keys.Ecdsa(rig.Board.PublicKey);
        Assert.True(beacon.VerifyData(signed, token.AsSpan(9), HashAlgorithmName.SHA256));
        Assert.Equal(Convert.ToBase64String(id).TrimEnd('=').Replace('+', '-').Replace('/', '_'), rig.Identity.IdText);
        Assert.Throws<ArgumentException>(() => new ConnectionTokenMaker(rig.Board.Driver, rig.Identity, string.Empty));
    }

    private static void AssertWorks(Session ours, uint id, TestSession theirs)
    {
        byte[] body = [1, 0x03, .. TestService.U32(id), 0];
        byte[] frame = [.. body, .. new byte[8]];
        Assert.Equal(frame.Length, ours.Seal(frame, body.Length));
        Assert.Equal(TestSession.Seal(theirs.UpKey, body), frame);
        byte[] receipt = TestSession.Seal(theirs.DownKey, [1, 0x84, .. TestService.U32(id), 0]);
        Assert.True(ours.Opens(receipt, receipt.Length));
    }
}
