using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace LumenLink.Cli.Trace;

/// <summary>
/// A journey for people: a numbered step each, its times and facts, and the record's bytes field by field with their
/// offsets, as lumen decode prints them. What the service sends is text, never control characters.
/// </summary>
internal static class TraceText
{
    private const int Width = 100;
    private const int Indent = 3;
    private const int NameWidth = 34;
    private const int BytesShown = 10;
    private static readonly JsonSerializerOptions Pretty =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The listing.</summary>
    public static string Of(JsonElement journey)
    {
        StringBuilder text = new();
        string record = Text(journey, "record");
        string what = journey.GetProperty("sighting").GetString() is { } sighting
            ? $"sighting {Clean(sighting)}, of record {record}"
            : $"record {record}";
        text.Append(what).Append(", by ").Append(Text(journey, "beacon_name")).Append('\n');
        int number = 0;
        foreach (JsonElement step in journey.GetProperty("steps").EnumerateArray())
            Step(text, ++number, step);
        return text.ToString();
    }

    private static void Step(StringBuilder text, int number, JsonElement step)
    {
        bool isKept = step.GetProperty("kept").GetBoolean();
        string mark = isKept ? "" : "  (not kept)";
        text.Append(CultureInfo.InvariantCulture, $"\n{number}  {Text(step, "title")}{mark}\n");
        Wrap(text, Text(step, "happened"));
        foreach (JsonElement time in step.GetProperty("times").EnumerateArray())
        {
            string at = time.GetProperty("at").GetDateTimeOffset().UtcDateTime
                .ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture);
            Pair(text, Text(time, "name"), $"{at}  ({Text(time, "clock").Replace('_', ' ')} clock)");
        }

        foreach (JsonElement fact in step.GetProperty("facts").EnumerateArray())
            Pair(text, Text(fact, "name"), Text(fact, "value"));
        if (Given(step, "bytes") is { } bytes)
            Bytes(text, bytes);
        foreach (JsonElement row in Given(step, "rows")?.EnumerateArray() ?? default)
        {
            text.Append(' ', Indent).Append(Text(row, "table")).Append("  ").Append(Text(row, "key")).Append('\n');
            foreach (JsonElement column in row.GetProperty("columns").EnumerateArray())
                Pair(text, "  " + Text(column, "name"), Text(column, "value"));
        }

        if (Given(step, "answer") is { } answer)
            Answer(text, answer);
        if (step.GetProperty("not_kept").GetString() is { } notKept)
            Wrap(text, "Note: " + Clean(notKept));
        Wrap(text, "More: " + Text(step, "document"));
    }

    /// <summary>A line for each field, then what the bits of the field before it say.</summary>
    private static void Bytes(StringBuilder text, JsonElement bytes)
    {
        string hex = Text(bytes, "hex");
        foreach (JsonElement field in bytes.GetProperty("fields").EnumerateArray())
        {
            int offset = field.GetProperty("offset").GetInt32();
            int length = field.GetProperty("length").GetInt32();
            bool isRange = offset >= 0 && length > 0 && (offset + length) * 2 <= hex.Length;
            string digits = isRange ? hex.Substring(offset * 2, Math.Min(length, BytesShown) * 2) : "";
            string value = Text(field, "value");
            bool isSame = isRange && value == hex.Substring(offset * 2, length * 2);
            string place = isRange ? offset.ToString(CultureInfo.InvariantCulture) : "";
            string shown = digits + (isRange && length > BytesShown ? "…" : "");
            text.Append(CultureInfo.InvariantCulture, $"{place,5}  {shown,-22} {Text(field, "field")} = ")
                .Append(isSame ? $"{length} bytes" : value).Append('\n');
        }
    }

    private static void Answer(StringBuilder text, JsonElement answer)
    {
        text.Append(' ', Indent).Append("GET ").Append(Text(answer, "link")).Append('\n');
        IEnumerable<JsonElement> items = Given(answer, "status") is { } status
            ? [status]
            : answer.GetProperty("sightings").EnumerateArray();
        foreach (JsonElement item in items)
        {
            foreach (string line in JsonSerializer.Serialize(item, Pretty).Split('\n'))
                text.Append(' ', Indent).Append(Clean(line)).Append('\n');
        }
    }

    private static void Pair(StringBuilder text, string name, string value) =>
        text.Append(' ', Indent).Append(name.PadRight(NameWidth)).Append("  ").Append(value).Append('\n');

    private static void Wrap(StringBuilder text, string sentence)
    {
        int at = 0;
        foreach (string word in sentence.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (at > 0 && at + 1 + word.Length > Width)
            {
                text.Append('\n');
                at = 0;
            }

            text.Append(' ', at == 0 ? Indent : 1).Append(word);
            at += word.Length + (at == 0 ? Indent : 1);
        }

        text.Append('\n');
    }

    private static JsonElement? Given(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string Text(JsonElement element, string name) => Clean(element.GetProperty(name).GetString() ?? "");

    private static string Clean(string text) =>
        string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
}
