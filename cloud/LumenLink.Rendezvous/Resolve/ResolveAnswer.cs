using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
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

    private static readonly JsonEncodedText EidName = Encode("eid");
    private static readonly JsonEncodedText BeaconName = Encode("beacon");
    private static readonly JsonEncodedText IdName = Encode("id");
    private static readonly JsonEncodedText RegionName = Encode("region");
    private static readonly JsonEncodedText StatusName = Encode("status");
    private static readonly JsonEncodedText LiveName = Encode("live");
    private static readonly JsonEncodedText TrustedName = Encode("trusted");
    private static readonly JsonEncodedText LevelName = Encode("security_level");
    private static readonly JsonEncodedText LabelName = Encode("security_level_label");
    private static readonly JsonEncodedText UntilName = Encode("attested_until");
    private static readonly JsonEncodedText SeenName = Encode("last_seen_at");

    private static readonly JsonEncodedText[] Statuses =
        [.. Enum.GetValues<FleetStatus>().Select(status => Encode(NameOf($"{status}")))];

    private static readonly (JsonEncodedText Name, JsonEncodedText Label)[] Levels =
    [
        .. Enum.GetValues<SecurityLevel>()
            .Select(level => (Encode(NameOf($"{level}")), Encode(FleetWords.Label(level)))),
    ];

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? writer;

    /// <summary>Writes the answer as the record above would be, without making it.</summary>
    /// <param name="eids">The identifiers of the call.</param>
    /// <param name="beacons">The beacon of each, or null.</param>
    /// <param name="now">The time that it is true at.</param>
    /// <returns>The JSON, until this thread writes another one.</returns>
    public static ReadOnlySpan<byte> Write(
        ReadOnlySpan<ulong> eids, ReadOnlySpan<FleetBeacon?> beacons, DateTimeOffset now)
    {
        buffer ??= new ArrayBufferWriter<byte>();
        writer ??= new Utf8JsonWriter(buffer, Options);
        buffer.ResetWrittenCount();
        writer.Reset();
        writer.WriteStartObject();
        writer.WriteStartArray("items"u8);
        Span<byte> digits = stackalloc byte[16];
        for (int i = 0; i < eids.Length; i++)
        {
            eids[i].TryFormat(digits, out _, "x16", CultureInfo.InvariantCulture);
            writer.WriteStartObject();
            writer.WriteString(EidName, digits);
            if (beacons[i] is { } beacon)
                Write(writer, beacon, now);
            else
                writer.WriteNull(BeaconName);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan;
    }

    private static void Write(Utf8JsonWriter json, FleetBeacon beacon, DateTimeOffset now)
    {
        FleetBeacon.State state = beacon.Now;
        FleetStatus status = FleetPolicy.StatusOf(state.Standing, now);
        (JsonEncodedText level, JsonEncodedText label) = Levels[(int)beacon.Level];
        Span<byte> bytes = stackalloc byte[BeaconId.ByteCount];
        Span<byte> id = stackalloc byte[BeaconId.TextLength];
        beacon.Id.CopyTo(bytes);
        Base64Url.EncodeToUtf8(bytes, id);
        json.WriteStartObject(BeaconName);
        json.WriteString(IdName, id);
        json.WriteString(RegionName, state.Region);
        json.WriteString(StatusName, Statuses[(int)status]);
        json.WriteBoolean(LiveName, status == FleetStatus.Live);
        json.WriteBoolean(TrustedName, FleetPolicy.IsTrusted(state.Standing, now));
        json.WriteString(LevelName, level);
        json.WriteString(LabelName, label);
        WriteTime(json, UntilName, state.Standing.AttestedUntil);
        WriteTime(json, SeenName, state.Standing.LastSeenAt);
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, JsonEncodedText name, DateTimeOffset? time)
    {
        if (time is { } known)
            json.WriteString(name, known);
        else
            json.WriteNull(name);
    }

    private static JsonEncodedText Encode(string text) => JsonEncodedText.Encode(text, JavaScriptEncoder.Default);

    private static string NameOf(string member) => JsonNamingPolicy.SnakeCaseLower.ConvertName(member);
}
