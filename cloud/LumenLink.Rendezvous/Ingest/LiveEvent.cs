using System.Globalization;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Ingest;

/// <summary>Something that just happened, for the stream and the dashboard.</summary>
/// <param name="At">Service time.</param>
public abstract record LiveEvent(DateTimeOffset At)
{
    /// <summary>Its place among all; null for what has none that outlasts the connection that it is told on.</summary>
    public LiveEventId? Id { get; init; }
}

/// <summary>
/// Place of an event among those of all replicas: the form of Redis Streams, which rises with time.
/// </summary>
/// <param name="UnixMs">When it was taken in.</param>
/// <param name="Number">Among those of one millisecond.</param>
public readonly record struct LiveEventId(long UnixMs, long Number) : IComparable<LiveEventId>
{
    private const int MaxDigits = 18;

    /// <summary>Reads one as it is written; false for anything else.</summary>
    public static bool TryParse(string? text, out LiveEventId id)
    {
        id = default;
        string[] parts = text?.Split('-', 3) ?? [];
        if (parts.Length != 2 || !IsNumber(parts[0], out long unixMs) || !IsNumber(parts[1], out long number))
            return false;
        id = new LiveEventId(unixMs, number);
        return true;

        static bool IsNumber(string text, out long number)
        {
            number = 0;
            return text.Length <= MaxDigits
                && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        }
    }

    /// <summary>The next one at a time, which may be any.</summary>
    public LiveEventId Next(DateTimeOffset at)
    {
        long unixMs = at.ToUnixTimeMilliseconds();
        return unixMs > UnixMs ? new LiveEventId(unixMs, 0) : new LiveEventId(UnixMs, Number + 1);
    }

    /// <inheritdoc/>
    public int CompareTo(LiveEventId other) =>
        UnixMs != other.UnixMs ? UnixMs.CompareTo(other.UnixMs) : Number.CompareTo(other.Number);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{UnixMs}-{Number}");
}

/// <summary>Sightings of a beacon were committed.</summary>
/// <param name="At">Service time.</param>
/// <param name="TenantId">Owner of the beacon.</param>
/// <param name="Beacon">Who heard them.</param>
/// <param name="Count">How many were stored.</param>
/// <param name="Newest">The last few of them; their Record index has no meaning here.</param>
public sealed record SightingsEvent(
    DateTimeOffset At, int TenantId, BeaconId Beacon, int Count, IReadOnlyList<SightingEntry> Newest) : LiveEvent(At);

/// <summary>A verdict was committed.</summary>
/// <param name="At">Service time.</param>
/// <param name="TenantId">Owner; null when the beacon is not enrolled.</param>
/// <param name="Beacon">Who was judged.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Detail">Sentence for operators.</param>
public sealed record AttestationEvent(
    DateTimeOffset At, int? TenantId, BeaconId Beacon, AttestationOutcome Outcome, string Detail) : LiveEvent(At);

/// <summary>A connection was refused by its token.</summary>
/// <param name="At">Service time.</param>
/// <param name="Beacon">The id in the client id, or empty when it is none.</param>
/// <param name="Outcome">Why.</param>
/// <param name="TenantId">Owner; null when the beacon is not enrolled, or its owner was not asked.</param>
public sealed record ConnectionRefusedEvent(
    DateTimeOffset At, string Beacon, TokenOutcome Outcome, int? TenantId = null) : LiveEvent(At);

/// <summary>An alarm was opened.</summary>
/// <param name="At">Service time.</param>
/// <param name="TenantId">Owner of the beacon.</param>
/// <param name="Beacon">Whose identity seems to run twice.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Detail">Sentence for operators.</param>
public sealed record AlarmEvent(
    DateTimeOffset At, int TenantId, BeaconId Beacon, AlarmKind Kind, string Detail) : LiveEvent(At);

/// <summary>Why events are missing from here on, or may be.</summary>
public enum GapReason
{
    /// <summary>What followed the event that the reader had last is not held any more.</summary>
    NotHeld = 1,

    /// <summary>The reader reads more slowly than things happen.</summary>
    FellBehind,

    /// <summary>Only what happens at this replica is told from here on.</summary>
    ReplicasAway,

    /// <summary>What happens at all replicas is told again; in between there may have been more.</summary>
    ReplicasBack,
}

/// <summary>Events are missing here, or may be.</summary>
/// <param name="At">Service time.</param>
/// <param name="Reason">Why.</param>
public sealed record GapEvent(DateTimeOffset At, GapReason Reason) : LiveEvent(At);
