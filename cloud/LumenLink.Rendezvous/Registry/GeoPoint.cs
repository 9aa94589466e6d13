using System.Globalization;

namespace LumenLink.Rendezvous.Registry;

/// <summary>A place on Earth: WGS 84, in whole ten-millionths of a degree, which is about a centimetre.</summary>
/// <param name="LatitudeE7">Latitude, -900,000,000 to 900,000,000, north is positive.</param>
/// <param name="LongitudeE7">Longitude, -1,800,000,000 to 1,800,000,000, east is positive.</param>
public readonly record struct GeoPoint(int LatitudeE7, int LongitudeE7)
{
    /// <summary>Ten-millionths in a degree.</summary>
    public const int UnitsPerDegree = 10_000_000;

    /// <summary>Characters of a place in text at most.</summary>
    public const int MaxTextLength = 40;

    private const double MaxLatitude = 90;
    private const double MaxLongitude = 180;

    /// <summary>Mean radius of the Earth, metres: distances are right to half a percent.</summary>
    private const double EarthRadiusM = 6_371_008.8;

    /// <summary>Degrees.</summary>
    public double Latitude => LatitudeE7 / (double)UnitsPerDegree;

    /// <summary>Degrees.</summary>
    public double Longitude => LongitudeE7 / (double)UnitsPerDegree;

    /// <summary>The place at these degrees, rounded to seven decimals; null when there is none.</summary>
    public static GeoPoint? Of(double latitude, double longitude) =>
        Math.Abs(latitude) <= MaxLatitude && Math.Abs(longitude) <= MaxLongitude // what is no number is in no bounds
            ? new GeoPoint(Units(latitude), Units(longitude))
            : null;

    /// <summary>A place written as latitude,longitude, such as 52.5200066,13.404954; null when it is none.</summary>
    public static GeoPoint? Parse(string text)
    {
        if (text.Length > MaxTextLength || !text.All(c => char.IsAsciiDigit(c) || c is '.' or ',' or '-'))
            return null;
        string[] parts = text.Split(',');
        return parts.Length == 2 && TryDegrees(parts[0], out double latitude)
            && TryDegrees(parts[1], out double longitude)
            ? Of(latitude, longitude)
            : null;
    }

    /// <summary>The way over the ground to another place, metres (haversine formula).</summary>
    public double DistanceTo(GeoPoint other)
    {
        double from = double.DegreesToRadians(Latitude);
        double to = double.DegreesToRadians(other.Latitude);
        double up = Math.Sin((to - from) / 2);
        double along = Math.Sin(double.DegreesToRadians(other.Longitude - Longitude) / 2);
        double half = (up * up) + (Math.Cos(from) * Math.Cos(to) * along * along);
        return 2 * EarthRadiusM * Math.Asin(Math.Sqrt(Math.Min(1, half)));
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Latitude},{Longitude}");

    private static bool TryDegrees(string text, out double degrees) => double.TryParse(
        text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
        out degrees);

    private static int Units(double degrees) => (int)Math.Round(degrees * UnitsPerDegree);
}

/// <summary>A place on Earth as files and calls have it: WGS 84.</summary>
/// <param name="Latitude">Degrees, -90 to 90, north is positive; seven decimals are kept.</param>
/// <param name="Longitude">Degrees, -180 to 180, east is positive; seven decimals are kept.</param>
internal sealed record Location(double Latitude, double Longitude)
{
    /// <summary>What a field that holds none is told.</summary>
    public const string Rule = "must have a latitude from -90 to 90 and a longitude from -180 to 180, in degrees";

    /// <summary>The place; null when there is none.</summary>
    public GeoPoint? ToPoint() => GeoPoint.Of(Latitude, Longitude);

    /// <summary>A place as calls have it; null for none.</summary>
    public static Location? Of(GeoPoint? point) =>
        point is { } there ? new Location(there.Latitude, there.Longitude) : null;

    /// <summary>Reads a field that may be left out.</summary>
    public static FieldFault? Read(string field, Location? location, out GeoPoint? point)
    {
        point = location?.ToPoint();
        return location is not null && point is null ? FieldFault.Of(field, Rule) : null;
    }
}
