using System.Text;
using LumenLink.Client;
using LumenLink.Rendezvous.Packs;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Packs;

/// <summary>A client without a network: what it believes with a pinned root, and what it does not.</summary>
public sealed class PackVerifierTests
{
    private static readonly DateTimeOffset Noon = new ManualTime().Now;
    private readonly TestOperator op = new(Noon);

    private PackPins Pins => Pinned(op.RootPublicKey);

    [Fact]
    public void A_pinned_root_is_enough_through_every_rotation()
    {
        PackPins pins = Pinned(new TestOperator(Noon).RootPublicKey, op.RootPublicKey);
        foreach (uint version in (uint[])[7, 8, 12])
        {
            PackCheck check = PackVerifier.Verify(Sign(op.NewKey(KeyUsage.Packs, version)), pins, Noon);
            Assert.Equal(PackVerdict.Good, check.Verdict);
            Assert.Equal((version, 5L), (check.Pins.CertificateVersion, check.Pins.PackVersion));
            pins = check.Pins;
        }
    }

    [Fact]
    public void A_revoked_key_is_refused_once_a_later_one_was_seen()
    {
        string old = Sign(op.Packs);
        PackPins pins = PackVerifier.Verify(Sign(op.NewKey(KeyUsage.Packs, 8)), Pins, Noon).Pins;
        PackCheck check = PackVerifier.Verify(old, pins, Noon);
        Assert.Equal(PackVerdict.CertificateRolledBack, check.Verdict);
        Assert.Equal(pins, check.Pins);
        Assert.Null(check.Pack);
    }

    [Fact]
    public void What_was_signed_is_what_a_client_reads()
    {
        VerifiedPack pack = PackVerifier.Verify(Sign(op.Packs), Pins, Noon).Pack!;
        Assert.Equal((Noon, Noon + PackPolicy.Lifetime, 5), (pack.IssuedAt, pack.ExpiresAt, pack.Version));
        Assert.Equal(["https://lumen.example"], pack.Transports);
        Assert.Equal(["eddystone_eid", "scan_response"], pack.Discovery.Select(channel => channel.Channel));
        LumenLink.Client.PackBeacon beacon = Assert.Single(pack.Beacons);
        Assert.Equal(
            (new BeaconId(1).ToString(), "attic", "", LumenLink.Client.SecurityLevel.EmulatedChip, Noon.AddHours(1),
                Noon),
            (beacon.Id, beacon.Name, beacon.Region, beacon.SecurityLevel, beacon.AttestedUntil, beacon.LastSeenAt));
    }

    [Fact]
    public void Each_fault_has_its_own_verdict()
    {
        string pack = Sign(op.Packs);
        Assert.Equal(PackVerdict.Good, Verify(pack, Pins));
        Assert.Equal(PackVerdict.Good, Verify(pack, Pins with { PackVersion = 5 }));
        Assert.Equal(PackVerdict.VersionRolledBack, Verify(pack, Pins with { PackVersion = 6 }));
        Assert.Equal(PackVerdict.OtherAudience, Verify(pack, Pins with { Audience = "lumenlink" }));
        Assert.Equal(PackVerdict.CertificateUntrusted, Verify(Sign(new TestOperator(Noon).Packs), Pins));
        Assert.Equal(PackVerdict.CertificateUntrusted, Verify(Sign(op.Attestation), Pins));
        Assert.Equal(PackVerdict.Expired, PackVerifier.Verify(pack, Pins, Noon + PackPolicy.Lifetime).Verdict);
        Assert.Equal(
            PackVerdict.Good,
            PackVerifier.Verify(pack, Pins, Noon + PackPolicy.Lifetime - TimeSpan.FromSeconds(1)).Verdict);
        Assert.Equal(
            PackVerdict.NotYetValid, PackVerifier.Verify(pack, Pins, Noon - TimeSpan.FromSeconds(61)).Verdict);
    }

    [Fact]
    public void No_character_can_be_changed_and_no_other_form_is_taken()
    {
        string pack = Sign(op.Packs);
        for (int at = 0; at < pack.Length; at++)
        {
            string changed = pack[..at] + (pack[at] == 'A' ? 'B' : 'A') + pack[(at + 1)..];
            Assert.NotEqual(PackVerdict.Good, Verify(changed, Pins));
        }

        string[] others =
        [
            "", "a.b.c", pack + ".", pack + "==", pack + "\n", " " + pack, pack[..^10], pack[..^1] + "\t", "..",
            "é.é.é",
        ];
        foreach (string other in others)
            Assert.Equal(PackVerdict.Malformed, Verify(other, Pins));
        Assert.Equal(PackVerdict.Malformed, Verify(new string('A', 256 * 1024 + 1), Pins));
    }

    [Fact]
    public void A_header_with_another_algorithm_is_refused_before_its_key_is_looked_at()
    {
        string pack = Sign(op.Packs);
        string header = Encoding.ASCII.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(pack.Split('.')[0]));
        foreach (string other in (string[])["none", "HS256", "ES384"])
        {
            string changed = System.Buffers.Text.Base64Url.EncodeToString(
                Encoding.ASCII.GetBytes(header.Replace("ES256", other, StringComparison.Ordinal)));
            string rest = pack[pack.IndexOf('.', StringComparison.Ordinal)..];
            Assert.Equal(PackVerdict.Malformed, Verify(changed + rest, Pins));
        }
    }

    [Theory]
    [InlineData("""{"alg":"ES256","alg":"ES256"}""")]
    [InlineData("""{"alg":1e400}""")]
    [InlineData("""{"alg":"\ud800"}""")]
    [InlineData("""{"alg":{"a":[null]}}""")]
    [InlineData("null")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    [InlineData("""{"alg":"ES256","lumenlink_cert":"","typ":"lumenlink-pack+jwt"}""")]
    public void A_hostile_header_is_malformed_or_untrusted_and_never_a_fault(string header)
    {
        string pack = Sign(op.Packs);
        string encoded = System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header));
        PackVerdict verdict = Verify(encoded + pack[pack.IndexOf('.', StringComparison.Ordinal)..], Pins);
        Assert.True(verdict is PackVerdict.Malformed or PackVerdict.CertificateUntrusted, $"{verdict}");
    }

    private static PackPins Pinned(params byte[][] roots) => new() { Roots = roots, Audience = "lumenlink-dev" };

    private static PackVerdict Verify(string pack, PackPins pins) => PackVerifier.Verify(pack, pins, Noon).Verdict;

    private static string Sign(TestKey key)
    {
        using ServiceKey opened = key.Open(null);
        return PackSignature.Sign(opened, new Pack(
            "lumenlink-dev", Noon, 5,
            [new LumenLink.Rendezvous.Packs.PackBeacon(
                new BeaconId(1), "attic", "", LumenLink.Rendezvous.Registry.SecurityLevel.EmulatedChip,
                Noon.AddHours(1), Noon)],
            ["https://lumen.example"]));
    }
}
