using LumenLink.Simulator.Atecc608;

namespace LumenLink.Tests.Atecc608;

/// <summary>Parameters and lengths that no command takes, and commands that lack what they work on.</summary>
public sealed class ParameterTests
{
    [Theory]
    [InlineData(0x30, 5, 0, 0)]
    [InlineData(0x30, 1, 16, 0)]
    [InlineData(0x30, 4, 4, 0)]
    [InlineData(0x30, 0, 0, 1)]
    [InlineData(0x1B, 2, 0, 0)]
    [InlineData(0x1B, 0, 1, 0)]
    [InlineData(0x16, 0x02, 0, 20)]
    [InlineData(0x16, 0x00, 0, 19)]
    [InlineData(0x16, 0x00, 1, 20)]
    [InlineData(0x16, 0x40, 0, 20)]
    [InlineData(0x16, 0x03, 0, 31)]
    [InlineData(0x16, 0x03, 1, 32)]
    [InlineData(0x16, 0x23, 0, 32)]
    [InlineData(0x16, 0xA3, 0, 64)]
    [InlineData(0x16, 0xC3, 0, 32)]
    [InlineData(0x16, 0x07, 0, 32)]
    [InlineData(0x02, 0x03, 0, 0)]
    [InlineData(0x02, 0x40, 0, 0)]
    [InlineData(0x02, 0x00, 0x20, 0)]
    [InlineData(0x02, 0x80, 0x01, 0)]
    [InlineData(0x02, 0x01, 0x10, 0)]
    [InlineData(0x02, 0x02, 0x0101, 0)]
    [InlineData(0x02, 0x02, 0x0080, 0)]
    [InlineData(0x12, 0x00, 4, 5)]
    [InlineData(0x12, 0x80, 8, 4)]
    [InlineData(0x12, 0x82, 0x0D40, 32)]
    [InlineData(0x12, 0x42, 0, 36)]
    [InlineData(0x12, 0xC2, 0, 32)]
    [InlineData(0x12, 0x24, 0, 4)]
    [InlineData(0x17, 0x03, 0, 0)]
    [InlineData(0x17, 0x84, 0, 0)]
    [InlineData(0x17, 0x80, 0, 1)]
    [InlineData(0x20, 2, 0, 0)]
    [InlineData(0x20, 0, 256, 0)]
    [InlineData(0x24, 2, 0, 0)]
    [InlineData(0x24, 0, 2, 0)]
    [InlineData(0x40, 0x20, 0, 0)]
    [InlineData(0x40, 0x14, 0, 3)]
    [InlineData(0x40, 0x10, 8, 0)]
    [InlineData(0x40, 0x04, 16, 0)]
    [InlineData(0x40, 0x00, 0xFFFF, 0)]
    [InlineData(0x40, 0x04, 0, 3)]
    [InlineData(0x41, 0x81, 0, 0)]
    [InlineData(0x41, 0xC0, 0, 0)]
    [InlineData(0x41, 0x20, 0, 0)]
    [InlineData(0x41, 0x80, 16, 0)]
    [InlineData(0x41, 0x80, 0, 32)]
    [InlineData(0x45, 0x02, 5, 128)]
    [InlineData(0x45, 0x02, 4, 127)]
    [InlineData(0x45, 0x00, 9, 128)]
    [InlineData(0x45, 0x01, 9, 64)]
    [InlineData(0x45, 0x03, 9, 83)]
    [InlineData(0x45, 0x07, 9, 83)]
    [InlineData(0x45, 0x82, 4, 128)]
    [InlineData(0x47, 0x00, 1, 0)]
    [InlineData(0x47, 0x40, 0, 0)]
    [InlineData(0x47, 0x01, 63, 63)]
    [InlineData(0x47, 0x02, 64, 64)]
    [InlineData(0x47, 0x02, 3, 2)]
    [InlineData(0x47, 0x82, 0, 0)]
    [InlineData(0x47, 0x04, 16, 0)]
    [InlineData(0x47, 0x05, 0, 0)]
    [InlineData(0x47, 0x06, 0, 0)]
    [InlineData(0x47, 0x07, 0, 0)]
    [InlineData(0x51, 0x03, 0xFFFF, 16)]
    [InlineData(0x51, 0x00, 0xFFFF, 15)]
    [InlineData(0x51, 0x00, 16, 16)]
    [InlineData(0x56, 0x50, 0, 3)]
    [InlineData(0x56, 0xD0, 0, 4)]
    [InlineData(0x56, 0x70, 0, 4)]
    [InlineData(0x56, 0x58, 0, 4)]
    [InlineData(0x56, 0x50, 0, 5)]
    [InlineData(0x56, 0x52, 16, 4)]
    [InlineData(0x56, 0x48, 16 << 8, 4)]
    [InlineData(0x56, 0x30, 0, 19)]
    [InlineData(0x43, 0x10, 0, 64)]
    [InlineData(0x43, 0x0C, 0, 63)]
    [InlineData(0x43, 0x0C, 16, 64)]
    [InlineData(0x77, 0x40, 0, 0)]
    [InlineData(0x77, 0x01, 1, 0)]
    public void Illegal_parameter_is_a_parse_error(byte opcode, byte mode, int param2, int dataSize)
    {
        Rig rig = Rig.At(Stage.DataLocked);
        byte[] before = rig.State.Serialize();
        rig.Expect(0x03, (Opcode)opcode, mode, param2, new byte[dataSize]);
        Assert.Equal(before, rig.State.Serialize());
    }

