using System.Text.Json;

namespace LumenLink.Client;

/// <summary>What an event tells.</summary>
public enum BeaconEventKind
{
    /// <summary>A kind that this client does not know; <see cref="BeaconEvent.Type"/> names it.</summary>
    Unknown = 0,

    /// <summary>Sightings of a beacon were stored.</summary>
    Sightings,

    /// <summary>A beacon's attestation was judged.</summary>
    Attestation,

    /// <summary>A connection to the broker was refused.</summary>
    ConnectionRefused,

    /// <summary>An alarm was opened: a beacon may have been copied.</summary>
    Alarm,

    /// <summary>
    /// Of the client itself: the connection was lost and is back. What happened in between follows, or
    /// <see cref="Gap"/>; of a service of before that event it may be missing.
    /// </summary>
    Reconnected,

    /// <summary>
    /// Events are missing here, or may be; "reason" in <see cref="BeaconEvent.Data"/> says why: read what matters
    /// again.
    /// </summary>
    Gap,
}

/// <summary>Something that happened.</summary>
public sealed record BeaconEvent
{
    /// <summary>What it tells.</summary>
    public required BeaconEventKind Kind { get; init; }

    /// <summary>The service's name for that.</summary>
    public required string Type { get; init; }

    /// <summary>The service's id of the event; null when it has none.</summary>
    public string? Id { get; init; }

    /// <summary>When it happened; null when the service does not say.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The beacon that it is about; null when it is about none.</summary>
    public string? Beacon { get; init; }

    /// <summary>All that the service says of it: an object, described in its OpenAPI document.</summary>
    public JsonElement Data { get; init; }
}
