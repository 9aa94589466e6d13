using LumenLink.Rendezvous.Control;

namespace LumenLink.Tests.Rendezvous.Control;

public sealed class ConfigurationTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("report_ms=30000", "report_ms=30000\n")]
    [InlineData("report_ms=30000\r\n\nregion=hall 2=b\n", "report_ms=30000\nregion=hall 2=b\n")]
    [InlineData("transports=mqtts://a:8883,https://b", "transports=mqtts://a:8883,https://b\n")]
    [InlineData("filter_rssi_floor=-90\nprivacy=raw", "filter_rssi_floor=-90\nprivacy=raw\n")]
    [InlineData("filter_addresses=0123456789ab,AABBCCDDEEFF", "filter_addresses=0123456789ab,AABBCCDDEEFF\n")]
    public void Lines_are_written_as_a_beacon_takes_them(string lines, string expected)
    {
        Assert.Null(ConfigurationText.Read(lines, out string text));
        Assert.Equal(expected, text);
    }

    [Theory]
    [InlineData("report_ms", "")]
    [InlineData("=5", "")]
    [InlineData("report_ms=", "report_ms")]
    [InlineData("report_ms=1e3", "report_ms")]
    [InlineData("report_ms=-1", "report_ms")]
    [InlineData("report_ms=0000000001", "report_ms")]
    [InlineData("report_ms =5", "report_ms ")]
    [InlineData("region= a", "region")]
    [InlineData("region=a\u00e9", "region")]
    [InlineData("report_ms=1\nreport_ms=2", "report_ms")]
    [InlineData("wifi_password=secret", "wifi_password")]
    [InlineData("root_key_1=00", "root_key_1")]
    [InlineData("audience=x", "audience")]
    [InlineData("# comment=1", "# comment")]
    [InlineData("privacy=some", "privacy")]
    [InlineData("transports=ftp://a", "transports")]
    [InlineData("transports=mqtts://", "transports")]
    [InlineData("transports=mqtt://a,mqtt://a,mqtt://a,mqtt://a,mqtt://a", "transports")]
    [InlineData("filter_services=12345", "filter_services")]
    [InlineData("report_extras=Eid", "report_extras")]
    public void A_setting_that_cannot_be_sent_is_named_by_its_key(string lines, string key)
    {
        ConfigurationProblem problem = ConfigurationText.Read(lines, out string text)!;
        Assert.Equal((key, ""), (problem.Key, text));
        Assert.EndsWith(".", problem.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_has_a_longest_length()
    {
        string longest = "region=" + new string('x', ControlPolicy.MaxTextBytes - "region=\n".Length);
        Assert.Null(ConfigurationText.Read(longest, out _));
        Assert.Equal("", ConfigurationText.Read(longest + "x", out _)!.Key);
    }

    [Fact]
    public void What_was_written_is_read_back()
    {
        ConfigurationText.Read("region=a=b\nreport_ms=5", out string text);
        Assert.Equal(
            new Dictionary<string, string> { ["region"] = "a=b", ["report_ms"] = "5" }, ConfigurationText.Split(text));
    }
}
