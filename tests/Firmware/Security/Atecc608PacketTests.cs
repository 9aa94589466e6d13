using LumenLink.Beacon.Security;

namespace LumenLink.Tests.Firmware.Security;

public sealed class Atecc608PacketTests
{
    /// <summary>Bytes and CRC (low byte first) of commands and answers that public drivers use.</summary>
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
    [InlineData("0730000000", "035D")]
    [InlineData("0700006002", "8038")]
    [InlineData("0700006003", "83BB")]
    [InlineData("071B000000", "24CD")]
    [InlineData("0702800000", "09AD")]
    [InlineData("0702800800", "0A4D")]
    [InlineData("0702801000", "0A1D")]
    [InlineData("0702801800", "09FD")]
    [InlineData("0702000000", "1E2D")]
    [InlineData("0740000000", "0005")]
    [InlineData("0740040000", "8387")]
    [InlineData("0741800000", "2805")]
    [InlineData("0741A00000", "7B85")]
    [InlineData("0747000000", "2E85")]
    [InlineData("0747040200", "AB87")]
    [InlineData("0717800000", "398D")]
    [InlineData("0717810000", "3A07")]
    [InlineData("0724000000", "0CFD")]
    [InlineData("0724010000", "0F77")]
    [InlineData("07773B0000", "9DFB")]
    [InlineData("27164300000000000000000000000000000000000000000000000000000000000000000000", "143A")]
    [InlineData("2716030000000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", "04EE")]
    public void Crc(string bytes, string crc)
    {
        byte[] covered = Convert.FromHexString(bytes);
        ushort actual = Atecc608Packet.Crc(covered, 0, covered.Length);
        Assert.Equal(crc, $"{(byte)actual:X2}{actual >> 8:X2}");
        Assert.True(Atecc608Packet.IsIntact([.. covered, (byte)actual, (byte)(actual >> 8)], covered.Length + 2));
    }

    [Fact]
    public void Crc_of_the_usual_check_string()
    {
        Assert.Equal(0xBCDD, Atecc608Packet.Crc("123456789"u8.ToArray(), 0, 9));
    }

    [Fact]
    public void A_command_has_word_address_count_fields_data_and_crc()
    {
        var packet = new Atecc608Packet();
        packet.Start(Atecc608Opcode.Verify, 0x22, 4).Append(new byte[128], 0, 128).Finish();
        packet.Start(Atecc608Opcode.Nonce, 0x43, 0).Append(new byte[32], 0, 32).Finish();
        string expected = "0327164300" + new string('0', 66) + "143A";
        Assert.Equal(expected, Convert.ToHexString(packet.Bytes, 0, packet.Length));
        packet.Start(Atecc608Opcode.GenKey, 4, 0xFFFF).Finish();
        Assert.Equal("0307" + "4004FFFF", Convert.ToHexString(packet.Bytes, 0, 6));
    }

    [Theory]
    [InlineData(0x00, ChipStatus.Ok)]
    [InlineData(0x01, ChipStatus.Miscompare)]
    [InlineData(0x03, ChipStatus.ParseError)]
    [InlineData(0x05, ChipStatus.EccFault)]
    [InlineData(0x07, ChipStatus.SelfTestError)]
    [InlineData(0x08, ChipStatus.HealthTestError)]
    [InlineData(0x0F, ChipStatus.ExecutionError)]
    [InlineData(0xEE, ChipStatus.WatchdogAboutToExpire)]
    [InlineData(0xFF, ChipStatus.CrcError)]
    [InlineData(0x11, ChipStatus.ResponseMalformed)]
    [InlineData(0x42, ChipStatus.ResponseMalformed)]
    public void Every_status_has_a_name(byte status, ChipStatus expected)
    {
        Assert.Equal(expected, Atecc608Packet.Judge([4, status, 0, 0], Atecc608Packet.StatusSize));
        ChipStatus whenDataIsWanted = status == 0 ? ChipStatus.ResponseMalformed : expected;
        Assert.Equal(whenDataIsWanted, Atecc608Packet.Judge([4, status, 0, 0], 32));
    }

    [Fact]
    public void An_answer_of_another_size_is_malformed()
    {
        byte[] answer = new byte[Atecc608Packet.MaxResponseSize];
        for (int count = 5; count <= answer.Length; count++)
        {
            answer[0] = (byte)count;
            Assert.Equal(
                count == 35 ? ChipStatus.Ok : ChipStatus.ResponseMalformed,
                Atecc608Packet.Judge(answer, 32));
            Assert.Equal(ChipStatus.ResponseMalformed, Atecc608Packet.Judge(answer, Atecc608Packet.StatusSize));
        }
    }

    [Fact]
    public void No_count_reaches_beyond_what_was_read()
    {
        byte[] answer = new byte[Atecc608Packet.MaxResponseSize];
        for (int count = 0; count <= 255; count++)
        {
            answer[0] = (byte)count;
            Assert.Equal(count is >= 4 and <= 35, Atecc608Packet.HasCount(answer, 35));
            Assert.False(Atecc608Packet.IsIntact(answer, 35) && count is < 4 or > 35);
        }
    }
}
