using System.Net;
using System.Text;
using LumenLink.Rendezvous.Webhooks;

namespace LumenLink.Tests.Rendezvous.Webhooks;

/// <summary>Signatures, waits and addresses, without a network.</summary>
public sealed class WebhookPolicyTests
{
    /// <summary>
    /// The example of Standard Webhooks' libraries has a secret of 24 bytes; the form signs the bytes that it is given,
    /// so the same is asked with one of that length by the library for receivers (WebhookSignatureTests). Here: each
    /// secret's code, in their order.
    /// </summary>
    [Fact]
    public void Both_secrets_sign_and_the_new_one_comes_first()
    {
        byte[] fresh = WebhookSecret.Create(), old = WebhookSecret.Create();
        string both = WebhookSecret.Sign([.. fresh, .. old], "msg_1", 1614265330, "{}");
        Assert.Equal(
            WebhookSecret.Sign(fresh, "msg_1", 1614265330, "{}") + " "
                + WebhookSecret.Sign(old, "msg_1", 1614265330, "{}"),
            both);
        foreach (byte[] secret in (byte[][])[fresh, old])
        {
            Assert.Equal(
                Client.WebhookVerdict.Valid,
                Client.WebhookSignature.Verify(
                    WebhookSecret.Text(secret), "msg_1", "1614265330", both, Encoding.UTF8.GetBytes("{}"),
                    DateTimeOffset.FromUnixTimeSeconds(1614265330)));
        }
    }

    [Fact]
    public void Waits_have_full_jitter_double_to_a_bound_and_end_after_about_three_days()
    {
        TimeSpan all = TimeSpan.Zero;
        for (int tries = 1; tries < WebhookPolicy.MaxTries; tries++)
        {
            TimeSpan ceiling = WebhookPolicy.CeilingOf(tries);
            Assert.True(ceiling <= WebhookPolicy.LongestWait);
            Assert.True(tries == 1 || ceiling >= WebhookPolicy.CeilingOf(tries - 1));
            Assert.Equal(TimeSpan.Zero, WebhookPolicy.WaitAfter(tries, 0));
            Assert.Equal(ceiling / 2, WebhookPolicy.WaitAfter(tries, 0.5));
            all += WebhookPolicy.WaitAfter(tries, 0.5);
        }

        Assert.Equal(WebhookPolicy.FirstWait, WebhookPolicy.CeilingOf(1));
        Assert.InRange(all, WebhookPolicy.Lifetime * 0.9, WebhookPolicy.Lifetime * 1.1);
        Assert.Equal(WebhookPolicy.LongestWait, WebhookPolicy.CeilingOf(int.MaxValue));
    }

