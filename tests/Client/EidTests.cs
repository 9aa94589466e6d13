using LumenLink.Client;

namespace LumenLink.Tests.Client;

public sealed class EidTests
{
    [Fact]
    public void An_identifier_is_its_bytes_and_its_digits()
    {
        Eid eid = Eid.FromBytes([0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF]);
        Assert.Equal("0123456789abcdef", eid.ToString());
        Assert.Equal(eid, Eid.Parse("0123456789ABCDEF"));
        Assert.Equal([0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF], eid.ToBytes());
        Assert.Throws<ArgumentException>(() => Eid.FromBytes([1, 2, 3]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0123456789abcde")]
    [InlineData("0123456789abcdef0")]
    [InlineData(" 123456789abcdef")]
    [InlineData("0x23456789abcdef")]
    [InlineData("0123456789abcde\0")]
    public void Another_text_is_none(string? text)
    {
        Assert.False(Eid.TryParse(text, out Eid eid));
        Assert.Equal(default, eid);
        if (text is not null)
            Assert.Throws<FormatException>(() => Eid.Parse(text));
    }

    [Fact]
    public void What_a_scan_gives_is_read()
    {
        byte[] heard = [0x30, 0xF4, 1, 2, 3, 4, 5, 6, 7, 8];
        Assert.True(Eid.TryReadServiceData(heard, out Eid eid));
        Assert.Equal("0102030405060708", eid.ToString());
        Assert.True(Eid.TryReadServiceData([.. heard, 0, 0], out Eid padded));
        Assert.Equal(eid, padded);
        Assert.False(Eid.TryReadServiceData(heard.AsSpan(0, 9), out _));
        heard[0] = 0x00; // Eddystone-UID
        Assert.False(Eid.TryReadServiceData(heard, out _));
    }
}
