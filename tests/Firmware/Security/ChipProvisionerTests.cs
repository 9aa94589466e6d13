using System.Security.Cryptography;
using LumenLink.Beacon.Security;
using LumenLink.Simulator.Atecc608;

namespace LumenLink.Tests.Firmware.Security;

/// <summary>A blank chip becomes a beacon's, whatever happens on the way, and never without consent.</summary>
public sealed class ChipProvisionerTests
{
    private const int UserExtra = 84;

    public static TheoryData<byte> Modes => ChipModes.All;

    [Theory]
    [InlineData(ChipModel.Atecc608A)]
    [InlineData(ChipModel.Atecc608B)]
    public void A_blank_chip_is_provisioned_once_and_for_ever(ChipModel model)
    {
        var board = new Board(ChipState.Blank(Board.SerialNumber, model));
        ChipProvisioner provisioner = Of(board);
        Assert.Equal(ChipProvisioningOutcome.Provisioned, provisioner.Run(LockConsent.LocksAreForEver));
        Assert.Equal(ChipProvisioningStep.ProveKey, provisioner.Step);
        Assert.Equal(Board.SerialNumber, provisioner.Serial);
        AssertServes(board, provisioner.PublicKey);

        byte[] before = board.State.Serialize();
        ChipProvisioner again = Of(board);
        foreach (LockConsent consent in Enum.GetValues<LockConsent>())
            Assert.Equal(ChipProvisioningOutcome.AlreadyProvisioned, again.Run(consent));
        Assert.Equal(provisioner.PublicKey, again.PublicKey);
        Assert.Equal(before, board.State.Serialize());
    }

    [Fact]
    public void The_configuration_is_locked_by_its_summary()
    {
        Board board = Blank();
        Of(board).Run(LockConsent.LocksAreForEver);
        byte[][] locks = [.. board.Bus.Commands.Where(command => command[2] == 0x17)];
        byte[] zone = Board.ConfigOf(board.State);
        zone[86] = zone[87] = 0x55;
        zone[88] = 0xFF;
        ushort summary = Atecc608Packet.Crc(zone, 0, zone.Length);
        Assert.Equal(3, locks.Length);
        Assert.Equal(new byte[] { 0x00, (byte)summary, (byte)(summary >> 8) }, locks[0][3..6]);
        Assert.Equal(new byte[] { 0x81, 0, 0 }, locks[1][3..6]);
        Assert.Equal(new byte[] { 0x02, 0, 0 }, locks[2][3..6]);
    }

    [Fact]
    public void Without_consent_nothing_is_locked()
    {
        Board board = Blank();
        ChipProvisioner provisioner = Of(board);
        Assert.Equal(ChipProvisioningOutcome.ReadyToLock, provisioner.Run(LockConsent.None));
        Assert.DoesNotContain(board.Bus.Commands, command => command[2] is 0x17 or 0x40);
        byte[] zone = Board.ConfigOf(board.State);
        Assert.Equal(-1, ChipConfiguration.FirstDifference(zone));
        Assert.Equal(new byte[] { 0x55, 0x55, 0xFF, 0xFF }, zone[86..90]);
        int writes = board.Bus.Commands.Count(command => command[2] == 0x12);
        Assert.Equal(ChipProvisioningOutcome.ReadyToLock, provisioner.Run(LockConsent.None));
        Assert.Equal(writes, board.Bus.Commands.Count(command => command[2] == 0x12)); // as wanted: not written again
    }

    [Fact]
    public void Without_consent_a_chip_locked_half_way_stays_half_way()
    {
        foreach (int locks in new[] { 1, 2 })
        {
            Board board = Blank();
            int closed = 0;
            board.Bus.Answered = () =>
            {
                if (board.Bus.Commands[^1][2] == 0x17 && ++closed == locks) throw new PowerCut();
            };
            Assert.Throws<PowerCut>(() => Of(board).Run(LockConsent.LocksAreForEver));
            var after = new Board(ChipState.Parse(board.State.Serialize()));
            byte[] before = after.State.Serialize();
            Assert.Equal(ChipProvisioningOutcome.ReadyToLock, Of(after).Run(LockConsent.None));
            Assert.Equal(before, after.State.Serialize());
        }
    }

    /// <summary>Every byte that was meant to be written, one at a time: another value reads back.</summary>
    [Fact]
    public void Nothing_is_locked_when_a_byte_reads_back_otherwise_and_the_byte_is_named()
    {
        for (int at = 16; at < 128; at++)
        {
            if (at is >= 84 and < 88) continue;
            Board board = Blank();
            var bus = new WrongByteBus(board.Bus, at);
            var provisioner = new ChipProvisioner(bus, board.Clock);
            Assert.Equal(ChipProvisioningOutcome.ConfigurationDiffers, provisioner.Run(LockConsent.LocksAreForEver));
            Assert.Equal(at, provisioner.DifferingByte);
            Assert.Equal(ChipProvisioningStep.CompareConfiguration, provisioner.Step);
            Assert.DoesNotContain(board.Bus.Commands, command => command[2] is 0x17 or 0x40);
        }
    }

