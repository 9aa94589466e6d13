using CsCheck;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Tests.Rendezvous.Registry;

/// <summary>Places on Earth: what is one, how it is kept and written, and how far two are apart.</summary>
public sealed class GeoPointTests
{
    private static readonly Gen<GeoPoint> Places =
        Gen.Select(Gen.Int[-900_000_000, 900_000_000], Gen.Int[-1_800_000_000, 1_800_000_000])
            .Select((latitude, longitude) => new GeoPoint(latitude, longitude));

    [Theory]
    [InlineData(52.5200066, 13.404954, 525_200_066, 134_049_540)]
    [InlineData(-33.86882, 151.20929, -338_688_200, 1_512_092_900)]
    [InlineData(90, -180, 900_000_000, -1_800_000_000)]
    [InlineData(-90, 180, -900_000_000, 1_800_000_000)]
    [InlineData(0.00000004, -0.00000004, 0, 0)]
    [InlineData(0.00000006, -0.00000006, 1, -1)]
    public void Seven_decimals_are_kept(double latitude, double longitude, int latitudeE7, int longitudeE7) =>
        Assert.Equal(new GeoPoint(latitudeE7, longitudeE7), GeoPoint.Of(latitude, longitude));

    [Theory]
    [InlineData(90.0000001, 0)]
    [InlineData(-90.0000001, 0)]
    [InlineData(0, 180.0000001)]
    [InlineData(0, -180.0000001)]
    [InlineData(double.NaN, 0)]
    [InlineData(0, double.NaN)]
    [InlineData(double.PositiveInfinity, 0)]
    [InlineData(0, double.NegativeInfinity)]
    [InlineData(double.MaxValue, double.MinValue)]
    public void What_is_nowhere_on_Earth_is_no_place(double latitude, double longitude) =>
        Assert.Null(GeoPoint.Of(latitude, longitude));

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("52.5")]
    [InlineData("52.5,")]
    [InlineData("52.5,13.4,1")]
    [InlineData("52.5;13.4")]
    [InlineData("52.5, 13.4")]
    [InlineData("+52.5,13.4")]
    [InlineData("5e1,13.4")]
    [InlineData("NaN,0")]
    [InlineData("Infinity,0")]
    [InlineData("--1,0")]
    [InlineData("1-,0")]
    [InlineData("1.2.3,0")]
    [InlineData("91,0")]
    [InlineData("0,181")]
    [InlineData("1\0,0")]
    [InlineData("\u0661,0")]
    [InlineData("000000000000000000000000000000000000000001,0")]
    public void Text_that_is_no_place_is_none(string text) => Assert.Null(GeoPoint.Parse(text));

    [Fact]
    public void A_place_is_written_and_read_back_the_same() => Places.Sample(place =>
    {
        Assert.Equal(place, GeoPoint.Parse($"{place}"));
        Assert.Equal(place, Location.Of(place)!.ToPoint());
    });

    /// <summary>Distances of the great circle by another formula, of a sphere of the same radius.</summary>
    [Theory]
    [InlineData("52.52,13.405", "48.8566,2.3522", 877_464)]
    [InlineData("0,0", "0,1", 111_195)]
    [InlineData("0,179.5", "0,-179.5", 111_195)]
    [InlineData("90,0", "-90,77", 20_015_115)]
    [InlineData("90,0", "90,123", 0)]
    [InlineData("52.5200066,13.404954", "52.5200066,13.404954", 0)]
    public void The_way_between_two_places(string from, string to, double metres) => Assert.Equal(
        metres, GeoPoint.Parse(from)!.Value.DistanceTo(GeoPoint.Parse(to)!.Value), tolerance: 10);

    [Fact]
    public void A_way_is_as_long_back_and_half_round_the_Earth_at_most() => Gen.Select(Places, Places)
        .Sample((one, other) =>
        {
            double way = one.DistanceTo(other);
            Assert.Equal(way, other.DistanceTo(one), tolerance: 0.001);
            Assert.InRange(way, 0, 20_015_116);
            Assert.Equal(0, one.DistanceTo(one));
        });
}
