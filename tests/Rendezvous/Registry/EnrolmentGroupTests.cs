using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Tests.Rendezvous.Registry;

/// <summary>Which region a board gets.</summary>
public sealed class EnrolmentGroupTests
{
    private const int Boards = 60_000;

    /// <summary>Chi-square of the counts against the weights; the bounds are its 99.9 % quantiles.</summary>
    [Theory]
    [InlineData("one=1", 0.001)]
    [InlineData("one=1,two=1", 10.83)]
    [InlineData("one=1,two=3,three=6", 13.82)]
    [InlineData("a=10000,b=1,c=5000,d=2500,e=7", 18.47)]
    [InlineData("a=1,b=2,c=3,d=4,e=5,f=6,g=7,h=8", 24.32)]
    public void Regions_get_boards_by_their_weights(string weights, double most)
    {
        EnrolmentGroup group = Group(weights);
        Dictionary<string, int> counts = Hashes().CountBy(hash => group.RegionOf(hash)).ToDictionary();
        double total = group.Regions.Values.Sum();
        double chiSquare = group.Regions.Sum(region =>
        {
            double expected = Boards * region.Value / total;
            double off = counts.GetValueOrDefault(region.Key) - expected;
            return off * off / expected;
        });
        Assert.True(chiSquare < most, string.Create(CultureInfo.InvariantCulture, $"chi-square {chiSquare:F3}"));
        Assert.Empty(counts.Keys.Except(group.Regions.Keys));
    }

    [Fact]
    public void The_choice_is_the_keys_own_whatever_order_the_weights_come_in()
    {
        EnrolmentGroup group = Group("a=1,b=2,c=3");
        EnrolmentGroup turned = Group("c=3,a=1,b=2");
        Assert.All(Hashes().Take(500), hash => Assert.Equal(group.RegionOf(hash), turned.RegionOf(hash)));
    }

    /// <summary>Another build must choose the same: these were worked out by hand from bytes 8 to 15.</summary>
    [Theory]
    [InlineData("0000000000000000", "a")]
    [InlineData("2aaaaaaaaaaaaaaa", "a")]
    [InlineData("2aaaaaaaaaaaaaab", "b")]
    [InlineData("7fffffffffffffff", "b")]
    [InlineData("8000000000000000", "c")]
    [InlineData("ffffffffffffffff", "c")]
    public void The_places_are_at_fixed_points(string choice, string region)
    {
        byte[] hash = new byte[32];
        RandomNumberGenerator.Fill(hash);
        Convert.FromHexString(choice).CopyTo(hash, 8);
        Assert.Equal(region, Group("a=1,b=2,c=3").RegionOf(hash));
    }

    [Fact]
    public void Names_come_from_the_pattern() => Assert.Equal(
        "gate AQIDBAUGBwg of hall-1",
        (Group("a=1") with { NamePattern = "gate {id} of {region}" })
            .NameOf(BeaconId.FromBytes([1, 2, 3, 4, 5, 6, 7, 8]), "hall-1"));

    private static EnrolmentGroup Group(string weights) => new(
        1, 1, "spring", new byte[32], SecurityLevel.SecureElement, null,
        weights.Split(',').Select(text => text.Split('='))
            .ToDictionary(pair => pair[0], pair => int.Parse(pair[1], CultureInfo.InvariantCulture)),
        "{region}-{id}", 10, DateTimeOffset.MaxValue, DateTimeOffset.UnixEpoch);

    /// <summary>The same key hashes each time.</summary>
    private static IEnumerable<byte[]> Hashes() =>
        Enumerable.Range(0, Boards).Select(i => SHA256.HashData(Encoding.ASCII.GetBytes($"key {i}")));
}
