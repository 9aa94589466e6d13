namespace LumenLink.Rendezvous.Registry;

/// <summary>What of an enrolment may change: what the beacon is called and where it is.</summary>
/// <param name="Name">Name for people, at most 64 characters.</param>
/// <param name="Region">Region label, at most 32 characters.</param>
/// <param name="Location">Where it is; null when nobody said it.</param>
public sealed record BeaconPlace(string Name, string Region, GeoPoint? Location);

/// <summary>A beacon's place as it is asked for: all of it, in place of what is there.</summary>
/// <param name="Name">Name for people.</param>
/// <param name="Region">Region label; may be empty.</param>
/// <param name="Location">Where it is; left out or null, nobody knows.</param>
internal sealed record PlaceRequest(string Name, string Region, Location? Location = null)
{
    /// <summary>Reads it; what is wrong with it, or null.</summary>
    public FieldFault? Read(out BeaconPlace? place)
    {
        GeoPoint? point = null;
        FieldFault? fault = EnrolmentFields.Label("name", Name, EnrolmentPolicy.MaxName, isOptional: false)
            ?? EnrolmentFields.Label("region", Region, EnrolmentPolicy.MaxRegion, isOptional: true);
        fault ??= Registry.Location.Read("location", Location, out point);
        place = fault is null ? new BeaconPlace(Name, Region, point) : null;
        return fault;
    }
}