    [Theory]
    [InlineData(0x41, 0x80, 0, 0)]
    [InlineData(0x41, 0xA0, 0, 0)]
    [InlineData(0x41, 0x00, 0, 0)]
    [InlineData(0x45, 0x02, 4, 128)]
    [InlineData(0x45, 0x22, 4, 128)]
    [InlineData(0x47, 0x01, 64, 64)]
    [InlineData(0x47, 0x02, 0, 0)]
    [InlineData(0x47, 0x03, 9, 0)]
    [InlineData(0x47, 0x04, 0xFFFF, 0)]
    [InlineData(0x51, 0x00, 0xFFFF, 16)]
    [InlineData(0x43, 0x0D, 0, 64)]
    [InlineData(0x43, 0x0E, 0, 64)]
    [InlineData(0x40, 0x08, 0, 0)]
    [InlineData(0x40, 0x10, 9, 3)]
    public void Command_without_its_input_is_an_execution_error(byte opcode, byte mode, int param2, int dataSize)
    {
        Rig rig = Rig.At(Stage.ConfigLocked, null, (0, 0x2083, 0x0033), (9, 0x0000, 0x0010));
        rig.Do(Opcode.GenKey, 0x04, 0);
        rig.Expect(0x00, Opcode.Lock, 0x81, 0);
        rig.Expect(0x0F, (Opcode)opcode, mode, param2, new byte[dataSize]);
    }

    [Fact]
    public void Empty_private_slot_neither_signs_nor_shows_a_key()
    {
        Rig rig = Rig.At(Stage.DataLocked, null, (0, 0x2087, 0x0033));
        Assert.Equal([0, 0, 0, 0], rig.Do(Opcode.Info, 1, 0));
        rig.Expect(0x00, Opcode.Nonce, 0x03, 0, new byte[32]);
        rig.Expect(0x0F, Opcode.Sign, 0x80, 0);
        rig.Expect(0x0F, Opcode.GenKey, 0x00, 0);
        rig.Expect(0x0F, Opcode.Ecdh, 0x0C, 0, Reference.Rfc5903InitiatorPublic);
        Assert.Equal(64, rig.Do(Opcode.GenKey, 0x04, 0).Length);
        Assert.Equal([1, 0, 0, 0], rig.Do(Opcode.Info, 1, 0));
    }

    [Fact]
    public void Ephemeral_private_key_in_TempKey_serves_ECDH_alone()
    {
        Rig rig = Rig.At(Stage.ConfigLocked, null, (0, 0x2083, 0x0033));
        rig.Do(Opcode.GenKey, 0x04, 0);
        rig.Expect(0x00, Opcode.Lock, 0x81, 0);
        Ephemeral(rig);
        rig.Expect(0x0F, Opcode.Sha, 0x04, 0xFFFF);
        rig.Expect(0x0F, Opcode.Aes, 0x00, 0xFFFF, new byte[16]);
        rig.Expect(0x0F, Opcode.GenKey, 0x08, 0);
        rig.Expect(0x0F, Opcode.Ecdh, 0x05, 0, Reference.Rfc5903InitiatorPublic);
        rig.Expect(0x0F, Opcode.Ecdh, 0x0F, 0, Reference.Rfc5903InitiatorPublic);
        Assert.Equal(32, rig.Do(Opcode.Ecdh, 0x0D, 0, Reference.Rfc5903InitiatorPublic).Length);
        Ephemeral(rig);
        rig.Expect(0x0F, Opcode.Sign, 0x80, 0);
        byte[] own = Ephemeral(rig);
        rig.Expect(0x00, Opcode.Ecdh, 0x09, 0, Reference.Rfc5903ResponderPublic);
        Assert.Equal(Reference.SharedSecret(Reference.Rfc5903Responder, own), rig.Chip.Ram.TempKey.Value.ToArray());
        rig.Expect(0x0F, Opcode.Ecdh, 0x0D, 0, Reference.Rfc5903InitiatorPublic);
    }

