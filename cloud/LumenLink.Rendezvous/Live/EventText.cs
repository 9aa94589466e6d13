using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Live;

/// <summary>
/// An event as it lies in Redis: one line of JSON with a version. Who can write there could write anything, so what
/// is read is checked member by member; what an event does not have must not be there.
/// </summary>
internal static class EventText
{
    private const int Version = 1;
    private const int MaxYear = 9000;
    private static readonly long MaxUnixMs =
        new DateTimeOffset(MaxYear, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private static readonly JsonSerializerOptions Strict = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        MaxDepth = 4,
    };

    private enum Kind
    {
        Sightings = 1,
        Attestation,
        ConnectionRefused,
        Alarm,
        Gap,
    }

    /// <summary>Writes one, in <see cref="LivePolicy.MaxBytes"/> at most.</summary>
    public static byte[] Write(LiveEvent liveEvent)
    {
        Line line = LineOf(liveEvent);
        byte[] text = JsonSerializer.SerializeToUtf8Bytes(line, Strict);
        return text.Length <= LivePolicy.MaxBytes
            ? text
            : JsonSerializer.SerializeToUtf8Bytes(line with { Newest = line.Newest is null ? null : [] }, Strict);
    }

    /// <summary>Reads one; false for anything that <see cref="Write"/> does not make.</summary>
    public static bool TryRead(byte[] text, [NotNullWhen(true)] out LiveEvent? liveEvent)
    {
        liveEvent = null;
        if (text.Length > LivePolicy.MaxBytes)
            return false;
        try
        {
            if (JsonSerializer.Deserialize<Line>(text, Strict) is { } line)
                liveEvent = EventOf(line);
        }
        catch (JsonException)
        {
            // What is there is no event.
        }

        return liveEvent is not null;
    }

    private static Line LineOf(LiveEvent liveEvent)
    {
        long at = liveEvent.At.ToUnixTimeMilliseconds();
        return liveEvent switch
        {
            SightingsEvent e => new Line(
                Version, (int)Kind.Sightings, at, e.TenantId, $"{e.Beacon}", Count: e.Count,
                Newest: [.. e.Newest.Select(NumbersOf)]),
            AttestationEvent e => new Line(
                Version, (int)Kind.Attestation, at, e.TenantId, $"{e.Beacon}", (int)e.Outcome, Cut(e.Detail)),
            ConnectionRefusedEvent e => new Line(
                Version, (int)Kind.ConnectionRefused, at, e.TenantId, e.Beacon, (int)e.Outcome),
            AlarmEvent e => new Line(
                Version, (int)Kind.Alarm, at, e.TenantId, $"{e.Beacon}", (int)e.Kind, Cut(e.Detail)),
            GapEvent e => new Line(Version, (int)Kind.Gap, at, Outcome: (int)e.Reason),
            _ => throw new InvalidOperationException($"{liveEvent.GetType().Name} has no form in Redis"),
        };
    }

    /// <summary>The event, or null when a member is missing, beyond its bounds, or of another event.</summary>
    private static LiveEvent? EventOf(Line line)
    {
        if (line.Version != Version || line.At < 0 || line.At > MaxUnixMs || line.Tenant <= 0)
            return null;
        DateTimeOffset at = DateTimeOffset.FromUnixTimeMilliseconds(line.At);
        bool isNamed = BeaconId.TryParse(line.Beacon, out BeaconId beacon);
        bool hasSentence = line.Detail is { Length: <= LivePolicy.MaxDetail };
        bool isPlain = line.Count is null && line.Newest is null;
        return (Kind)line.Kind switch
        {
            Kind.Sightings when isNamed && line is
            {
                Tenant: { } tenant, Count: { } count, Outcome: null, Detail: null, Newest: { } numbers,
            } && count > 0 && numbers.Length <= Math.Min(count, IngestPolicy.LiveSightings)
                && numbers.All(IsSighting) =>
                new SightingsEvent(at, tenant, beacon, count, [.. numbers.Select(SightingOf)]),
            Kind.Attestation when isNamed && isPlain && hasSentence && Is<AttestationOutcome>(line.Outcome) =>
                new AttestationEvent(at, line.Tenant, beacon, (AttestationOutcome)line.Outcome!, line.Detail!),
            Kind.ConnectionRefused when (isNamed || line.Beacon is "") && isPlain && line.Detail is null
                && Is<TokenOutcome>(line.Outcome) =>
                new ConnectionRefusedEvent(at, line.Beacon!, (TokenOutcome)line.Outcome!, line.Tenant),
            Kind.Alarm when isNamed && isPlain && hasSentence && line.Tenant is { } tenant
                && Is<AlarmKind>(line.Outcome) =>
                new AlarmEvent(at, tenant, beacon, (AlarmKind)line.Outcome!, line.Detail!),
            Kind.Gap when isPlain && line is { Tenant: null, Beacon: null, Detail: null }
                && Is<GapReason>(line.Outcome) => new GapEvent(at, (GapReason)line.Outcome!),
            _ => null,
        };
    }

    private static bool Is<TEnum>(int? number)
        where TEnum : struct, Enum =>
        number is { } value && Enum.GetValues<TEnum>().Any(one => Convert.ToInt32(one, null) == value);

    private static string Cut(string sentence) =>
        sentence.Length <= LivePolicy.MaxDetail ? sentence : sentence[..LivePolicy.MaxDetail];

    /// <summary>What the stream tells of a sighting.</summary>
    private static long[] NumbersOf(SightingEntry one) =>
        [one.WindowOpenUnixMs, one.Radio, one.Address, one.KeyDay, one.RssiDbm];

    private static bool IsSighting(long[] numbers) => numbers is
        [>= 0, >= 0 and <= byte.MaxValue, >= 0 and < 1L << 48, >= 0 and <= ushort.MaxValue, >= sbyte.MinValue
            and <= sbyte.MaxValue] && numbers[0] <= MaxUnixMs;

    private static SightingEntry SightingOf(long[] numbers) => new(
        0, numbers[0], 0, default, (byte)numbers[1], numbers[2], 0, (ushort)numbers[3], (sbyte)numbers[4]);

    private sealed record Line(
        [property: JsonPropertyName("v")] int Version, [property: JsonPropertyName("k")] int Kind, long At,
        int? Tenant = null, string? Beacon = null, int? Outcome = null, string? Detail = null, int? Count = null,
        long[][]? Newest = null);
}
