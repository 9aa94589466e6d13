using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Resolve;

/// <summary>A beacon as a client that heard it may know it.</summary>
/// <param name="Id">Beacon id, 11 characters.</param>
/// <param name="Region">Region label.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Live">True while it is trusted and was heard from a moment ago.</param>
/// <param name="Trusted">True while it holds a session, is not revoked, and is not suspected.</param>
/// <param name="SecurityLevel">How the residency of its key was proven at enrolment.</param>
/// <param name="SecurityLevelLabel">The same for people.</param>
/// <param name="AttestedUntil">End of its session.</param>
/// <param name="LastSeenAt">Time of the last stored frame.</param>
internal sealed record ResolvedBeacon(
    string Id, string Region, FleetStatus Status, bool Live, bool Trusted, SecurityLevel SecurityLevel,
    string SecurityLevelLabel, DateTimeOffset? AttestedUntil, DateTimeOffset? LastSeenAt);

/// <summary>One identifier of the call.</summary>
/// <param name="Eid">The identifier, 16 hexadecimal digits.</param>
/// <param name="Beacon">The beacon that advertises it now; null for an unknown one.</param>
internal sealed record ResolvedEid(string Eid, ResolvedBeacon? Beacon);

/// <summary>The answer of the call.</summary>
/// <param name="Items">One for each identifier, in the order of the call.</param>
internal sealed record ResolveAnswer(IReadOnlyList<ResolvedEid> Items)
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.Default,
        SkipValidation = true,
    };

    private static readonly JsonEncodedText[] Statuses =
        [.. Enum.GetValues<FleetStatus>().Select(status => Encode(NameOf($"{status}")))];

    private static readonly (JsonEncodedText Name, JsonEncodedText Label)[] Levels =
    [
        .. Enum.GetValues<SecurityLevel>()
            .Select(level => (Encode(NameOf($"{level}")), Encode(FleetWords.Label(level)))),
    ];

    /// <summary>Writes the answer as the record above would be, without making it.</summary>
    /// <param name="target">Takes the JSON.</param>
    /// <param name="eids">The identifiers of the call.</param>
    /// <param name="beacons">The beacon of each, or null.</param>
    /// <param name="now">The time that it is true at.</param>
    public static void Write(
        IBufferWriter<byte> target, ReadOnlySpan<ulong> eids, ReadOnlySpan<FleetBeacon?> beacons, DateTimeOffset now)
    {
        using Utf8JsonWriter json = new(target, Options);
        json.WriteStartObject();
        json.WriteStartArray("items"u8);
        Span<char> digits = stackalloc char[16];
        for (int i = 0; i < eids.Length; i++)
        {
            eids[i].TryFormat(digits, out _, "x16", System.Globalization.CultureInfo.InvariantCulture);
            json.WriteStartObject();
            json.WriteString("eid"u8, digits);
            if (beacons[i] is { } beacon)
                Write(json, beacon, now);
            else
                json.WriteNull("beacon"u8);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, FleetBeacon beacon, DateTimeOffset now)
    {
        FleetBeacon.State state = beacon.Now;
        FleetStatus status = FleetPolicy.StatusOf(state.Standing, now);
        (JsonEncodedText level, JsonEncodedText label) = Levels[(int)beacon.Level];
        json.WriteStartObject("beacon"u8);
        json.WriteString("id"u8, beacon.Id.ToString());
        json.WriteString("region"u8, state.Region);
        json.WriteString("status"u8, Statuses[(int)status]);
        json.WriteBoolean("live"u8, status == FleetStatus.Live);
        json.WriteBoolean("trusted"u8, FleetPolicy.IsTrusted(state.Standing, now));
        json.WriteString("security_level"u8, level);
        json.WriteString("security_level_label"u8, label);
        WriteTime(json, "attested_until"u8, state.Standing.AttestedUntil);
        WriteTime(json, "last_seen_at"u8, state.Standing.LastSeenAt);
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? time)
    {
        if (time is { } known)
            json.WriteString(name, known);
        else
            json.WriteNull(name);
    }

    private static JsonEncodedText Encode(string text) => JsonEncodedText.Encode(text, JavaScriptEncoder.Default);

    private static string NameOf(string member) => JsonNamingPolicy.SnakeCaseLower.ConvertName(member);
}
