using System.Globalization;
using System.Text.Json;

namespace LumenLink.Cli.Beacon;

/// <summary>What the service says of commands, configurations and diagnostics, as lines for people.</summary>
internal static class ControlText
{
    /// <summary>One command.</summary>
    public static string Command(JsonElement command)
    {
        string argument = command.GetProperty("argument").GetInt32() is > 0 and var number ? $" {number}" : "";
        return $"command {command.GetProperty("id")} {Text(command, "name")}{argument}: {State(command)}";
    }

    /// <summary>A configuration without its settings.</summary>
    public static string Configuration(JsonElement configuration) =>
        $"configuration {configuration.GetProperty("version")}: {State(configuration)}";

    /// <summary>A beacon that is revoked now.</summary>
    public static string Revoked(JsonElement beacon) =>
        $"{Text(beacon, "id")} {Text(beacon, "name")}: revoked {At(beacon, "revoked_at")}";

    /// <summary>What a beacon is called and where it is.</summary>
    public static string Placed(JsonElement beacon)
    {
        string region = Text(beacon, "region") is { Length: > 0 } label ? $", region {label}" : "";
        JsonElement at = beacon.GetProperty("location");
        string place = at.ValueKind == JsonValueKind.Null
            ? ""
            : $", at {at.GetProperty("latitude")},{at.GetProperty("longitude")}";
        return $"{Text(beacon, "id")} {Text(beacon, "name")}{region}{place}";
    }

    /// <summary>Commands, a line each.</summary>
    public static IEnumerable<string> Commands(JsonElement page)
    {
        foreach (JsonElement command in page.GetProperty("items").EnumerateArray())
            yield return $"{At(command, "created_at")}  {Command(command)}";
    }

    /// <summary>Which configuration is in effect, which one is wanted, and how earlier ones ended.</summary>
    public static IEnumerable<string> Configurations(JsonElement told)
    {
        JsonElement version = told.GetProperty("in_effect_version");
        yield return version.ValueKind == JsonValueKind.Null
            ? "in effect: not told yet"
            : version.GetInt64() == 0 ? "in effect: the one that it was deployed with" : $"in effect: {version}";
        foreach (JsonElement configuration in told.GetProperty("history").EnumerateArray())
        {
            yield return $"{At(configuration, "created_at")}  {Configuration(configuration)}";
            foreach (JsonProperty setting in configuration.GetProperty("settings").EnumerateObject())
                yield return $"    {setting.Name}={setting.Value.GetString()}";
        }
    }

    /// <summary>Diagnostics, each behind its time.</summary>
    public static IEnumerable<string> Diagnostics(JsonElement list)
    {
        foreach (JsonElement item in list.GetProperty("items").EnumerateArray())
        {
            yield return $"{At(item, "captured_at")}, boot {item.GetProperty("boot")}";
            foreach (JsonElement line in item.GetProperty("lines").EnumerateArray())
                yield return "    " + line.GetString();
        }
    }

    /// <summary>A member that is text.</summary>
    public static string Text(JsonElement element, string member) => element.GetProperty(member).GetString() ?? "";

    private static string State(JsonElement element)
    {
        string detail = Text(element, "detail");
        string state = Text(element, "state").Replace('_', ' ');
        return $"{state}. {Text(element, "meaning")}" + (detail.Length > 0 ? $" It says: {detail}" : "");
    }

    private static string At(JsonElement element, string member) => element.GetProperty(member).GetDateTimeOffset()
        .ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
