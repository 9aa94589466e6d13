using System.CommandLine;
using System.Text.Json.Nodes;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Cli.Beacon;

/// <summary>Places on Earth, as commands and files have them.</summary>
internal static class LocationText
{
    /// <summary>The option that says where something is.</summary>
    public static Option<string?> Option(string what) => new("--at")
    {
        Description = $"{what}, degrees of WGS 84, such as 52.5200066,13.404954",
        HelpName = "LATITUDE,LONGITUDE",
    };

    /// <summary>Reads a place.</summary>
    /// <exception cref="BeaconException">It is none.</exception>
    public static GeoPoint Read(string text) => GeoPoint.Parse(text) ?? throw new BeaconException(
        "A place is a latitude from -90 to 90, a comma, and a longitude from -180 to 180: 52.5200066,13.404954.",
        isInput: true);

    /// <summary>As the service takes it.</summary>
    public static JsonObject Json(GeoPoint place) => new()
    {
        ["latitude"] = place.Latitude,
        ["longitude"] = place.Longitude,
    };
}
