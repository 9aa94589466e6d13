using CsCheck;

namespace LumenLink.Tests.Rendezvous.Query.Abuse;

/// <summary>Values that no call wants, and some that are only just wanted.</summary>
internal static class HostileValues
{
    /// <summary>Text for a query or a path, percent-encoded already; Latin-1 where it is not.</summary>
    public static readonly Gen<string> Encoded = Gen.OneOf(
        Gen.OneOf(
            "", "%00", "a%00b", "%FF%FE", "%C0%80", "%ED%A0%80", "%", "%zz", "%u0041", "%2e%2e%2f%2e%2e%2f",
            "%0d%0aA:b", "null", "NaN", "-1", "-0", "0", "00", "+1", "1e9", "1.0", "0x10", "2147483647", "2147483648",
            "4294967296", "9223372036854775807", "9223372036854775808", "99999999999999999999999", "%D9%A3",
            "%EF%BC%91", "%20", "%09", "true", "[]", "{}", "%22", "'", "'%20OR%20'1'='1", ";", "%3Cscript%3E",
            "$%7B7*7%7D", "AQIDBAUGBwg", "AQIDBAUGBwh", "AAAAAAAAAAA", "2030-05-17T12:00:00Z", "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z", "2030-05-17T12:00:00%2B14:00", "90,180", "-90,-180", "0,0", "90.0000001,0",
            "1895992800000-7-42", "99999999999999-0-0", "1.AQIDBAUGBwg", "%E2%80%AE", "%F0%9F%98%80"),
        Gen.OneOf(31, 32, 33, 63, 64, 65, 255, 256, 4000, 7000).Select(length => new string('a', length)),
        Gen.String[Gen.Char["0123456789abcdefABCDEF-_.,:%+~*()!$'"], 0, 24].Select(Whole),
        Gen.Byte[0, 255].Array[0, 12].Select(bytes => string.Concat(bytes.Select(one => $"%{one:X2}"))));

    /// <summary>JSON, or something that begins like it, for the place of a value.</summary>
    public static readonly Gen<string> Json = Gen.OneOf(
        Gen.OneOf(
            "null", "true", "false", "0", "-0", "-1", "1", "0.5", "1e400", "-1e400", "1e-400", "NaN", "Infinity",
            "-Infinity", "01", "+1", "0x1", "2147483647", "2147483648", "-2147483649", "9223372036854775808",
            "18446744073709551616", "123456789012345678901234567890.5", "\"\"", "\" \"", "\"0\"", "\"-1\"",
            "\"30000\"", "\"null\"", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\ud800\"", "\"\\udc00\\ud800\"",
            "\"\\u202e\"", "\"\\n\"", "\"\\t\"", "\"\\x\"", "\"", "\"\\", "'a'", "{}", "[]", "[null]", "[[]]",
            "{\"\":0}", "{\"a\":{\"a\":{}}}", "undefined", "\"<script>\"", "\"' OR '1'='1\"", "\"{id}\"",
            "\"{{7*7}}\"", "\"admin\"", "\"software\"", "\"secure_element\"", "\"2030-05-18T12:00:00Z\"",
            "\"0001-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59.9999999Z\"", "\"9999-12-31T23:59:59-14:00\"", "/* */1",
            "1 2", ",", "\"\u0001\""),
        Gen.OneOf(31, 32, 33, 63, 64, 65, 255, 256, 1000, 7000, 9000).Select(
            length => $"\"{new string('x', length)}\""),
        Gen.OneOf(2, 63, 64, 65, 1000, 4000).Select(deep => new string('[', deep) + new string(']', deep)),
        Gen.OneOf(2, 65, 1000).Select(
            deep => string.Concat(Enumerable.Repeat("{\"a\":", deep)) + "0" + new string('}', deep)),
        Gen.String.Select(text => System.Text.Json.JsonSerializer.Serialize(text)),
        Gen.Double.Select(number => System.Text.Json.JsonSerializer.Serialize(
            double.IsFinite(number) ? number : 0d)));

    /// <summary>Headers that may mislead.</summary>
    public static readonly Gen<(string Name, string Value)> Header = Gen.OneOf(
        ("X-Forwarded-For", "10.0.0.1"), ("X-Forwarded-For", "no address, \t,,"),
        ("X-Forwarded-For", new string('1', 500)), ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Proto", "https"), ("Forwarded", "for=\"[::1]\";proto=https"),
        ("X-HTTP-Method-Override", "DELETE"), ("X-Original-URL", "/metrics"), ("Range", "bytes=0-1"),
        ("Range", "bytes=9-1,,-"), ("If-Range", "\"a\""), ("If-None-Match", "*"),
        ("If-None-Match", "\"a\", W/\"b\", c"),
        ("If-None-Match", "\"\"\""), ("If-Match", "\"a\""), ("If-Match", "*"), ("If-Match", "nonsense"),
        ("If-Modified-Since", "Thu, 01 Jan 2099 00:00:00 GMT"),
        ("If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT"), ("Accept", "application/xml"),
        ("Accept", "*/*;q=0"), ("Accept", "nonsense/;q=x"), ("Accept-Language", "tlh"), ("Accept-Encoding", "gzip"),
        ("Accept-Encoding", "br"), ("Accept-Encoding", "identity;q=0"), ("Accept-Encoding", "gzip;q=2, *;q=-1"),
        ("Content-Encoding", "gzip"), ("Content-Encoding", "br, gzip"), ("Expect", "100-continue"),
        ("Cookie", "a=b; .AspNetCore.Antiforgery.x=y"), ("Origin", "https://evil.example"), ("Origin", "null"),
        ("Referer", "https://evil.example/?llk_"), ("Last-Event-ID", "7"), ("Upgrade", "websocket"),
        ("Upgrade", "h2c"), ("traceparent", "00-zz"),
        ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("baggage", new string('a', 200)),
        ("Content-Type", "application/json"), ("Content-Language", "\t"));

    /// <summary>Headers that break the rules of HTTP.</summary>
    public static readonly Gen<(string Name, string Value)> BrokenHeader = Gen.OneOf(
        ("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "gzip, chunked"), ("Transfer-Encoding", "x"),
        ("Content-Length", "-1"), ("Content-Length", "99999999999999999999"), ("Content-Length", "1, 2"),
        ("Host", "a b"), ("Host", ""), ("Host", "evil.example"), ("X-Nul", "a\0b"), ("X-Bytes", "\u00ff\u00fe"),
        ("X-Large", new string('a', 40_000)), ("X Space", "a"), ("", "a"), ("X-Fold", "a\r\n b"),
        ("Expect", "nonsense"), ("Authorization", "Bearer " + new string('k', 20_000)));

    /// <summary>A percent sign that begins nothing is in the list already.</summary>
    private static string Whole(string text) => text.Replace("%", "%25", StringComparison.Ordinal);
}