    [Fact]
    public void A_power_cut_before_or_after_any_command_costs_a_run_and_nothing_else()
    {
        Board plain = Blank();
        Assert.Equal(ChipProvisioningOutcome.Provisioned, Of(plain).Run(LockConsent.LocksAreForEver));
        int commands = plain.Bus.Commands.Count;
        Assert.InRange(commands, 40, 80);
        for (int cut = 1; cut <= commands; cut++)
        {
            foreach (bool isBefore in new[] { true, false })
            {
                Board board = Blank();
                void Cut()
                {
                    if (board.Bus.Commands.Count == cut) throw new PowerCut();
                }

                if (isBefore) board.Bus.BeforeCommand = Cut;
                else board.Bus.Answered = Cut;
                Assert.Throws<PowerCut>(() => Of(board).Run(LockConsent.LocksAreForEver));

                // The memory as the cut left it; RAM is gone.
                var after = new Board(ChipState.Parse(board.State.Serialize()));
                ChipProvisioner provisioner = Of(after);
                ChipProvisioningOutcome outcome = provisioner.Run(LockConsent.LocksAreForEver);
                Assert.True(
                    outcome is ChipProvisioningOutcome.Provisioned or ChipProvisioningOutcome.AlreadyProvisioned,
                    $"command {cut}, before: {isBefore}: {outcome} at {provisioner.Step}");
                AssertServes(after, provisioner.PublicKey);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_chip_of_any_speed_is_provisioned_and_the_watchdogs_answer_stops_nothing(byte mode)
    {
        Board plain = Blank(mode);
        Assert.Equal(ChipProvisioningOutcome.Provisioned, Of(plain).Run(LockConsent.LocksAreForEver));
        for (int command = 1; command <= plain.Bus.Commands.Count; command++)
        {
            Board board = Blank(mode);
            board.Faults.WatchdogAtCommand(command);
            ChipProvisioner provisioner = Of(board);
            Assert.Equal(ChipProvisioningOutcome.Provisioned, provisioner.Run(LockConsent.LocksAreForEver));
            AssertServes(board, provisioner.PublicKey);
        }
    }

    /// <summary>The written ChipMode holds from the next wake out of sleep: whoever comes next finds it so.</summary>
    [Theory]
    [MemberData(nameof(Modes))]
    public void A_chip_that_was_only_configured_already_goes_by_its_configuration(byte mode)
    {
        Board board = Blank(mode);
        Assert.Equal(ChipProvisioningOutcome.ReadyToLock, Of(board).Run(LockConsent.None));
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] digest = SHA256.HashData("proof"u8);
        Assert.Equal(ChipStatus.Ok, board.Driver.Verify(Keys.Public(key), 0, digest, key.SignHash(digest), 0));
    }

    [Fact]
    public void Lost_answers_to_locks_are_told_by_the_zone()
    {
        Board board = Blank();
        board.Bus.Fault = (_, fault) => fault == BusFault.FlipRead
            && board.Bus.IsCommandUnderWay && board.Bus.Commands[^1][2] == 0x17;
        ChipProvisioner provisioner = Of(board);
        Assert.Equal(ChipProvisioningOutcome.Provisioned, provisioner.Run(LockConsent.LocksAreForEver));
        AssertServes(board, provisioner.PublicKey);
    }

    [Fact]
    public void A_lock_that_the_chip_refuses_is_a_failure_with_its_step()
    {
        Board board = Blank();
        board.Bus.Altered = (command, bytes) =>
        {
            if (command[2] != 0x17) return;
            bytes[4] ^= 1; // another summary, under a good CRC
            ushort crc = Atecc608Packet.Crc(bytes, 1, bytes.Length - 3);
            bytes[^2] = (byte)crc;
            bytes[^1] = (byte)(crc >> 8);
        };
        ChipProvisioner provisioner = Of(board);
        Assert.Equal(ChipProvisioningOutcome.ChipFailed, provisioner.Run(LockConsent.LocksAreForEver));
        Assert.Equal(ChipProvisioningStep.LockConfiguration, provisioner.Step);
        Assert.Equal(ChipStatus.ExecutionError, provisioner.LastChipStatus);
        Assert.Equal(0x55, Board.ConfigOf(board.State)[87]);
    }

    /// <summary>Every byte that a foreign configuration could hold otherwise, once locked.</summary>
    [Fact]
    public void A_chip_locked_with_another_configuration_is_refused_and_the_byte_named()
    {
        Board made = Blank();
        Of(made).Run(LockConsent.LocksAreForEver);
        for (int at = 16; at < 128; at++)
        {
            if (at is (>= 52 and < 68) or (>= 84 and < 88)) continue; // counters count, the rest is not written
            byte value = (byte)(Board.ConfigOf(made.State)[at] ^ (at == 16 ? 0x01 : 0x02));
            var board = new Board(Board.WithConfig(made.State, at, value));
            byte[] before = board.State.Serialize();
            ChipProvisioner provisioner = Of(board);
            Assert.Equal(ChipProvisioningOutcome.LockedOtherwise, provisioner.Run(LockConsent.LocksAreForEver));
            Assert.Equal(at, provisioner.DifferingByte);
            Assert.Equal(before, board.State.Serialize());
        }
    }

    [Fact]
    public void Counters_that_have_counted_and_extra_bytes_are_no_difference()
    {
        Board made = Blank();
        Of(made).Run(LockConsent.LocksAreForEver);
        ChipState counted = Board.WithConfig(Board.WithConfig(made.State, 52, 0x7F), UserExtra, 0x12);
        Assert.Equal(ChipProvisioningOutcome.AlreadyProvisioned, Of(new Board(counted)).Run(LockConsent.None));
    }

    [Fact]
    public void Another_chip_is_left_alone()
    {
        var board = new Board(Board.WithConfig(ChipState.Blank(Board.SerialNumber), 6, 0x50)); // as an ATECC508A
        byte[] before = board.State.Serialize();
        Assert.Equal(ChipProvisioningOutcome.NotThisChip, Of(board).Run(LockConsent.LocksAreForEver));
        Assert.Equal(before, board.State.Serialize());
    }

    [Fact]
    public void No_chip_is_a_failure_at_its_first_step()
    {
        var board = Blank();
        board.Bus.Fault = (_, fault) => fault is BusFault.NackRead or BusFault.NackWrite;
        ChipProvisioner provisioner = Of(board);
        Assert.Equal(ChipProvisioningOutcome.ChipFailed, provisioner.Run(LockConsent.LocksAreForEver));
        Assert.Equal(ChipProvisioningStep.Identify, provisioner.Step);
        Assert.Equal(ChipStatus.NoAnswer, provisioner.LastChipStatus);
    }

    [Fact]
    public void The_simulated_factory_makes_the_same_configuration()
    {
        Board board = Blank();
        Of(board).Run(LockConsent.LocksAreForEver);
        ProvisionedChip made = ChipProvisioning.Manufacture(Board.SerialNumber);
        Assert.Equal(Board.ConfigOf(made.State), Board.ConfigOf(board.State));
        Assert.Equal(-1, ChipConfiguration.FirstDifferenceOnceLocked(Board.ConfigOf(made.State)));
    }

    [Fact]
    public void Every_outcome_has_its_text_and_the_irreversible_is_named()
    {
        string[] texts = [.. Enum.GetValues<ChipProvisioningOutcome>().Select(ChipProvisioningText.For)];
        Assert.Equal(texts.Length, texts.Distinct().Count());
        Assert.Contains("for ever", ChipProvisioningText.Warning, StringComparison.Ordinal);
        Assert.Contains(
            ChipProvisioningText.Warning,
            ChipProvisioningText.For(ChipProvisioningOutcome.ReadyToLock),
            StringComparison.Ordinal);
    }

    private static Board Blank(byte chipMode = ChipModes.M0) =>
        new(Board.WithChipMode(ChipState.Blank(Board.SerialNumber), chipMode));

    private static ChipProvisioner Of(Board board) => new(board.Bus, board.Clock);

    /// <summary>Locked as it should be; the key signs, is that which was told, and cannot be made anew.</summary>
    private static void AssertServes(Board board, byte[] publicKey)
    {
        byte[] zone = Board.ConfigOf(board.State);
        Assert.Equal(-1, ChipConfiguration.FirstDifferenceOnceLocked(zone));
        Assert.Equal(new byte[] { 0x00, 0x00, 0xFE, 0xFF }, zone[86..90]);
        byte[] digest = SHA256.HashData("proof"u8);
        byte[] signature = new byte[64];
        var link = new Atecc608Link(board.Bus, board.Clock);
        board.Bus.Fault = (_, _) => false;
        Assert.Equal(ChipStatus.Ok, new Atecc608(link).Sign(digest, signature, 0));
        using ECDsa key = Keys.Ecdsa(publicKey);
        Assert.True(key.VerifyHash(digest, signature));
        Assert.Equal(ChipStatus.ExecutionError, new Atecc608Keys(link).GeneratePrivate(0, new byte[64], 0));
    }

    private sealed class PowerCut : Exception;

    /// <summary>One byte of the configuration always reads back with a bit flipped, under a good CRC.</summary>
    private sealed class WrongByteBus(ChipBus inner, int at) : II2cBus
    {
        public bool Write(byte address7, byte[] data, int count) => inner.Write(address7, data, count);

        public bool Read(byte address7, byte[] buffer, int count)
        {
            if (!inner.Read(address7, buffer, count)) return false;
            byte[] command = inner.Commands.Count == 0 ? new byte[8] : inner.Commands[^1];
            bool isBlock = inner.IsCommandUnderWay && command[2] == 0x02 && command[3] == 0x80;
            if (!isBlock || command[4] != at / 32 * 8) return true;
            buffer[1 + (at % 32)] ^= 0x40;
            ushort crc = Atecc608Packet.Crc(buffer, 0, 33);
            buffer[33] = (byte)crc;
            buffer[34] = (byte)(crc >> 8);
            return true;
        }
    }
}
