using System.Security.Cryptography;
using System.Text;
using LumenLink.Client;

namespace LumenLink.Tests.Client;

/// <summary>The check of a delivery, against the published example and what somebody may do to it.</summary>
public sealed class WebhookSignatureTests
{
    // The example of Standard Webhooks' own libraries: libraries/javascript/src/webhook.test.ts, "sign function
    // works".
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Timestamp = "1614265330";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static readonly byte[] Body = Encoding.UTF8.GetBytes("{\"test\": 2432232314}");
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1614265330);

    [Fact]
    public void The_published_example_is_valid_with_and_without_the_prefix_of_its_secret()
    {
        Assert.Equal(WebhookVerdict.Valid, Verify());
        Assert.Equal(WebhookVerdict.Valid, Verify(secret: Secret.Substring("whsec_".Length)));
        Assert.Equal(WebhookVerdict.Valid, Verify(signature: "v1,AAAA v1a,xyz " + Signature + " v2,AAAA"));
    }

    [Theory]
    [InlineData(-300, WebhookVerdict.Valid)]
    [InlineData(300, WebhookVerdict.Valid)]
    [InlineData(-301, WebhookVerdict.TimestampOutside)]
    [InlineData(301, WebhookVerdict.TimestampOutside)]
    public void A_try_is_of_now_or_is_refused(int seconds, WebhookVerdict verdict)
    {
        Assert.Equal(verdict, Verify(now: Now.AddSeconds(seconds)));
        Assert.Equal(WebhookVerdict.Valid, Verify(now: Now.AddSeconds(seconds), tolerance: TimeSpan.FromHours(1)));
    }

    [Theory]
    [InlineData(null, Timestamp, Signature)]
    [InlineData("", Timestamp, Signature)]
    [InlineData(Id, null, Signature)]
    [InlineData(Id, "hello", Signature)]
    [InlineData(Id, "-1", Signature)]
    [InlineData(Id, " 1614265330", Signature)]
    [InlineData(Id, "9223372036854775807", Signature)]
    [InlineData(Id, Timestamp, null)]
    [InlineData(Id, Timestamp, "")]
    public void A_header_that_is_missing_or_malformed_is_refused(string? id, string? timestamp, string? signature) =>
        Assert.Equal(
            WebhookVerdict.HeaderMalformed,
            WebhookSignature.Verify(Secret, id, timestamp, signature, Body, Now));

    [Theory]
    [InlineData("v1,")]
    [InlineData("v1,g0hM9SsE")]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= ")]
    public void A_signature_is_whole_and_of_its_version(string signature) => Assert.Equal(
        signature.EndsWith(' ') ? WebhookVerdict.Valid : WebhookVerdict.SignatureInvalid,
        Verify(signature: signature));

    [Fact]
    public void Whatever_bit_of_id_time_or_body_changes_the_signature_does_not_fit()
    {
        for (int bit = 0; bit < Body.Length * 8; bit++)
        {
            byte[] changed = (byte[])Body.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(WebhookVerdict.SignatureInvalid, Verify(body: changed));
        }

        Assert.Equal(WebhookVerdict.SignatureInvalid, Verify(id: Id + "x"));
        Assert.Equal(WebhookVerdict.SignatureInvalid, Verify(timestamp: "1614265331"));
        Assert.Equal(
            WebhookVerdict.SignatureInvalid,
            Verify(secret: "whsec_" + Convert.ToBase64String(SHA256.Create().ComputeHash(Body))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("whsec_")]
    [InlineData("whsec_not base64!")]
    public void A_secret_that_is_none_is_the_receivers_fault_and_is_not_told(string secret)
    {
        ArgumentException fault = Assert.Throws<ArgumentException>(() => Verify(secret: secret));
        Assert.DoesNotContain("not base64!", fault.Message);
    }

    private static WebhookVerdict Verify(
        string secret = Secret, string id = Id, string timestamp = Timestamp, string signature = Signature,
        byte[]? body = null, DateTimeOffset? now = null, TimeSpan? tolerance = null) =>
        WebhookSignature.Verify(secret, id, timestamp, signature, body ?? Body, now ?? Now, tolerance);
}
