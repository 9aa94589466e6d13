using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Trust;

/// <summary>
/// What the operator demands of beacons beyond a valid key: operator/policy.json and the releases that it names.
/// Without the file every measurement and version passes, and the levels are the defaults below.
/// </summary>
internal sealed class ReferencePolicy
{
    /// <summary>Name of the file in the operator folder.</summary>
    public const string FileName = "policy.json";

    private readonly HashSet<string> measurements;
    private readonly Dictionary<int, HashSet<string>> released = [];
    private readonly Dictionary<int, Version> minimumFirmware;
    private readonly Dictionary<ServiceEnvironment, HashSet<SecurityLevel>> levels;

    private ReferencePolicy(PolicyFile file, IEnumerable<ReleaseManifest> releases)
    {
        Version = file.Version;
        measurements = new HashSet<string>(file.Measurements, StringComparer.OrdinalIgnoreCase);
        foreach (ReleaseImage image in releases.SelectMany(release => release.Images))
        {
            foreach (int model in image.HardwareModels)
            {
                if (!released.TryGetValue(model, out HashSet<string>? known))
                    released[model] = known = [];
                known.Add(image.Measurement);
            }
        }

        minimumFirmware = file.MinimumFirmware.ToDictionary(
            pair => pair.Key, pair => System.Version.Parse(pair.Value));
        levels = Enum.GetValues<ServiceEnvironment>().ToDictionary(
            environment => environment,
            environment => file.Levels.GetValueOrDefault(environment, DefaultLevels(environment)).ToHashSet());
    }

    /// <summary>Number of the policy, raised by the operator with every change; 0 without a file.</summary>
    public int Version { get; }

    /// <summary>The policy of a service without the file.</summary>
    public static ReferencePolicy Default { get; } = new(new PolicyFile(), []);

    /// <summary>Reads operator/policy.json when it is there, and the releases that it names.</summary>
    /// <exception cref="InvalidOperationException">It is there and cannot be used; the message says why.</exception>
    public static ReferencePolicy Load(string operatorFolder)
    {
        string path = Path.Combine(operatorFolder, FileName);
        return File.Exists(path)
            ? Parse(File.ReadAllText(path), new ReleaseFolder(operatorFolder), "operator/" + FileName)
            : Default;
    }

    /// <summary>Reads a policy from anywhere, with the releases of an operator folder.</summary>
    /// <exception cref="InvalidOperationException">It cannot be used; the message says why.</exception>
    public static ReferencePolicy Load(string operatorFolder, string path) =>
        Parse(File.ReadAllText(path), new ReleaseFolder(operatorFolder), path);

    /// <summary>Reads a policy that names no releases.</summary>
    /// <exception cref="InvalidOperationException">It cannot be used; the message says why.</exception>
    public static ReferencePolicy Parse(string json) => Parse(json, null, "operator/" + FileName);

    /// <summary>
    /// True if this measurement may run on this hardware; without any reference value all may, also none at all.
    /// </summary>
    /// <param name="measurement">SHA-256; null when none is stated.</param>
    /// <param name="hardwareModel">The enrolled hardware model.</param>
    public bool AllowsMeasurement(byte[]? measurement, int hardwareModel)
    {
        if (measurements.Count == 0 && released.Count == 0)
            return true;
        if (measurement is null)
            return false;
        string stated = Convert.ToHexStringLower(measurement);
        return measurements.Contains(stated)
            || (released.TryGetValue(hardwareModel, out HashSet<string>? known) && known.Contains(stated));
    }

    /// <summary>Lowest firmware version for a hardware model, or null.</summary>
    public Version? MinimumFirmware(int hardwareModel) => minimumFirmware.GetValueOrDefault(hardwareModel);

    /// <summary>Levels below a secure element that the policy names for production: it does not start then.</summary>
    public IReadOnlyList<SecurityLevel> WeakInProduction =>
        [.. levels[ServiceEnvironment.Production].Where(level => level != SecurityLevel.SecureElement).Order()];

    /// <summary>True if beacons of this level may attest in this environment.</summary>
    public bool AllowsLevel(ServiceEnvironment environment, SecurityLevel level) => levels[environment].Contains(level);

    private static ReferencePolicy Parse(string json, ReleaseFolder? folder, string name)
    {
        try
        {
            PolicyFile file = PolicyFile.Parse(json);
            return new ReferencePolicy(file, [.. file.Releases.Select(release => folder is null
                ? throw new FormatException("releases are named, and there is no folder of them")
                : folder.Read(release))]);
        }
        catch (FormatException problem)
        {
            throw new InvalidOperationException($"{name}: {problem.Message}", problem);
        }
    }

    private static SecurityLevel[] DefaultLevels(ServiceEnvironment environment) =>
        environment == ServiceEnvironment.Production ? [SecurityLevel.SecureElement] : Enum.GetValues<SecurityLevel>();
}
