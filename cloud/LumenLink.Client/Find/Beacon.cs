using System.Text.Json.Serialization;

namespace LumenLink.Client;

/// <summary>A beacon as the service knows it.</summary>
public sealed record Beacon
{
    /// <summary>Beacon id, 11 characters.</summary>
    public required string Id { get; init; }

    /// <summary>Name for people.</summary>
    public required string Name { get; init; }

    /// <summary>Region label, or empty.</summary>
    public required string Region { get; init; }

    /// <summary>Where it stands.</summary>
    public required BeaconStatus Status { get; init; }

    /// <summary>True while it holds a session, is not revoked, and is not suspected.</summary>
    public required bool Trusted { get; init; }

    /// <summary>How the residency of its key was proven.</summary>
    public required SecurityLevel SecurityLevel { get; init; }

    /// <summary>The same for people; an emulated chip is called so.</summary>
    public required string SecurityLevelLabel { get; init; }

    /// <summary>Firmware version that it claimed; null before its first attestation.</summary>
    public string? FirmwareVersion { get; init; }

    /// <summary>Time of its last stored frame.</summary>
    public DateTimeOffset? LastSeenAt { get; init; }

    /// <summary>Time of its last accepted attestation.</summary>
    public DateTimeOffset? AttestedAt { get; init; }

    /// <summary>End of its session: not to be relied upon after it.</summary>
    public DateTimeOffset? AttestedUntil { get; init; }

    /// <summary>When it was revoked.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Where it is; null when nobody said so.</summary>
    public GeoPoint? Location { get; init; }

    /// <summary>Metres from the place that was asked for; null without one, or without a location.</summary>
    [JsonPropertyName("distance_m")]
    public long? DistanceMetres { get; init; }

    /// <summary>How loaded it is: records that waited on it when it last told; null when that is not known.</summary>
    public long? QueueRecords { get; init; }

    /// <summary>Why its last attestation was refused; null when it was not.</summary>
    public BeaconRefusal? Refusal { get; init; }

    /// <summary>True while an alarm says that its identity runs twice.</summary>
    public bool CloneSuspected { get; init; }
}

/// <summary>Why an attestation was refused.</summary>
public sealed record BeaconRefusal
{
    /// <summary>The outcome's stable name, such as chain_untrusted.</summary>
    public required string Outcome { get; init; }

    /// <summary>What that means, in plain words.</summary>
    public required string Meaning { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? At { get; init; }
}
