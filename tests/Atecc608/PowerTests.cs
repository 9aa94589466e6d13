using LumenLink.Simulator.Atecc608;

namespace LumenLink.Tests.Atecc608;

public sealed class PowerTests
{
    public static TheoryData<byte, int, int, int> Published => PublishedTimes.Table;

    private static readonly byte[] Message = [.. Enumerable.Repeat((byte)7, 32)];

    [Fact]
    public void Asleep_it_acknowledges_nothing()
    {
        var rig = new Rig();
        Assert.False(rig.Acknowledges());
        Assert.False(rig.Write(0x02));
        Assert.False(rig.Chip.TryRead(0x60, new byte[4]));
    }

    [Fact]
    public void Wakes_after_1500_us()
    {
        var rig = new Rig();
        rig.Pulse();
        rig.NowUs += 1_499;
        Assert.False(rig.Acknowledges());
        rig.NowUs += 1;
        Assert.Equal(Rig.Hex("04113343"), rig.Read(4));
    }

    [Fact]
    public void Pulse_on_a_fast_bus_does_not_wake()
    {
        var rig = new Rig();
        rig.Pulse(busHz: 100_001);
        rig.NowUs += 2_000;
        Assert.False(rig.Acknowledges());
    }

    [Fact]
    public void Pulse_when_awake_changes_neither_output_nor_watchdog()
    {
        var rig = new Rig();
        rig.Wake();
        Assert.Equal(4, rig.Run(Opcode.Info, 0, 0).Length);
        rig.NowUs = 5_000_000 + 1_000_000;
        rig.Pulse();
        rig.NowUs += 2_000;
        Assert.True(rig.Write(0x00));
        Assert.Equal(0x07, rig.Read(1)[0]);
        rig.NowUs = 5_000_000 + 1_300_000;
        Assert.False(rig.Acknowledges());
    }

    [Fact]
    public void Only_its_own_address_answers()
    {
        var rig = new Rig();
        rig.Wake();
        Assert.False(rig.Chip.TryWrite(0x35, [0x00], Rig.SlowHz));
        Assert.False(rig.Chip.TryRead(0x61, new byte[4]));
        Assert.False(rig.Write(0x04));
        Assert.True(rig.Chip.TryRead(0x60, new byte[4]));
    }

    [Fact]
    public void Output_is_read_in_parts_rewound_and_FF_past_its_end()
    {
        var rig = new Rig();
        rig.Wake();
        rig.Start(Opcode.Info, 0, 0);
        rig.NowUs += 5_000;
        Assert.Equal([0x07], rig.Read(1));
        Assert.Equal(Rig.Hex("00006003 83BB FFFF"), rig.Read(8));
        Assert.Equal(Rig.Hex("FF"), rig.Read(1));
        Assert.True(rig.Write(0x00));
        Assert.Equal(Rig.Hex("0700006003 83BB"), rig.Read(7));
    }

    [Fact]
    public void Idle_keeps_TempKey_and_digest_buffer_sleep_clears_them()
    {
        Rig rig = Rig.At(Stage.DataLocked);
        foreach ((byte word, bool kept) in new[] { ((byte)0x02, true), ((byte)0x01, false) })
        {
            rig.Expect(0x00, Opcode.Nonce, 0x03, 0, Message);
            rig.Expect(0x00, Opcode.Nonce, 0x43, 0, Message);
            Assert.True(rig.Write(word));
            Assert.False(rig.Acknowledges());
            rig.NowUs += 60_000_000;
            rig.Wake();
            Assert.Equal(Rig.Hex("04113343"), rig.Read(4));
            Assert.Equal(kept ? 0x80 : 0x00, rig.Run(Opcode.Info, 2, 0)[1]);
            Assert.Equal(kept, rig.Chip.Ram.MessageDigest is not null);
        }
    }

    [Theory]
    [InlineData(0x00, 1_300_000)]
    [InlineData(0x04, 13_000_000)]
    public void Watchdog_puts_it_to_sleep(byte chipMode, long watchdogUs)
    {
        Rig rig = WithChipMode(chipMode);
        rig.Pulse();
        long wokenUs = rig.NowUs;
        rig.NowUs += 2_000;
        Assert.Equal([0x00], rig.Run(Opcode.Nonce, 0x03, 0, Message));
        rig.NowUs = wokenUs + watchdogUs - 1;
        Assert.True(rig.Acknowledges());
        rig.NowUs++;
        Assert.False(rig.Acknowledges());
        rig.Wake();
        Assert.Equal(0x00, rig.Run(Opcode.Info, 2, 0)[1]);
    }

