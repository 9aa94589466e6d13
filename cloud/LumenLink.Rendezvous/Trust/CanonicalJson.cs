using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LumenLink.Rendezvous.Trust;

/// <summary>
/// The one byte form of a JSON value: RFC 8785, for objects, arrays, text, whole numbers, true, false and null.
/// </summary>
internal static class CanonicalJson
{
    /// <summary>The value's bytes.</summary>
    /// <exception cref="FormatException">It has a number that is not whole or beyond 2^53.</exception>
    public static byte[] Write(JsonNode? value)
    {
        StringBuilder text = new();
        Append(text, value);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Append(StringBuilder text, JsonNode? value)
    {
        switch (value?.GetValueKind() ?? JsonValueKind.Null)
        {
            case JsonValueKind.Object:
                AppendAll(
                    text, '{', value!.AsObject().OrderBy(member => member.Key, StringComparer.Ordinal), '}',
                    member =>
                    {
                        AppendText(text, member.Key);
                        text.Append(':');
                        Append(text, member.Value);
                    });
                break;
            case JsonValueKind.Array:
                AppendAll(text, '[', value!.AsArray(), ']', item => Append(text, item));
                break;
            case JsonValueKind.String:
                AppendText(text, value!.GetValue<string>());
                break;
            case JsonValueKind.Number:
                text.Append(WholeNumber(value!).ToString(CultureInfo.InvariantCulture));
                break;
            default:
                text.Append(value?.ToJsonString() ?? "null");
                break;
        }
    }

    private static void AppendAll<T>(StringBuilder text, char open, IEnumerable<T> items, char close, Action<T> append)
    {
        text.Append(open);
        int start = text.Length;
        foreach (T item in items)
        {
            if (text.Length > start)
                text.Append(',');
            append(item);
        }

        text.Append(close);
    }

    private static long WholeNumber(JsonNode value) =>
        long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole)
            && whole is >= -(1L << 53) and <= 1L << 53
            ? whole
            : throw new FormatException("a number is not whole or too large");

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
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }
}
