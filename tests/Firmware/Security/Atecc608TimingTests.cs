using LumenLink.Beacon.Security;

namespace LumenLink.Tests.Firmware.Security;

/// <summary>The times of every command, the budget of a wake, and a whole attestation within it.</summary>
public sealed class Atecc608TimingTests
{
    private const long MicrosecondsPerMs = 1_000;

    public static TheoryData<byte> Modes => ChipModes.All;

    public static TheoryData<byte, int, int, int> Published => PublishedTimes.Table;

    /// <summary>Published times, those of commands that the emulator lacks, and an opcode that is none.</summary>
    [Theory]
    [MemberData(nameof(Published))]
    [InlineData(0x15, 25, 25, 25)]
    [InlineData(0x08, 55, 55, 55)]
    [InlineData(0x28, 40, 40, 40)]
    [InlineData(0x1C, 50, 50, 50)]
    [InlineData(0x46, 50, 50, 50)]
    [InlineData(0x80, 80, 80, 80)]
    [InlineData(0x99, 250, 625, 2324)]
    public void Worst_case_of_every_opcode_at_every_divider(byte opcode, int m0, int m1, int m2)
    {
        foreach ((byte mode, int ms) in new[]
        {
            (ChipModes.M0, m0), (ChipModes.M1, m1), (ChipModes.M2, m2), (ChipModes.M2LongWatchdog, m2),
            ((byte)0x80, m2),
        })
            Assert.Equal(ms, Atecc608Timing.WorstCaseMs(opcode, Atecc608Timing.Speed(mode)));
    }

    [Fact]
    public void A_wake_has_its_watchdog_less_the_margin()
    {
        Assert.Equal(1_300, Atecc608Timing.Watchdog(ChipModes.M2));
        Assert.Equal(13_000, Atecc608Timing.Watchdog(ChipModes.M2LongWatchdog));
        Assert.Equal(1_260, Atecc608Timing.WakeBudget(1_300));
        Assert.Equal(12_960, Atecc608Timing.WakeBudget(13_000));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void No_wake_of_an_attestation_exceeds_the_watchdog(byte mode)
    {
        using var rig = new AttestationRig(mode);
        AttestByTheBook(rig);
        long budgetUs = Atecc608Timing.WakeBudget(Atecc608Timing.Watchdog(mode)) * MicrosecondsPerMs;
        // Key; counter; random; two checks of signatures; ephemeral key; agreement; signature; sleep.
        Assert.InRange(rig.Board.Bus.Wakes.Count, 7, 20);
        Assert.All(rig.Board.Bus.Wakes, wake => Assert.InRange(wake, 1, budgetUs));
        Assert.All(rig.Board.Bus.Wakes, wake => Assert.InRange(wake, 1, LongestWakeMs(mode) * MicrosecondsPerMs));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void The_watchdogs_answer_to_any_command_of_an_attestation_still_gives_a_good_Evidence(byte mode)
    {
        int commands;
        using (var plain = new AttestationRig(mode))
        {
            AttestByTheBook(plain);
            commands = plain.Board.Bus.Commands.Count;
        }

        Assert.InRange(commands, 12, 40);
        for (int command = 1; command <= commands; command++)
        {
            using var rig = new AttestationRig(mode);
            rig.Board.Faults.WatchdogAtCommand(command);
            AttestByTheBook(rig);
            Assert.True(commands + 1 == rig.Board.Bus.Commands.Count, $"command {command}: one command more");
        }
    }

    /// <summary>Hello to Result; the service finds the Evidence good.</summary>
    private static void AttestByTheBook(AttestationRig rig)
    {
        byte[] hello = rig.Hello();
        byte[] challenge = rig.Service.Challenge(hello);
        Assert.Equal(DownlinkOutcome.Accepted, rig.Challenge(challenge, out byte[] evidence));
        TestSession session = rig.Service.Judge(hello, challenge, evidence, rig.Board.PublicKey);
        Assert.Equal(DownlinkOutcome.Accepted, rig.Result(session.Result(7, 3_600)));
    }

    /// <summary>The longest sequence in one wake: ChipMode and Verify with its nonce, or a signature; and the
    /// bus.</summary>
    private static int LongestWakeMs(byte mode)
    {
        ChipSpeed speed = Atecc608Timing.Speed(mode);
        int Of(byte opcode) => Atecc608Timing.WorstCaseMs(opcode, speed);
        int verify = Of(Atecc608Opcode.Nonce) + Of(Atecc608Opcode.Verify);
        int sign = Of(Atecc608Opcode.Random) + Of(Atecc608Opcode.Nonce) + Of(Atecc608Opcode.Sign);
        return Math.Max(verify, sign) + Of(Atecc608Opcode.Read) + Atecc608Timing.WatchdogMarginMs;
    }
}
