using System.Text.Json;
using System.Text.Json.Serialization;

namespace LumenLink.Client;

/// <summary>What a pack says, once it was found good. It may be relied upon until <see cref="ExpiresAt"/>.</summary>
public sealed record VerifiedPack
{
    /// <summary>When its content held.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>When it is good no more.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Never goes back.</summary>
    public required long Version { get; init; }

    /// <summary>Live, attested beacons, in the order in which to prefer them.</summary>
    public required IReadOnlyList<PackBeacon> Beacons { get; init; }

    /// <summary>Addresses of the service, in the order in which to try them.</summary>
    public required IReadOnlyList<string> Transports { get; init; }

    /// <summary>How beacons can be heard.</summary>
    public required IReadOnlyList<DiscoveryChannel> Discovery { get; init; }

    /// <summary>The signed JSON, members that this version of the client does not know included.</summary>
    public required JsonElement Payload { get; init; }
}

/// <summary>A beacon that a client may rely on.</summary>
public sealed record PackBeacon
{
    /// <summary>Beacon id, 11 characters.</summary>
    public required string Id { get; init; }

    /// <summary>Name for people.</summary>
    public required string Name { get; init; }

    /// <summary>Region label, or empty.</summary>
    public required string Region { get; init; }

    /// <summary>How the residency of its key was proven.</summary>
    [JsonPropertyName("level")]
    public required SecurityLevel SecurityLevel { get; init; }

    /// <summary>End of its session: not to be relied upon after it.</summary>
    [JsonConverter(typeof(UnixSecondsConverter))]
    public required DateTimeOffset AttestedUntil { get; init; }

    /// <summary>Time of its last frame or attestation.</summary>
    [JsonPropertyName("last_seen")]
    [JsonConverter(typeof(UnixSecondsConverter))]
    public required DateTimeOffset LastSeenAt { get; init; }
}

/// <summary>Something that a beacon can be heard by.</summary>
public sealed record DiscoveryChannel
{
    /// <summary>What it is, such as eddystone_eid or scan_response.</summary>
    public required string Channel { get; init; }

    /// <summary>UUID of the service data, in hexadecimal.</summary>
    public string? ServiceUuid { get; init; }

    /// <summary>First byte of the service data, in hexadecimal; null for any.</summary>
    public string? Frame { get; init; }
}

/// <summary>The payload of a pack as it is signed.</summary>
internal sealed record PackPayload : IJsonOnDeserialized
{
    public required string Aud { get; init; }

    [JsonConverter(typeof(UnixSecondsConverter))]
    public required DateTimeOffset Iat { get; init; }

    [JsonConverter(typeof(UnixSecondsConverter))]
    public required DateTimeOffset Exp { get; init; }

    public required long Version { get; init; }

    public required IReadOnlyList<PackBeacon> Beacons { get; init; }

    public required IReadOnlyList<string> Transports { get; init; }

    public required IReadOnlyList<DiscoveryChannel> Discovery { get; init; }

    public void OnDeserialized()
    {
        ClientJson.RefuseNulls(Beacons);
        ClientJson.RefuseNulls(Transports);
        ClientJson.RefuseNulls(Discovery);
    }
}
