using System.Globalization;
using System.Text;

namespace LumenLink.Client;

/// <summary>A place on earth (WGS 84).</summary>
/// <param name="Latitude">Degrees north, -90 to 90.</param>
/// <param name="Longitude">Degrees east, -180 to 180.</param>
public readonly record struct GeoPoint(double Latitude, double Longitude);

/// <summary>Which beacons to find; what is not set does not filter.</summary>
public sealed class BeaconFilter
{
    /// <summary>Only this region, compared exactly.</summary>
    public string? Region { get; init; }

    /// <summary>Only this status; null for live ones. See <see cref="AnyStatus"/>.</summary>
    public BeaconStatus? Status { get; init; }

    /// <summary>True for beacons of every status; <see cref="Status"/> is left alone then.</summary>
    public bool AnyStatus { get; init; }

    /// <summary>Only this security level.</summary>
    public SecurityLevel? SecurityLevel { get; init; }

    /// <summary>Only beacons near this place.</summary>
    public GeoPoint? Near { get; init; }

    /// <summary>How near, in metres.</summary>
    public int? WithinMetres { get; init; }

    /// <summary>Beacons that one call fetches; null leaves it to the service.</summary>
    public int? PageSize { get; init; }

    /// <summary>The call for a page.</summary>
    internal string Call(string? cursor)
    {
        StringBuilder call = new("gateways");
        Append("region", Region);
        Append("status", AnyStatus ? "all" : Status is { } status ? BeaconStatusConverter.Word(status) : null);
        Append("level", SecurityLevel is { } level ? SecurityLevelConverter.Word(level) : null);
        Append("near", Near is { } near ? Number(near.Latitude) + "," + Number(near.Longitude) : null);
        Append("within_m", WithinMetres?.ToString(CultureInfo.InvariantCulture));
        Append("limit", PageSize?.ToString(CultureInfo.InvariantCulture));
        Append("cursor", cursor);
        return call.ToString();

        void Append(string name, string? value)
        {
            if (value is null)
                return;
            call.Append(call.Length == "gateways".Length ? '?' : '&').Append(name).Append('=')
                .Append(Uri.EscapeDataString(value));
        }
    }

    private static string Number(double value) => value.ToString("0.#######", CultureInfo.InvariantCulture);
}