    [Fact]
    public void What_a_receiver_asks_for_is_honoured_within_the_bound()
    {
        Assert.Equal(TimeSpan.FromHours(1), WebhookPolicy.WaitAfter(1, 0, TimeSpan.FromHours(1)));
        Assert.Equal(WebhookPolicy.LongestWait, WebhookPolicy.WaitAfter(1, 0, TimeSpan.MaxValue));
        Assert.Equal(WebhookPolicy.CeilingOf(9) * 0.9, WebhookPolicy.WaitAfter(9, 0.9, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Rests_begin_after_some_failures_grow_and_are_bounded()
    {
        Assert.Null(WebhookPolicy.RestAfter(WebhookPolicy.FailuresBeforeRest - 1));
        Assert.Equal(WebhookPolicy.FirstWait, WebhookPolicy.RestAfter(WebhookPolicy.FailuresBeforeRest));
        Assert.Equal(WebhookPolicy.FirstWait * 2, WebhookPolicy.RestAfter(WebhookPolicy.FailuresBeforeRest + 1));
        Assert.Equal(WebhookPolicy.LongestRest, WebhookPolicy.RestAfter(int.MaxValue));
        Assert.True(WebhookPolicy.Lease > 2 * WebhookPolicy.Timeout);
    }

    [Theory]
    [InlineData("93.184.216.34", true)]
    [InlineData("1.1.1.1", true)]
    [InlineData("172.15.255.255", true)]
    [InlineData("172.32.0.0", true)]
    [InlineData("100.63.255.255", true)]
    [InlineData("100.128.0.0", true)]
    [InlineData("2606:2800:220:1:248:1893:25c8:1946", true)]
    [InlineData("::ffff:1.1.1.1", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("0.1.2.3", false)]
    [InlineData("10.255.255.255", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("100.127.255.255", false)]
    [InlineData("100.100.100.200", false)] // metadata of a cloud
    [InlineData("127.0.0.1", false)]
    [InlineData("127.255.0.1", false)]
    [InlineData("169.254.169.254", false)] // metadata of most clouds
    [InlineData("172.16.0.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.0.0.192", false)] // metadata of a cloud
    [InlineData("192.0.2.1", false)]
    [InlineData("192.168.0.1", false)]
    [InlineData("198.18.0.1", false)]
    [InlineData("198.51.100.1", false)]
    [InlineData("203.0.113.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("239.255.255.255", false)]
    [InlineData("240.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:169.254.169.254", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("::10.0.0.1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("64:ff9b:1::1", false)]
    [InlineData("100::1", false)]
    [InlineData("2001::1", false)] // Teredo carries an address of IPv4
    [InlineData("2001:db8::1", false)]
    [InlineData("2002:a00:1::1", false)] // so does 6to4
    [InlineData("3fff::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fd00:ec2::254", false)] // metadata of a cloud
    [InlineData("fe80::1", false)]
    [InlineData("fec0::1", false)]
    [InlineData("ff02::1", false)]
    public void Nothing_is_sent_into_a_network_that_is_not_public(string address, bool isPublic)
    {
        IPAddress parsed = IPAddress.Parse(address);
        Assert.Equal(isPublic, new WebhookAddress(AllowsLoopback: false).Admits(parsed));
        bool isHere = IPAddress.IsLoopback(parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4() : parsed);
        Assert.Equal(isPublic || isHere, new WebhookAddress(AllowsLoopback: true).Admits(parsed));
    }

    [Theory]
    [InlineData("https://receiver.example/lumen", true, true)]
    [InlineData("https://receiver.example:8443/", true, true)]
    [InlineData("https://[2606:2800:220:1:248:1893:25c8:1946]/", true, true)]
    [InlineData("https://receiver.example:22/", false, false)]
    [InlineData("http://receiver.example/", false, false)]
    [InlineData("ftp://receiver.example/", false, false)]
    [InlineData("https://user@receiver.example/", false, false)]
    [InlineData("https://user:word@receiver.example/", false, false)]
    [InlineData("https://receiver.example/#part", false, false)]
    [InlineData("https://10.0.0.1/", false, false)]
    [InlineData("https://169.254.169.254/", false, false)]
    [InlineData("https://[::ffff:10.0.0.1]/", false, false)]
    [InlineData("https://[fe80::1]/", false, false)]
    [InlineData("https://167772161/", false, false)] // 10.0.0.1 as one number
    [InlineData("https://0x0a000001/", false, false)]
    [InlineData("https://10.1/", false, false)]
    [InlineData("/lumen", false, false)]
    [InlineData("", false, false)]
    [InlineData("https://receiver.example/ü", false, false)]
    [InlineData("https://receiver.example/a b", false, false)]
    [InlineData("https://127.0.0.1/", false, true)]
    [InlineData("http://127.0.0.1:8080/", false, true)]
    [InlineData("http://[::1]:8080/", false, true)]
    public void An_address_is_https_at_a_known_port_and_not_inside(string url, bool inProduction, bool inDevelopment)
    {
        Assert.Equal(inProduction, new WebhookAddress(AllowsLoopback: false).FaultOf(url) is null);
        Assert.Equal(inDevelopment, new WebhookAddress(AllowsLoopback: true).FaultOf(url) is null);
    }
}
