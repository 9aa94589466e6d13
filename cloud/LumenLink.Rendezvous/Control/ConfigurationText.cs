using System.Text;
using LumenLink.Protocol;

namespace LumenLink.Rendezvous.Control;

/// <summary>Why settings cannot be sent.</summary>
/// <param name="Key">The key that is wrong; empty when it is the whole.</param>
/// <param name="Sentence">What is wrong with it.</param>
internal sealed record ConfigurationProblem(string Key, string Sentence);

/// <summary>
/// Settings that a signed configuration may have, and their lines. Only what can be told without the beacon is
/// checked: names, and what a value looks like. The beacon judges the values.
/// </summary>
internal static class ConfigurationText
{
    private const int MaxListItems = 16;
    private const int MaxTransports = 4;
    private const string Number = "a whole number";

    private static readonly string[] Schemes = ["mqtts://", "mqtt://", "https://", "http://"];

    /// <summary>Each key with what its value must look like, in words and as a test.</summary>
    private static readonly SortedDictionary<string, (string Form, Func<string, bool> Fits)> Keys =
        new(StringComparer.Ordinal)
        {
            ["transports"] = ("1 to 4 addresses like mqtts://host:8883 or https://host, separated by commas", IsWays),
            ["privacy"] = ("raw or pseudonym", value => value is "raw" or "pseudonym"),
            ["region"] = ("printable characters", _ => true),
            ["report_ms"] = (Number, IsNumber),
            ["cycle_ms"] = (Number, IsNumber),
            ["advertise_ms"] = (Number, IsNumber),
            ["cycle_stretch_max"] = (Number, IsNumber),
            ["wifi_scan_every_ms"] = (Number, IsNumber),
            ["wifi_scan_live_every_ms"] = (Number, IsNumber),
            ["queue_max_bytes"] = (Number, IsNumber),
            ["filter_rssi_floor"] = ("a whole number of dBm", value => IsNumber(value.TrimStart('-'))),
            ["filter_change_db"] = (Number, IsNumber),
            ["filter_addresses"] = ("up to 16 addresses of 12 hexadecimal digits", value => IsHexList(value, 12)),
            ["filter_services"] = ("up to 16 services of 4 hexadecimal digits", value => IsHexList(value, 4)),
            ["filter_manufacturers"] = ("up to 16 companies of 4 hexadecimal digits", value => IsHexList(value, 4)),
            ["report_extras"] = ("names separated by commas", IsNames),
        };

    /// <summary>The keys that may be set so.</summary>
    public static IReadOnlyCollection<string> Known => Keys.Keys;

    /// <summary>Checks settings and writes their lines.</summary>
    /// <returns>What is wrong, or null.</returns>
    public static ConfigurationProblem? Compose(IEnumerable<KeyValuePair<string, string>> settings, out string text)
    {
        StringBuilder lines = new();
        HashSet<string> seen = [];
        text = "";
        foreach ((string key, string value) in settings)
        {
            if (Check(key, value) is { } problem)
                return problem;
            if (!seen.Add(key))
                return new ConfigurationProblem(key, $"{key} is given twice.");
            lines.Append(key).Append('=').Append(value).Append('\n');
        }

        if (lines.Length > ControlPolicy.MaxTextBytes)
        {
            return new ConfigurationProblem(
                "", $"The lines have {lines.Length} bytes together; a beacon takes {ControlPolicy.MaxTextBytes}.");
        }

        text = lines.ToString();
        return null;
    }

    /// <summary>Checks lines of key=value and writes them as a beacon takes them.</summary>
    /// <returns>What is wrong, or null.</returns>
    public static ConfigurationProblem? Read(string lines, out string text)
    {
        List<KeyValuePair<string, string>> settings = [];
        text = "";
        foreach (string line in lines.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
                return new ConfigurationProblem("", $"Line {settings.Count + 1} is not key=value.");
            settings.Add(new(line[..equals], line[(equals + 1)..]));
        }

        return Compose(settings, out text);
    }

    /// <summary>The settings of stored lines.</summary>
    public static IReadOnlyDictionary<string, string> Split(string text) => text
        .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=', 2))
        .ToDictionary(pair => pair[0], pair => pair[^1]);

    private static ConfigurationProblem? Check(string key, string value)
    {
        if (!Keys.TryGetValue(key, out var rule))
        {
            // The name is the caller's own, and may be anything.
            return new ConfigurationProblem(
                key.Length <= WireLimits.MaxAsciiBytes && key.All(IsPrintable) ? key : "",
                "There is a key that cannot be set so. These can: " + string.Join(", ", Keys.Keys) + ".");
        }

        bool isText = value.Length > 0 && value.All(IsPrintable) && value.Trim().Length == value.Length;
        return isText && rule.Fits(value) ? null : new ConfigurationProblem(key, $"{key} takes {rule.Form}.");
    }

    private static bool IsPrintable(char character) => character is >= ' ' and <= '~';

    private static bool IsNumber(string value) => value.Length is > 0 and < 10 && value.All(char.IsAsciiDigit);

    private static bool IsHexList(string value, int digits) =>
        value.Split(',') is { Length: <= MaxListItems } items
        && items.All(item => item.Length == digits && item.All(char.IsAsciiHexDigit));

    private static bool IsNames(string value) => value.All(c => c is ',' or '_' or (>= 'a' and <= 'z'));

    private static bool IsWays(string value) =>
        value.Split(',') is { Length: <= MaxTransports } ways
        && ways.All(way => Array.Find(Schemes, scheme => way.StartsWith(scheme, StringComparison.Ordinal)) is { } scheme
            && way.Length > scheme.Length && !way.Contains(' ', StringComparison.Ordinal));
}
