using System.Text.Json.Serialization;

namespace LumenLink.Client;

/// <summary>What the service says of an identifier that was heard.</summary>
public sealed record ResolvedEid
{
    /// <summary>The identifier.</summary>
    [JsonConverter(typeof(EidConverter))]
    public required Eid Eid { get; init; }

    /// <summary>Whose it is; null when it is nobody's that this caller may know.</summary>
    public required ResolvedBeacon? Beacon { get; init; }
}

/// <summary>The beacon behind an identifier.</summary>
public sealed record ResolvedBeacon
{
    /// <summary>Beacon id, 11 characters.</summary>
    public required string Id { get; init; }

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

    /// <summary>End of its session: not to be relied upon after it.</summary>
    public DateTimeOffset? AttestedUntil { get; init; }

    /// <summary>Time of its last frame.</summary>
    public DateTimeOffset? LastSeenAt { get; init; }

    /// <summary>True if it was heard from a moment ago.</summary>
    public required bool Live { get; init; }
}
