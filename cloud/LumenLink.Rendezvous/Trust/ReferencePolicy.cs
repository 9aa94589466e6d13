using System.Text.Json;
using System.Text.Json.Serialization;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Trust;

/// <summary>
/// What the operator demands of beacons beyond a valid key: operator/policy.json, all of it optional.
/// Without the file every measurement and version passes, and the levels are the defaults below.
/// </summary>
internal sealed class ReferencePolicy
{
    private readonly HashSet<string> measurements;
    private readonly Dictionary<int, Version> minimumFirmware;
    private readonly Dictionary<ServiceEnvironment, HashSet<SecurityLevel>> levels;

    private ReferencePolicy(
        int version, HashSet<string> measurements, Dictionary<int, Version> minimumFirmware,
        Dictionary<ServiceEnvironment, HashSet<SecurityLevel>> levels)
    {
        Version = version;
        this.measurements = measurements;
        this.minimumFirmware = minimumFirmware;
        this.levels = levels;
    }

    /// <summary>Number of the policy, raised by the operator with every change; 0 without a file.</summary>
    public int Version { get; }

    /// <summary>The policy of a service without the file.</summary>
    public static ReferencePolicy Default { get; } = FromDocument(new Document());

    /// <summary>Reads operator/policy.json when it is there.</summary>
    /// <exception cref="InvalidOperationException">It is there and malformed; the message says where.</exception>
    public static ReferencePolicy Load(string operatorFolder)
    {
        string path = Path.Combine(operatorFolder, "policy.json");
        return File.Exists(path) ? Parse(File.ReadAllText(path)) : Default;
    }

    /// <summary>
    /// Reads a policy: version, measurements (hex), minimum_firmware (by hardware model), levels (by environment).
    /// </summary>
    public static ReferencePolicy Parse(string json)
    {
        try
        {
            Document document = JsonSerializer.Deserialize<Document>(json, Strict)
                ?? throw new InvalidOperationException("operator/policy.json is empty");
            return FromDocument(document);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or ArgumentException)
        {
            throw new InvalidOperationException($"operator/policy.json: {exception.Message}", exception);
        }
    }

    /// <summary>True if this measurement may run; an empty list in the policy takes any, also none.</summary>
    public bool AllowsMeasurement(byte[]? measurement) =>
        measurements.Count == 0
            || (measurement is not null && measurements.Contains(Convert.ToHexStringLower(measurement)));

    /// <summary>Lowest firmware version for a hardware model, or null.</summary>
    public Version? MinimumFirmware(int hardwareModel) => minimumFirmware.GetValueOrDefault(hardwareModel);

    /// <summary>Levels below a secure element that the policy names for production: it does not start then.</summary>
    public IReadOnlyList<SecurityLevel> WeakInProduction =>
        [.. levels[ServiceEnvironment.Production].Where(level => level != SecurityLevel.SecureElement).Order()];

    /// <summary>True if beacons of this level may attest in this environment.</summary>
    public bool AllowsLevel(ServiceEnvironment environment, SecurityLevel level) => levels[environment].Contains(level);

    private static readonly JsonSerializerOptions Strict = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    private static ReferencePolicy FromDocument(Document document)
    {
        HashSet<string> measurements =
            [.. document.Measurements.Select(hex => Convert.ToHexStringLower(Convert.FromHexString(hex)))];
        return new ReferencePolicy(
            document.Version,
            measurements,
            document.MinimumFirmware.ToDictionary(pair => pair.Key, pair => System.Version.Parse(pair.Value)),
            new Dictionary<ServiceEnvironment, HashSet<SecurityLevel>>
            {
                [ServiceEnvironment.Development] = [.. document.Levels.GetValueOrDefault(
                    ServiceEnvironment.Development,
                    [SecurityLevel.Software, SecurityLevel.EmulatedChip, SecurityLevel.SecureElement])],
                [ServiceEnvironment.Production] = [.. document.Levels.GetValueOrDefault(
                    ServiceEnvironment.Production, [SecurityLevel.SecureElement])],
            });
    }

    private sealed class Document
    {
        public int Version { get; init; }

        public string[] Measurements { get; init; } = [];

        public Dictionary<int, string> MinimumFirmware { get; init; } = [];

        public Dictionary<ServiceEnvironment, SecurityLevel[]> Levels { get; init; } = [];
    }
}