    [Fact]
    public void Idle_and_wake_restart_the_watchdog()
    {
        var rig = new Rig();
        for (int i = 0; i < 4; i++)
        {
            rig.Wake();
            rig.NowUs += 1_000_000;
            Assert.True(rig.Write(0x02));
        }
    }

    [Fact]
    public void Command_that_cannot_finish_in_time_is_refused_with_EE()
    {
        Rig rig = Rig.At(Stage.DataLocked);
        rig.Pulse();
        rig.NowUs += 1_300_000 - 20_000;
        Assert.Equal([0x00], rig.Run(Opcode.Info, 0, 0)[..1]);
        long left = 20_000 - 5_000;
        rig.NowUs = 5_000_000 + 1_300_000 - left;
        Assert.Equal([0xEE], rig.Run(Opcode.Nonce, 0x03, 0, Message));
        Assert.False(rig.Chip.Ram.TempKey.IsValid);
    }

    [Fact]
    public void Watchdog_ends_a_command_that_overruns()
    {
        Rig rig = Rig.At(Stage.DataLocked);
        rig.Faults.StretchBusy(1, 2_000_000, 2_000_000, seed: 1);
        rig.Pulse();
        rig.NowUs += 1_500;
        Assert.True(rig.Start(Opcode.Nonce, 0x03, 0, Message));
        rig.NowUs = 5_000_000 + 1_300_000;
        Assert.False(rig.Acknowledges());
        rig.NowUs += 5_000_000;
        Assert.False(rig.Acknowledges());
        rig.Wake();
        Assert.Equal(0x00, rig.Run(Opcode.Info, 2, 0)[1]);
    }

    [Theory]
    [MemberData(nameof(Published))]
    [InlineData(0x15, 1, 1, 1)]
    public void Busy_until_the_execution_time_of_its_ChipMode(byte opcode, int m0, int m1, int m2)
    {
        foreach ((byte clock, int ms) in new[] { ((byte)0x00, m0), ((byte)0x28, m1), ((byte)0x68, m2) })
        {
            Rig rig = WithChipMode((byte)(clock | 0x04));
            rig.Wake();
            Assert.True(rig.Start((Opcode)opcode, 0, 0));
            rig.NowUs += (1_000L * ms) - 1;
            Assert.False(rig.Acknowledges());
            Assert.False(rig.Chip.TryRead(0x60, new byte[1]));
            rig.NowUs += 1;
            Assert.True(rig.Acknowledges());
        }
    }

    [Fact]
    public void Busy_time_factor_scales_the_busy_time()
    {
        var rig = new Rig(options: new ChipOptions { BusyTimeFactor = 0.5 });
        rig.Wake();
        rig.Start(Opcode.Random, 0, 0);
        rig.NowUs += 11_499;
        Assert.False(rig.Acknowledges());
        rig.NowUs += 1;
        Assert.True(rig.Acknowledges());
        Assert.Throws<ArgumentException>(() => new Rig(options: new ChipOptions { BusyTimeFactor = 0 }));
    }

    [Fact]
    public void Changed_address_takes_effect_after_sleep()
    {
        Rig rig = WithChipMode(0x01);
        rig.Wake();
        Assert.Equal([0x00], rig.Run(Opcode.UpdateExtra, 1, 0x6A));
        Assert.True(rig.Acknowledges());
        rig.Write(0x02);
        rig.Wake();
        Assert.True(rig.Acknowledges());
        rig.Write(0x01);
        rig.Wake();
        Assert.False(rig.Acknowledges());
        Assert.True(rig.Chip.TryWrite(0x35, [], Rig.SlowHz));
    }

    [Fact]
    public void Extra_address_without_the_ChipMode_bit_is_ignored()
    {
        var rig = new Rig();
        rig.Wake();
        Assert.Equal([0x00], rig.Run(Opcode.UpdateExtra, 1, 0x6A));
        rig.Write(0x01);
        rig.Wake();
        Assert.True(rig.Acknowledges());
    }

    private static Rig WithChipMode(byte chipMode)
    {
        ChipState state = ChipState.Blank(Rig.Serial);
        state.WriteConfig(ConfigZone.ChipMode, [chipMode]);
        return new Rig(state);
    }
}
