using System.Text.Json.Serialization;

namespace LumenLink.Client;

/// <summary>Which beacons a pack is to have; what is not set is left to the service.</summary>
public sealed class PackFilter
{
    /// <summary>Only this region, compared exactly.</summary>
    public string? Region { get; init; }

    /// <summary>Where the client is: beacons near there are preferred.</summary>
    public GeoPoint? Near { get; init; }

    /// <summary>Only beacons so many metres from there.</summary>
    [JsonPropertyName("within_m")]
    public int? WithinMetres { get; init; }

    /// <summary>How many at most.</summary>
    public int? Limit { get; init; }
}
