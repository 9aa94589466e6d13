using System.Security.Cryptography;
using LumenLink.Beacon.Security;

namespace LumenLink.Tests.Firmware.Security;

/// <summary>Every command against the emulated chip, at every clock divider, in virtual time.</summary>
public sealed class Atecc608Tests
{
    private static readonly byte[] Digest = SHA256.HashData("message"u8);

    public static TheoryData<byte> Modes => ChipModes.All;

    [Theory]
    [MemberData(nameof(Modes))]
    public void Public_key_serial_and_random(byte mode)
    {
        var board = new Board(mode);
        byte[] bytes = new byte[70];
        Assert.Equal(ChipStatus.Ok, board.Driver.ReadPublicKey(bytes, 3));
        Assert.Equal(board.PublicKey, bytes[3..67]);
        Assert.Equal(ChipStatus.Ok, board.Driver.ReadSerial(bytes, 2));
        Assert.Equal(Board.SerialNumber, bytes[2..11]);
        Assert.Equal(ChipStatus.Ok, board.Driver.Random(bytes, 0));
        byte[] first = bytes[..32];
        Assert.Equal(ChipStatus.Ok, board.Driver.Random(bytes, 0));
        Assert.NotEqual(first, bytes[..32]);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Boot_counter_rises_by_one(byte mode)
    {
        var board = new Board(mode);
        for (uint expected = 1; expected <= 3; expected++)
        {
            Assert.Equal(ChipStatus.Ok, board.Driver.IncrementBootCounter(out uint value));
            Assert.Equal(expected, value);
            board.Reboot();
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_signature_is_that_of_the_identity_key(byte mode)
    {
        var board = new Board(mode);
        byte[] signature = new byte[70];
        Assert.Equal(ChipStatus.Ok, board.Driver.Sign(Digest, signature, 5));
        using ECDsa key = Keys.Ecdsa(board.PublicKey);
        Assert.True(key.VerifyHash(Digest, signature.AsSpan(5, 64)));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_foreign_signature_is_checked(byte mode)
    {
        var board = new Board(mode);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] publicKey = Keys.Public(key);
        byte[] signature = key.SignHash(Digest);
        byte[] frame = [0xAA, .. publicKey, 0xBB, .. signature];
        Assert.Equal(ChipStatus.Ok, board.Driver.Verify(frame, 1, Digest, frame, 66));
        frame[100] ^= 1;
        Assert.Equal(ChipStatus.Miscompare, board.Driver.Verify(frame, 1, Digest, frame, 66));
        frame[100] ^= 1;
        frame[30] ^= 1;
        Assert.Equal(ChipStatus.EccFault, board.Driver.Verify(frame, 1, Digest, frame, 66));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void The_ephemeral_key_survives_a_signature_and_a_verification_but_not_sleep(byte mode)
    {
        var board = new Board(mode);
        using ECDiffieHellman peer = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using ECDsa signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] ephemeral = new byte[64];
        byte[] secret = new byte[32];
        Assert.Equal(ChipStatus.Ok, board.Driver.GenerateEphemeral(ephemeral, 0));
        Assert.Equal(ChipStatus.Ok, board.Driver.Sign(Digest, new byte[64], 0));
        Assert.Equal(ChipStatus.Ok, board.Driver.Verify(Keys.Public(signer), 0, Digest, signer.SignHash(Digest), 0));
        board.Clock.AdvanceUs(60_000_000); // far beyond the watchdog: the chip rested in idle
        Assert.Equal(ChipStatus.Ok, board.Driver.EphemeralEcdh(Keys.Public(peer), 0, secret));
        using ECDiffieHellman other = Keys.Ecdh(ephemeral);
        Assert.Equal(peer.DeriveRawSecretAgreement(other.PublicKey), secret);

        board.Driver.Sleep();
        Assert.Equal(ChipStatus.ExecutionError, board.Driver.EphemeralEcdh(Keys.Public(peer), 0, secret));
    }

    [Fact]
    public void A_peer_key_off_the_curve_is_a_fault_of_the_curve()
    {
        var board = new Board();
        Assert.Equal(ChipStatus.Ok, board.Driver.GenerateEphemeral(new byte[64], 0));
        byte[] bogus = new byte[64];
        bogus.AsSpan().Fill(7);
        Assert.Equal(ChipStatus.EccFault, board.Driver.EphemeralEcdh(bogus, 0, new byte[32]));
    }

    [Fact]
    public void The_flow_before_a_signature_is_random_then_nonce()
    {
        var board = new Board();
        Assert.Equal(ChipStatus.Ok, board.Driver.Sign(Digest, new byte[64], 0));
        string flow = string.Join(' ', board.Bus.Commands.Select(command => Convert.ToHexString(command, 2, 4)));
        Assert.Equal("02000400 1B000000 16430000 41A00000", flow);
    }

    [Fact]
    public void A_chip_that_is_still_awake_after_a_reboot_is_met_where_it_is()
    {
        var board = new Board();
        Assert.Equal(ChipStatus.Ok, board.Driver.Random(new byte[32], 0));
        board.Bus.Write(0x00, [0x00], 1); // the boot before ended in the middle of a wake
        board.Clock.Pause(3);
        board.Bus.Write(0x60, [0x03, 0x07, 0x1B, 0x00, 0x00, 0x00, 0x24, 0xCD], 8);
        board.Clock.Pause(30);
        board.Bus.Read(0x60, new byte[35], 35);
        board.Reboot();
        byte[] key = new byte[64];
        Assert.Equal(ChipStatus.Ok, board.Driver.ReadPublicKey(key, 0));
        Assert.Equal(board.PublicKey, key);
    }

    [Theory]
    [InlineData(ChipModes.M0, 600_000)]
    [InlineData(ChipModes.M1, 500_000)]
    [InlineData(ChipModes.M2, 250_000)]
    [InlineData(ChipModes.M2, 500_000)]
    [InlineData(ChipModes.M2LongWatchdog, 6_200_000)]
    public void A_slow_host_never_meets_the_watchdog(byte mode, long hostDelayUs)
    {
        var board = new Board(mode);
        using ECDsa signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal(ChipStatus.Ok, board.Driver.Random(new byte[32], 0));
        board.Bus.Answered = () => board.Clock.AdvanceUs(hostDelayUs);
        Assert.Equal(ChipStatus.Ok, board.Driver.Sign(Digest, new byte[64], 0));
        Assert.Equal(ChipStatus.Ok, board.Driver.Verify(Keys.Public(signer), 0, Digest, signer.SignHash(Digest), 0));
        // Config, random; random, nonce, sign; nonce, verify: none was sent twice.
        Assert.Equal(7, board.Bus.Commands.Count);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_host_that_stalls_beyond_the_watchdog_runs_the_sequence_again(byte mode)
    {
        var board = new Board(mode);
        int answers = 0;
        board.Bus.Answered = () =>
        {
            if (++answers == 3) board.Clock.AdvanceUs(20_000_000); // the digest is in the chip, and is lost
        };
        Assert.Equal(ChipStatus.Ok, board.Driver.Sign(Digest, new byte[64], 0));
        Assert.Equal(7, board.Bus.Commands.Count);
    }

    [Fact]
    public void A_failed_self_test_is_named()
    {
        var board = new Board();
        board.Faults.FailedSelfTests = 0x04;
        Assert.Equal(ChipStatus.SelfTestError, board.Driver.Random(new byte[32], 0));
    }

    [Fact]
    public void A_chip_out_of_its_worst_case_is_given_up_in_bounded_time()
    {
        var board = new Board(ChipModes.M2, busyTimeFactor: 30);
        long before = board.Clock.NowMs;
        Assert.Equal(ChipStatus.NoAnswer, board.Driver.ReadPublicKey(new byte[64], 0));
        Assert.InRange(board.Clock.NowMs - before, 1, 10_000);
    }

    [Fact]
    public void No_chip_on_the_bus_is_no_answer_in_bounded_time()
    {
        var board = new Board { Bus = { Fault = (_, fault) => fault is BusFault.NackRead or BusFault.NackWrite } };
        Assert.Equal(ChipStatus.NoAnswer, board.Driver.ReadPublicKey(new byte[64], 0));
        Assert.InRange(board.Clock.PausedMs, 1, 100);
    }

    [Fact]
    public void A_standing_clock_holds_nobody()
    {
        var bus = new CannedBus { IsSilent = true };
        var driver = new Atecc608(bus, new StandingClock());
        Assert.Equal(ChipStatus.NoAnswer, driver.ReadPublicKey(new byte[64], 0));
        bus.IsSilent = false;
        bus.IsBusyForEver = true;
        Assert.Equal(ChipStatus.NoAnswer, driver.ReadPublicKey(new byte[64], 0));
    }
}
