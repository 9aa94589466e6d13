using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using LumenLink.Cli.Beacon;
using LumenLink.Client;
using Spectre.Console;

namespace LumenLink.Cli.Find;

/// <summary>What lumen find, resolve and watch print.</summary>
internal static class FindText
{
    private const string Nobody = "unknown";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new EidText() },
    };

    /// <summary>The words of a kind, but for the one of words that are not known.</summary>
    public static IEnumerable<string> Words<T>()
        where T : struct, Enum => Enum.GetValues<T>().Skip(1).Select(Word);

    /// <summary>A value's word.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>The value of a word that is one of <see cref="Words"/>.</summary>
    public static T Parse<T>(string word)
        where T : struct, Enum => Enum.GetValues<T>().First(value => Word(value) == word);

    /// <summary>A place.</summary>
    /// <exception cref="BeaconException">It is none.</exception>
    public static GeoPoint Place(string text)
    {
        string[] parts = text.Split(',');
        return parts.Length == 2 && Degrees(parts[0], 90) is { } latitude && Degrees(parts[1], 180) is { } longitude
            ? new GeoPoint(latitude, longitude)
            : throw new BeaconException("--near takes degrees north and east, like 52.5,13.25.", isInput: true);

        static double? Degrees(string part, double most) =>
            double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                && Math.Abs(value) <= most ? value : null;
    }

    /// <summary>A value for programs: one line.</summary>
    public static string Json<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>Beacons for people.</summary>
    public static void Write(TextWriter output, IReadOnlyList<LumenLink.Client.Beacon> beacons)
    {
        Write(
            output, ["beacon", "name", "region", "status", "level", "last seen"],
            beacons.Select(one => (string[])
            [
                one.Id, one.Name, one.Region, one.Status == BeaconStatus.Refused && one.Refusal is { } refusal
                    ? $"refused: {refusal.Meaning}"
                    : Word(one.Status),
                one.SecurityLevelLabel, Time(one.LastSeenAt),
            ]));
        output.WriteLine(beacons.Count == 1 ? "1 beacon" : $"{beacons.Count} beacons");
    }

    /// <summary>Answers for people.</summary>
    public static void Write(TextWriter output, IReadOnlyList<ResolvedEid> answers) => Write(
        output, ["eid", "beacon", "region", "status", "level", "attested until"],
        answers.Select(one => one.Beacon is { } beacon
            ? (string[])
            [
                one.Eid.ToString(), beacon.Id, beacon.Region, Word(beacon.Status), beacon.SecurityLevelLabel,
                Time(beacon.AttestedUntil),
            ]
            : [one.Eid.ToString(), Nobody, "", "", "", ""]));

    /// <summary>An event for people.</summary>
    public static string Line(BeaconEvent one)
    {
        string text = string.Join("  ", ((string?[])
        [
            Time(one.At), one.Type.Replace('_', ' '), one.Beacon, Member("count", " sightings"), Member("kind"),
            Member("outcome"), Member("meaning"), Member("detail"),
        ]).Where(part => !string.IsNullOrEmpty(part)));
        return Plain(text);

        string? Member(string name, string unit = "") =>
            one.Data.ValueKind == JsonValueKind.Object && one.Data.TryGetProperty(name, out JsonElement value)
                ? value.ToString() + unit
                : null;
    }

    private static void Write(TextWriter output, string[] columns, IEnumerable<string[]> rows)
    {
        Table table = PlainTable.Of(columns);
        foreach (string[] row in rows)
            table.AddRow([.. row.Select(cell => Markup.Escape(Plain(cell)))]);
        table.WriteTo(output);
    }

    /// <summary>What came over the network moves no cursor.</summary>
    private static string Plain(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));

    private static string Time(DateTimeOffset? time) => time?.ToUniversalTime()
        .ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture) ?? "";

    private sealed class EidText : JsonConverter<Eid>
    {
        public override Eid Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new JsonException();

        public override void Write(Utf8JsonWriter writer, Eid value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
