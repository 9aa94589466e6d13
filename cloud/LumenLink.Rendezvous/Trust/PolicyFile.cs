using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Trust;

/// <summary>operator/policy.json as it is written: all of it optional but the version.</summary>
internal sealed record PolicyFile
{
    private static readonly JsonSerializerOptions Strict = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <summary>Raised by the operator with every change, from 1 on; 0 says that there is no file.</summary>
    public int Version { get; init; }

    /// <summary>Names of imported releases whose measurements may run on the hardware that they are for.</summary>
    public string[] Releases { get; init; } = [];

    /// <summary>Further measurements that may run, on any hardware: 64 hexadecimal digits each.</summary>
    public string[] Measurements { get; init; } = [];

    /// <summary>Lowest firmware version by hardware model.</summary>
    public Dictionary<int, string> MinimumFirmware { get; init; } = [];

    /// <summary>Which levels may attest, by environment; an environment that is left out has its defaults.</summary>
    public Dictionary<ServiceEnvironment, SecurityLevel[]> Levels { get; init; } = [];

    /// <summary>Reads a policy and says everything that is wrong with it.</summary>
    /// <param name="json">The file's text.</param>
    /// <exception cref="FormatException">It cannot be used; the message says all of why.</exception>
    public static PolicyFile Parse(string json)
    {
        PolicyFile file;
        try
        {
            file = JsonSerializer.Deserialize<PolicyFile>(json, Strict) ?? throw new FormatException("it is empty");
        }
        catch (JsonException problem)
        {
            throw new FormatException(problem.Message, problem);
        }

        string[] problems = [.. file.Problems()];
        return problems.Length == 0 ? file : throw new FormatException(string.Join("; ", problems));
    }

    /// <summary>As it is written.</summary>
    public string Write() => JsonSerializer.Serialize(this, Strict) + "\n";

    private IEnumerable<string> Problems()
    {
        if (Version < 1)
            yield return "version must be a number from 1 on";
        foreach (string name in Releases.Where(name => !ReleaseManifest.IsName(name)))
            yield return $"releases: \"{name}\" is not the name of a release";
        foreach (string text in Measurements.Where(text => text.Length != 64 || !text.All(char.IsAsciiHexDigit)))
            yield return $"measurements: \"{text}\" is not 64 hexadecimal digits";
        foreach ((int model, string least) in MinimumFirmware)
        {
            if (model is < 1 or > ushort.MaxValue)
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture, $"minimum_firmware: {model} is no hardware model, 1 to 65535");
            }

            if (!System.Version.TryParse(least, out _))
                yield return $"minimum_firmware: \"{least}\" is not a version of two to four numbers";
        }

        foreach (string[] twice in new[] { Releases, Measurements }
            .Select(list => list.GroupBy(one => one, StringComparer.OrdinalIgnoreCase)
                .Where(same => same.Count() > 1).Select(same => same.Key).ToArray())
            .Where(list => list.Length > 0))
        {
            yield return $"named twice: {string.Join(", ", twice)}";
        }

        foreach ((ServiceEnvironment environment, SecurityLevel[] allowed) in Levels)
        {
            if (allowed.Length == 0)
                yield return $"levels: nobody may attest in {environment}".ToLowerInvariant();
        }
    }
}
