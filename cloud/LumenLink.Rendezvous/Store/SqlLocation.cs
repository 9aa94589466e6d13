using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Store;

/// <summary>The two columns of a beacon that say where it is: both null, or none.</summary>
internal static class SqlLocation
{
    /// <summary>Sets the parameters latitude and longitude.</summary>
    public static SqlStatement WithLocation(this SqlStatement statement, GeoPoint? location) => statement
        .With("latitude", location?.LatitudeE7).With("longitude", location?.LongitudeE7);

    /// <summary>Reads them from the column that is the first of them.</summary>
    public static GeoPoint? Read(SqlRow row, int first) =>
        row.IsNull(first) ? null : new GeoPoint(row.Int(first), row.Int(first + 1));
}
