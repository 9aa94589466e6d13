using LumenLink.Simulator.Atecc608;

namespace LumenLink.Tests.Atecc608;

public sealed class ChipStateTests
{
    [Fact]
    public void Blank_chip_is_a_generic_part()
    {
        var rig = new Rig();
        byte[] config = [.. Enumerable.Range(0, 4).SelectMany(b => rig.Do(Opcode.Read, 0x80, b * 8))];
        Assert.Equal(Rig.Hex("01234567 00006003 89ABCDEFEE 01 01 00 C0 00 00 00"), config[..20]);
        Assert.Equal([0x55, 0x55], config[86..88]);
        Assert.Equal([0xFF, 0xFF], config[88..90]);
        Assert.Equal(Rig.Serial, rig.State.SerialNumber);
        Assert.Equal(0x02, ChipState.Blank(Rig.Serial, ChipModel.Atecc608A).Config[7]);
        Assert.Throws<ArgumentException>(() => ChipState.Blank(new byte[8]));
    }

    [Fact]
    public void Counter_and_key_survive_power_loss_TempKey_does_not()
    {
        ProvisionedChip made = ChipProvisioning.Manufacture(Rig.Serial);
        var before = new Rig(made.State);
        Assert.Equal([1, 0, 0, 0], before.Do(Opcode.Counter, 1, 0));
        Assert.Equal([2, 0, 0, 0], before.Do(Opcode.Counter, 1, 0));
        before.Expect(0x00, Opcode.Nonce, 0x03, 0, new byte[32]);
        Assert.Equal(0x80, before.Do(Opcode.Info, 2, 0)[1]);

        var after = new Rig(ChipState.Parse(before.State.Serialize()));
        Assert.Equal([2, 0, 0, 0], after.Do(Opcode.Counter, 0, 0));
        Assert.Equal([0, 0, 0, 0], after.Do(Opcode.Counter, 0, 1));
        Assert.Equal(made.PublicKey, after.Do(Opcode.GenKey, 0x00, 0));
        Assert.Equal(0x00, after.Do(Opcode.Info, 2, 0)[1]);
        after.Expect(0x0F, Opcode.GenKey, 0x04, 0);
        after.Expect(0x0F, Opcode.Write, 0x00, 4, 0, 0, 0, 0);
    }

    [Fact]
    public void Every_byte_survives_the_round_trip()
    {
        ChipState state = ChipState.Blank(Rig.Serial);
        for (int slot = 0; slot < 16; slot++)
        {
            byte[] content = new byte[state.Slot(slot).Length];
            Array.Fill(content, (byte)(slot + 1));
            state.WriteSlot(slot, 0, content);
        }

        state.WriteOtp(0, Rig.Hex("A1A2A3A4"));
        state.SetCounter(1, 77);
        byte[] bytes = state.Serialize();
        ChipState again = ChipState.Parse(bytes);
        Assert.Equal(bytes, again.Serialize());
        Assert.Equal(16, again.Slot(15)[71]);
        Assert.Equal(9, again.Slot(8)[415]);
        Assert.Equal(77u, again.Counter(1));
        Assert.Equal(0xA4, again.Otp[3]);
    }

    [Fact]
    public void Cut_or_altered_memory_is_refused()
    {
        byte[] bytes = ChipState.Blank(Rig.Serial).Serialize();
        Assert.Throws<FormatException>(() => ChipState.Parse([]));
        Assert.Throws<FormatException>(() => ChipState.Parse(bytes.AsSpan(0, bytes.Length - 1)));
        for (int i = 0; i < bytes.Length; i += 17)
        {
            byte[] altered = [.. bytes];
            altered[i] ^= 0x10;
            Assert.Throws<FormatException>(() => ChipState.Parse(altered));
        }
    }

    [Theory]
    [InlineData(0x24, 1, 0, true)]
    [InlineData(0x24, 0, 0, false)]
    [InlineData(0x40, 4, 0, true)]
    [InlineData(0x40, 4, 0xFFFF, false)]
    [InlineData(0x17, 2, 0, true)]
    [InlineData(0x17, 0x81, 0, true)]
    [InlineData(0x20, 0, 5, true)]
    [InlineData(0x1B, 0, 0, false)]
    public void Persist_is_raised_before_the_answer_can_be_read(byte opcode, byte mode, int param2, bool changes)
    {
        Rig rig = Rig.At(Stage.ConfigLocked, null, (0, 0x2081, 0x0033));
        rig.Do(Opcode.Info, 0, 0);
        byte[] stored = rig.State.Serialize();
        int raised = 0;
        rig.State.Persist += state =>
        {
            raised++;
            Assert.NotEqual(stored, state.Serialize());
            stored = state.Serialize();
        };
        Assert.True(rig.Start((Opcode)opcode, mode, param2));
        Assert.Equal(changes ? 1 : 0, raised);
        Assert.False(rig.Acknowledges());
        Assert.NotEqual([0x0F], rig.Finish());
        Assert.Equal(stored, rig.State.Serialize());
    }
}
