using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LumenLink.Client;

/// <summary>
/// The one byte form of a JSON value: RFC 8785, for objects, arrays, text, whole numbers, true, false and null.
/// </summary>
internal static class CanonicalJson
{
    private const long MaxWhole = 1L << 53;

    /// <summary>The value of bytes that are in that form; null when they are not.</summary>
    public static JsonElement? Parse(byte[] bytes)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            StringBuilder text = new(bytes.Length);
            return Append(text, document.RootElement)
                && Encoding.UTF8.GetBytes(text.ToString()).AsSpan().SequenceEqual(bytes)
                ? document.RootElement.Clone()
                : null;
        }
        catch (Exception other) when (other is JsonException or InvalidOperationException)
        {
            return null; // no JSON, or too deep; text that is no Unicode
        }
    }

    /// <summary>Appends the value; false when it has no such form.</summary>
    private static bool Append(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                return AppendObject(text, value);
            case JsonValueKind.Array:
                return AppendArray(text, value);
            case JsonValueKind.String:
                AppendText(text, value.GetString()!);
                return true;
            case JsonValueKind.Number:
                text.Append(value.GetRawText());
                return value.TryGetInt64(out long whole) && whole is >= -MaxWhole and <= MaxWhole
                    && whole.ToString(CultureInfo.InvariantCulture) == value.GetRawText();
            default:
                text.Append(value.GetRawText());
                return true;
        }
    }

    /// <summary>Members rise by their UTF-16 code units, so none is there twice.</summary>
    private static bool AppendObject(StringBuilder text, JsonElement value)
    {
        string? last = null;
        text.Append('{');
        foreach (JsonProperty member in value.EnumerateObject())
        {
            if (last is not null && string.CompareOrdinal(last, member.Name) >= 0)
                return false;
            if (last is not null)
                text.Append(',');
            last = member.Name;
            AppendText(text, member.Name);
            text.Append(':');
            if (!Append(text, member.Value))
                return false;
        }

        text.Append('}');
        return true;
    }

    private static bool AppendArray(StringBuilder text, JsonElement value)
    {
        bool isFirst = true;
        text.Append('[');
        foreach (JsonElement item in value.EnumerateArray())
        {
            if (!isFirst)
                text.Append(',');
            isFirst = false;
            if (!Append(text, item))
                return false;
        }

        text.Append(']');
        return true;
    }

    /// <summary>Escapes what must be escaped and nothing else (RFC 8785 section 3.2.2.2).</summary>
    private static void AppendText(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char c in value)
        {
            _ = c switch
            {
                '"' or '\\' => text.Append('\\').Append(c),
                '\b' => text.Append(@"\b"),
                '\t' => text.Append(@"\t"),
                '\n' => text.Append(@"\n"),
                '\f' => text.Append(@"\f"),
                '\r' => text.Append(@"\r"),
                < ' ' => text.Append(@"\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }
}
