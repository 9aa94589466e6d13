using LumenLink.Client;

namespace LumenLink.Tests.Client;

/// <summary>Packs that a second implementation signed, and what is wrong with others.</summary>
public sealed class PackTests
{
    private readonly Issuer issuer = new();

    private PackPins Pins => new() { Roots = [new Issuer().Root, issuer.Root], Audience = Issuer.Audience };

    [Fact]
    public void A_good_pack_is_read_and_raises_what_is_kept()
    {
        PackCheck check = Verify(Issuer.Sign(issuer.NewKey(7), Issuer.Payload()));
        Assert.Equal(PackVerdict.Good, check.Verdict);
        Assert.Equal((7u, 5L), (check.Pins.CertificateVersion, check.Pins.PackVersion));
        VerifiedPack pack = check.Pack!;
        Assert.Equal((Issuer.Noon, Issuer.Noon.AddMinutes(10), 5L), (pack.IssuedAt, pack.ExpiresAt, pack.Version));
        Assert.Equal(["https://lumen.example"], pack.Transports);
        Assert.Equal(
            ("eddystone_eid", "feaa", "30"),
            (pack.Discovery[0].Channel, pack.Discovery[0].ServiceUuid, pack.Discovery[0].Frame));
        PackBeacon beacon = Assert.Single(pack.Beacons);
        Assert.Equal(
            ("AQIDBAUGBwg", "Nordtor \"ö\" 😀", "hall-2", SecurityLevel.SecureElement, 1906344000, 1906261140),
            (beacon.Id, beacon.Name, beacon.Region, beacon.SecurityLevel, beacon.AttestedUntil.ToUnixTimeSeconds(),
                beacon.LastSeenAt.ToUnixTimeSeconds()));
        Assert.Equal(Issuer.Audience, pack.Payload.GetProperty("aud").GetString());
    }

    [Fact]
    public void Each_fault_has_its_own_verdict()
    {
        string pack = Issuer.Sign(issuer.NewKey(7), Issuer.Payload());
        (PackVerdict Expected, PackCheck Check)[] all =
        [
            (PackVerdict.Malformed, Verify("not a pack")),
            (PackVerdict.CertificateUntrusted, Verify(Issuer.Sign(new Issuer().NewKey(7), Issuer.Payload()))),
            (PackVerdict.CertificateUntrusted, Verify(Issuer.Sign(issuer.NewKey(7, usage: 1), Issuer.Payload()))),
            (PackVerdict.CertificateRolledBack, Verify(pack, Pins with { CertificateVersion = 8 })),
            (PackVerdict.SignatureInvalid, Verify(pack[..^4] + "AAAA")),
            (PackVerdict.OtherAudience, Verify(pack, Pins with { Audience = "another" })),
            (PackVerdict.NotYetValid, Verify(pack, Pins, Issuer.Noon.AddSeconds(-61))),
            (PackVerdict.Expired, Verify(pack, Pins, Issuer.Noon.AddSeconds(600))),
            (PackVerdict.VersionRolledBack, Verify(pack, Pins with { PackVersion = 6 })),
        ];
        Assert.All(all, one => Assert.Equal(one.Expected, one.Check.Verdict));
        Assert.All(all, one => Assert.Null(one.Check.Pack));
        Assert.Equal(
            Enum.GetValues<PackVerdict>().Except([PackVerdict.Good]),
            all.Select(one => one.Check.Verdict).Distinct());
        Assert.Equal(PackVerdict.Good, Verify(pack, Pins, Issuer.Noon.AddSeconds(-60)).Verdict);
        Assert.Equal(PackVerdict.Good, Verify(pack, Pins, Issuer.Noon.AddSeconds(599.9)).Verdict);
    }

    [Fact]
    public void No_character_of_a_pack_can_be_changed_left_out_or_doubled()
    {
        PackPins pins = Pins;
        string pack = Issuer.Sign(issuer.NewKey(7), Issuer.Payload());
        for (int at = 0; at < pack.Length; at++)
        {
            foreach (char other in "A.-=\n")
            {
                if (pack[at] != other)
                    AssertRefused(pack[..at] + other + pack[(at + 1)..]);
            }

            AssertRefused(pack[..at] + pack[(at + 1)..]);
            AssertRefused(pack[..at] + pack[at] + pack[at..]);
        }

        void AssertRefused(string changed) =>
            Assert.NotEqual(PackVerdict.Good, PackVerifier.Verify(changed, pins, Issuer.Noon).Verdict);
    }

    [Theory]
    [InlineData(" {0}")]
    [InlineData("""{{"aud":"lumenlink-test"}}""")]
    [InlineData("""{{"a":1.0,{1}""")]
    [InlineData("""{{"a":1e3,{1}""")]
    [InlineData("""{{"a":9007199254740993,{1}""")]
    [InlineData("""{{"a":-0,{1}""")]
    [InlineData("""{{"a":"\u0041",{1}""")]
    [InlineData("""{{"a":"\ud800",{1}""")]
    [InlineData("""{{"z":1,{1}""")]
    [InlineData("""{{"a":1,"a":1,{1}""")]
    [InlineData("[{0}]")]
    [InlineData("null")]
    public void A_signed_payload_in_another_form_is_malformed(string form)
    {
        string payload = Issuer.Payload();
        string pack = Issuer.Sign(issuer.NewKey(7), string.Format(null, form, payload, payload[1..]));
        Assert.Equal(PackVerdict.Malformed, Verify(pack).Verdict);
    }

    [Theory]
    [InlineData("\"version\":5", "\"version\":\"5\"")]
    [InlineData("\"beacons\":[{", "\"beacons\":[null,{")]
    [InlineData("\"id\":\"AQIDBAUGBwg\",", "")]
    [InlineData("\"last_seen\":1906261140", "\"last_seen\":900000000000000")]
    [InlineData("\"transports\":[\"https://lumen.example\"]", "\"transports\":null")]
    [InlineData("\"transports\":[\"https://lumen.example\"]", "\"transports\":[null]")]
    public void A_signed_payload_that_is_no_pack_is_malformed(string part, string instead)
    {
        string payload = Issuer.Payload();
        Assert.Contains(part, payload, StringComparison.Ordinal);
        string changed = payload.Replace(part, instead, StringComparison.Ordinal);
        Assert.Equal(PackVerdict.Malformed, Verify(Issuer.Sign(issuer.NewKey(7), changed)).Verdict);
    }

    [Fact]
    public void What_a_later_service_adds_is_left_alone()
    {
        string payload = "{\"a\":{\"b\":[true,null,-7]}," + Issuer.Payload()[1..];
        Assert.Equal(PackVerdict.Good, Verify(Issuer.Sign(issuer.NewKey(7), payload)).Verdict);
    }

    private PackCheck Verify(string pack, PackPins? pins = null, DateTimeOffset? now = null) =>
        PackVerifier.Verify(pack, pins ?? Pins, now ?? Issuer.Noon);
}
