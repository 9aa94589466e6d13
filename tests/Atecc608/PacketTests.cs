using LumenLink.Simulator.Atecc608;

namespace LumenLink.Tests.Atecc608;

public sealed class PacketTests
{
    [Theory]
    [InlineData("0411", "3343")]
    [InlineData("0400", "0340")]
    [InlineData("0401", "00C3")]
    [InlineData("0403", "8342")]
    [InlineData("0405", "C343")]
    [InlineData("0407", "40C2")]
    [InlineData("0408", "60C0")]
    [InlineData("040F", "2342")]
    [InlineData("04EE", "3141")]
    [InlineData("04FF", "0142")]
    [InlineData("0700006002", "8038")]
    [InlineData("0700006003", "83BB")]
    [InlineData("313233343536373839", "DDBC")]
    public void Crc_of_published_bytes(string bytes, string crc)
    {
        byte[] packet = Rig.Hex(bytes + "0000");
        ChipCrc.Seal(packet);
        Assert.Equal(Rig.Hex(bytes + crc), packet);
        Assert.True(ChipCrc.Holds(packet));
        packet[0] ^= 1;
        Assert.False(ChipCrc.Holds(packet));
    }

    [Theory]
    [InlineData(0x30, 0x00, 0x0000, "0730000000 035D")]
    [InlineData(0x1B, 0x00, 0x0000, "071B000000 24CD")]
    [InlineData(0x02, 0x80, 0x0000, "0702800000 09AD")]
    [InlineData(0x02, 0x80, 0x0008, "0702800800 0A4D")]
    [InlineData(0x02, 0x80, 0x0010, "0702801000 0A1D")]
    [InlineData(0x02, 0x80, 0x0018, "0702801800 09FD")]
    [InlineData(0x02, 0x00, 0x0000, "0702000000 1E2D")]
    [InlineData(0x40, 0x00, 0x0000, "0740000000 0005")]
    [InlineData(0x40, 0x04, 0x0000, "0740040000 8387")]
    [InlineData(0x41, 0x80, 0x0000, "0741800000 2805")]
    [InlineData(0x41, 0xA0, 0x0000, "0741A00000 7B85")]
    [InlineData(0x47, 0x00, 0x0000, "0747000000 2E85")]
    [InlineData(0x47, 0x04, 0x0002, "0747040200 AB87")]
    [InlineData(0x17, 0x80, 0x0000, "0717800000 398D")]
    [InlineData(0x17, 0x81, 0x0000, "0717810000 3A07")]
    [InlineData(0x24, 0x00, 0x0000, "0724000000 0CFD")]
    [InlineData(0x24, 0x01, 0x0000, "0724010000 0F77")]
    [InlineData(0x77, 0x3B, 0x0000, "07773B0000 9DFB")]
    public void Command_of_published_bytes(byte opcode, byte mode, int param2, string packet)
    {
        byte[] bytes = Rig.Hex(packet);
        Assert.Equal(bytes, Command.Build((Opcode)opcode, mode, (ushort)param2, []));
        Assert.True(Command.TryParse(bytes, out Command command));
        Assert.Equal((opcode, mode, param2), ((byte)command.Opcode, command.Mode, command.Param2));
        Assert.Equal(0, command.Data.Length);
    }

    [Fact]
    public void Nonce_packets_of_published_bytes()
    {
        byte[] counting = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        byte[] zeros = new byte[32];
        Assert.Equal([0x27, 0x16, 0x43, 0, 0, .. zeros, 0x14, 0x3A], Command.Build(Opcode.Nonce, 0x43, 0, zeros));
        Assert.Equal([0x27, 0x16, 0x03, 0, 0, .. counting, 0x04, 0xEE], Command.Build(Opcode.Nonce, 0x03, 0, counting));
    }

    [Theory]
    [InlineData("")]
    [InlineData("07")]
    [InlineData("0730000000035C")]
    [InlineData("07300000000000")]
    [InlineData("0830000000035D")]
    [InlineData("0630000000035D")]
    [InlineData("0730000000035D00")]
    [InlineData("0731000000035D")]
    public void Damaged_packet_is_answered_with_FF(string packet)
    {
        var rig = new Rig();
        rig.Wake();
        Assert.True(rig.Write([0x03, .. Rig.Hex(packet)]));
        Assert.Equal([0xFF], rig.Finish());
    }

    [Fact]
    public void Whole_packets_travel_as_published()
    {
        var rig = new Rig();
        rig.Wake();
        Assert.Equal(Rig.Hex("04113343"), rig.Read(4));
        Assert.True(rig.Write(Rig.Hex("03 0730000000 035D")));
        rig.NowUs += 5_000;
        Assert.Equal(Rig.Hex("0700006003 83BB"), rig.Read(7));
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x08)]
    [InlineData(0x15)]
    [InlineData(0x1C)]
    [InlineData(0x28)]
    [InlineData(0x46)]
    [InlineData(0x56)]
    [InlineData(0x80)]
    [InlineData(0xFF)]
    public void Unknown_command_is_a_parse_error(byte opcode)
    {
        Rig rig = Rig.At(Stage.DataLocked);
        rig.Expect(0x03, (Opcode)opcode, 0, 0);
    }
}