    [Fact]
    public void Ecdh_into_the_next_slot()
    {
        Rig rig = Rig.At(Stage.ConfigLocked, null, (2, 0x208C, 0x0033), (3, 0x8F8F, 0x001C));
        byte[] own = rig.Do(Opcode.GenKey, 0x04, 2);
        rig.Expect(0x00, Opcode.Lock, 0x81, 0);
        foreach (byte mode in new byte[] { 0x00, 0x04 })
        {
            rig.State.WriteSlot(3, 0, new byte[32]);
            rig.Expect(0x00, Opcode.Ecdh, mode, 2, Reference.Rfc5903ResponderPublic);
            byte[] expected = Reference.SharedSecret(Reference.Rfc5903Responder, own);
            Assert.Equal(expected, rig.State.Slot(3)[..32].ToArray());
        }

        rig.Expect(0x0F, Opcode.Ecdh, 0x08, 2, Reference.Rfc5903ResponderPublic);
    }

    [Fact]
    public void Slot_contents_are_read_and_written_in_words_and_blocks()
    {
        Rig rig = Rig.At(Stage.ConfigLocked, null, (8, 0x0000, 0x001C), (10, 0x0000, 0x001C));
        byte[] block = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        rig.Expect(0x00, Opcode.Write, 0x82, (8 << 3) | (12 << 8), block);
        rig.Expect(0x00, Opcode.Write, 0x82, (10 << 3) | (2 << 8), block);
        rig.Expect(0x00, Opcode.Write, 0x81, 8, block);
        rig.Expect(0x00, Opcode.Lock, 0x01, rig.State.DataSummary());
        Assert.Equal(block, rig.Do(Opcode.Read, 0x82, (8 << 3) | (12 << 8)));
        Assert.Equal([4, 5, 6, 7], rig.Do(Opcode.Read, 0x02, (10 << 3) | 1 | (2 << 8)));
        rig.Expect(0x0F, Opcode.Read, 0x82, (10 << 3) | (2 << 8));
        Assert.Equal(block, rig.Do(Opcode.Read, 0x81, 8));
        rig.Expect(0x00, Opcode.Write, 0x02, (8 << 3) | 7, 9, 8, 7, 6);
        Assert.Equal([9, 8, 7, 6], rig.Do(Opcode.Read, 0x02, (8 << 3) | 7));
    }

    [Fact]
    public void Another_command_ends_a_running_SHA()
    {
        var rig = new Rig();
        rig.Expect(0x00, Opcode.Sha, 0x00, 0);
        rig.Expect(0x00, Opcode.Sha, 0x01, 64, new byte[64]);
        rig.Do(Opcode.Info, 0, 0);
        rig.Expect(0x0F, Opcode.Sha, 0x02, 0);
    }

    [Fact]
    public void Sha_takes_a_stored_public_key()
    {
        Rig rig = Rig.At(Stage.ConfigLocked, null, (11, 0x0000, 0x0010));
        rig.State.WriteSlot(11, 4, Reference.Rfc5903InitiatorPublic[..32]);
        rig.State.WriteSlot(11, 40, Reference.Rfc5903InitiatorPublic[32..]);
        rig.Expect(0x00, Opcode.Sha, 0x00, 0);
        rig.Expect(0x00, Opcode.Sha, 0x03, 11);
        byte[] expected = System.Security.Cryptography.SHA256.HashData(Reference.Rfc5903InitiatorPublic);
        Assert.Equal(expected, rig.Do(Opcode.Sha, 0xC2, 0));
    }

    private static byte[] Ephemeral(Rig rig) => rig.Do(Opcode.GenKey, 0x04, 0xFFFF);
}
