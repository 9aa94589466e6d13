using System.Text.Json;
using System.Text.Json.Nodes;
using LumenLink.Rendezvous.Fleet;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Packs;

/// <summary>A beacon that a client may rely on.</summary>
/// <param name="Id">Beacon id.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Region">Region label, or empty.</param>
/// <param name="Level">How the residency of its key was proven at enrolment.</param>
/// <param name="AttestedUntil">End of its session: not to be relied upon after it.</param>
/// <param name="LastSeen">Time of its last frame or attestation.</param>
internal sealed record PackBeacon(
    BeaconId Id, string Name, string Region, SecurityLevel Level, DateTimeOffset AttestedUntil,
    DateTimeOffset LastSeen);

/// <summary>What a client needs to find beacons and the service; the payload of a signed pack.</summary>
/// <param name="Audience">Name of the deployment: clients of another one refuse it.</param>
/// <param name="IssuedAt">When its content held.</param>
/// <param name="Version">Never goes back: a client refuses a lower one than it has seen.</param>
/// <param name="Beacons">Live, attested beacons, the best for the client first.</param>
/// <param name="Transports">Addresses of the service, in the order in which to try them.</param>
internal sealed record Pack(
    string Audience, DateTimeOffset IssuedAt, long Version, IReadOnlyList<PackBeacon> Beacons,
    IReadOnlyList<string> Transports)
{
    /// <summary>When it is good no more.</summary>
    public DateTimeOffset ExpiresAt => IssuedAt + PackPolicy.Lifetime;

    /// <summary>The beacons that one caller gets.</summary>
    /// <param name="fleet">All beacons.</param>
    /// <param name="rollOut">Beacons that only some clients get; null for none.</param>
    /// <param name="request">What is asked for.</param>
    public static IReadOnlyList<PackBeacon> Select(
        IEnumerable<BeaconView> fleet, RollOut? rollOut, SelectionRequest request) =>
    [
        .. SelectionPolicy.Choose(fleet, rollOut, request)
            .Select(beacon => new PackBeacon(
                beacon.Id, beacon.Name, beacon.Region, beacon.Level, beacon.AttestedUntil!.Value,
                FleetPolicy.LastSign(beacon))),
    ];

    /// <summary>The bytes that are signed. Times are whole seconds since 1970, as RFC 7519 has them.</summary>
    public byte[] Write() => CanonicalJson.Write(new JsonObject
    {
        ["aud"] = Audience,
        ["beacons"] = new JsonArray([.. Beacons.Select(Write)]),
        ["discovery"] = Discovery(),
        ["exp"] = ExpiresAt.ToUnixTimeSeconds(),
        ["iat"] = IssuedAt.ToUnixTimeSeconds(),
        ["transports"] = new JsonArray([.. Transports.Select(url => (JsonNode)url)]),
        ["version"] = Version,
    });

    private static JsonNode Write(PackBeacon beacon) => new JsonObject
    {
        ["attested_until"] = beacon.AttestedUntil.ToUnixTimeSeconds(),
        ["id"] = beacon.Id.ToString(),
        ["last_seen"] = beacon.LastSeen.ToUnixTimeSeconds(),
        ["level"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(beacon.Level.ToString()),
        ["name"] = beacon.Name,
        ["region"] = beacon.Region,
    };

    /// <summary>
    /// What a beacon can be heard by (specification section 11); only the service can say whose it was.
    /// </summary>
    private static JsonArray Discovery() =>
    [
        new JsonObject { ["channel"] = "eddystone_eid", ["frame"] = "30", ["service_uuid"] = "feaa" },
        new JsonObject
        {
            ["channel"] = "scan_response",
            ["service_uuid"] = "0aba7765-ab72-460c-9480-a500a963f450",
        },
    ];
}
