using LumenLink.Simulator.Atecc608;

namespace LumenLink.Tests.Atecc608;

public sealed class FaultTests
{
    [Fact]
    public void Nacks_the_next_transfers_only()
    {
        var rig = new Rig();
        rig.Wake();
        rig.Faults.NackNext(2);
        Assert.False(rig.Acknowledges());
        Assert.False(rig.Chip.TryRead(0x60, new byte[4]));
        Assert.True(rig.Acknowledges());
    }

    [Fact]
    public void Corrupt_response_stays_corrupt_until_the_next()
    {
        var rig = new Rig();
        rig.Wake();
        rig.Faults.CorruptNextResponses(1);
        rig.Start(Opcode.Info, 0, 0);
        rig.NowUs += 5_000;
        Assert.False(ChipCrc.Holds(rig.Read(7)));
        rig.Write(0x00);
        Assert.False(ChipCrc.Holds(rig.Read(7)));
        Assert.Equal(Rig.Hex("00006003"), rig.Run(Opcode.Info, 0, 0));
    }

    [Fact]
    public void Corrupt_read_is_right_when_read_again()
    {
        var rig = new Rig();
        rig.Wake();
        rig.Faults.CorruptNextReads(1);
        Assert.False(ChipCrc.Holds(rig.Read(4)));
        rig.Write(0x00);
        Assert.True(ChipCrc.Holds(rig.Read(4)));
    }

    [Fact]
    public void Drops_to_sleep_at_the_numbered_command_without_running_it()
    {
        Rig rig = Rig.At(Stage.ConfigLocked);
        rig.Faults.SleepAtCommand(2);
        rig.Wake();
        Assert.Equal([1, 0, 0, 0], rig.Run(Opcode.Counter, 1, 0));
        Assert.True(rig.Start(Opcode.Counter, 1, 0));
        rig.NowUs += 100_000;
        Assert.False(rig.Acknowledges());
        Assert.Equal([1, 0, 0, 0], rig.Do(Opcode.Counter, 0, 0));
        Assert.Equal([2, 0, 0, 0], rig.Do(Opcode.Counter, 1, 0));
    }

    [Fact]
    public void Answers_EE_to_the_numbered_command_without_running_it()
    {
        Rig rig = Rig.At(Stage.ConfigLocked);
        rig.Faults.WatchdogAtCommand(2);
        rig.Wake();
        Assert.Equal([1, 0, 0, 0], rig.Run(Opcode.Counter, 1, 0));
        Assert.Equal([0xEE], rig.Run(Opcode.Counter, 1, 0));
        Assert.Equal([2, 0, 0, 0], rig.Run(Opcode.Counter, 1, 0));
    }

    [Fact]
    public void Stretched_busy_time_is_within_its_bounds_and_repeats_with_its_seed()
    {
        long first = BusyUs(seed: 7);
        Assert.Equal(first, BusyUs(seed: 7));
        Assert.NotEqual(first, BusyUs(seed: 8));
        Assert.InRange(first, 5_000 + 10_000, 5_000 + 900_000);
    }

    [Fact]
    public void Failed_self_test_shows_at_wake_and_in_SelfTest()
    {
        var rig = new Rig();
        rig.Faults.FailedSelfTests = 0x05;
        rig.Wake();
        Assert.Equal(Rig.Hex("040740C2"), rig.Read(4));
        Assert.Equal([0x05], rig.Run(Opcode.SelfTest, 0x3F, 0));
        Assert.Equal([0x04], rig.Run(Opcode.SelfTest, 0x0C, 0));
        rig.Faults.FailedSelfTests = 0;
        rig.Expect(0x00, Opcode.SelfTest, 0x3B, 0);
    }

    private static long BusyUs(int seed)
    {
        var rig = new Rig();
        rig.Wake();
        rig.Faults.StretchBusy(1, 10_000, 900_000, seed);
        rig.Start(Opcode.Info, 0, 0);
        long startUs = rig.NowUs;
        while (!rig.Acknowledges()) rig.NowUs += 100;
        return rig.NowUs - startUs;
    }
}
