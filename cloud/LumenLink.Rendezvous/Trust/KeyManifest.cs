using System.Text.Json;
using System.Text.Json.Serialization;

namespace LumenLink.Rendezvous.Trust;

/// <summary>One service key as the manifest knows it.</summary>
/// <param name="Usage">What it signs.</param>
/// <param name="Version">Version of its certificate; rises with each key of its usage.</param>
/// <param name="StartsAt">From when on it signs.</param>
/// <param name="EndsAt">Until when what it signed is taken; null while no newer key takes its place.</param>
/// <param name="RevokedAt">When it was revoked: then it is nowhere used, and its files are gone.</param>
internal sealed record KeyEntry(
    KeyUsage Usage, uint Version, DateTimeOffset StartsAt, DateTimeOffset? EndsAt, DateTimeOffset? RevokedAt)
{
    /// <summary>Name of its files, without an ending.</summary>
    public string Name => $"{Usage.Text()}-{Version}";
}

/// <summary>
/// operator/keys/keys.json: which service keys there are and when each is good. Beside it lie NAME.pem, the private
/// key, and NAME.bin, the root's certificate. It is replaced as a whole and last, so what it names is there.
/// </summary>
/// <param name="Keys">All that are kept, revoked ones too.</param>
internal sealed record KeyManifest(IReadOnlyList<KeyEntry> Keys)
{
    /// <summary>Folder of the keys, in the operator folder.</summary>
    public const string FolderName = "keys";

    /// <summary>Name of the manifest's file.</summary>
    public const string FileName = "keys.json";

    /// <summary>Bytes of a manifest at most: hundreds of rotations.</summary>
    private const int MaxBytes = 128 * 1024;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <summary>Path of the manifest.</summary>
    public static string PathIn(string operatorFolder) => Path.Combine(operatorFolder, FolderName, FileName);

    /// <summary>Keys of a usage, oldest first.</summary>
    public IEnumerable<KeyEntry> Of(KeyUsage usage) =>
        Keys.Where(entry => entry.Usage == usage).OrderBy(entry => entry.Version);

    /// <summary>The manifest as bytes of JSON.</summary>
    public byte[] Write() => [.. JsonSerializer.SerializeToUtf8Bytes(this, Options), (byte)'\n'];

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="InvalidOperationException">It is none; or a version is there twice.</exception>
    public static KeyManifest Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (bytes.Length <= MaxBytes && JsonSerializer.Deserialize<KeyManifest>(bytes, Options) is { } manifest
                && manifest.Keys.All(entry => entry is { Version: > 0 })
                && manifest.Keys.DistinctBy(entry => entry.Name).Count() == manifest.Keys.Count)
            {
                return manifest;
            }
        }
        catch (JsonException)
        {
            // Its message quotes the file; where the file is says enough.
        }

        throw new InvalidOperationException($"operator/{FolderName}/{FileName} is not a list of service keys");
    }

    /// <summary>Reads the manifest of an operator folder; one without keys when there is none.</summary>
    public static KeyManifest ReadFrom(string operatorFolder) =>
        File.Exists(PathIn(operatorFolder)) ? Read(File.ReadAllBytes(PathIn(operatorFolder))) : new KeyManifest([]);

    /// <summary>The keys that are not revoked, each checked against its certificate and the root.</summary>
    /// <exception cref="InvalidOperationException">
    /// There is no key for attestation, or a file is absent, malformed or of another key.
    /// </exception>
    public static KeyRings Load(string operatorFolder)
    {
        KeyManifest manifest = ReadFrom(operatorFolder);
        string rootPath = Path.Combine(operatorFolder, "root.pub");
        byte[]? root = File.Exists(rootPath) ? File.ReadAllBytes(rootPath) : null;
        return new KeyRings(
            Ring(KeyUsage.Attestation) ?? throw new InvalidOperationException(
                $"operator/{FolderName} has no key for attestation: make one with lumen keys rotate attestation"),
            Ring(KeyUsage.Configuration), Ring(KeyUsage.Packs), Ring(KeyUsage.Audit));

        KeyRing? Ring(KeyUsage usage)
        {
            RingKey[] keys = [.. manifest.Of(usage).Where(entry => entry.RevokedAt is null)
                .Select(entry => new RingKey(LoadKey(operatorFolder, entry, root), entry.StartsAt, entry.EndsAt))];
            return keys.Length == 0 ? null : new KeyRing(keys);
        }
    }

    private static ServiceKey LoadKey(string operatorFolder, KeyEntry entry, byte[]? root)
    {
        string path = Path.Combine(operatorFolder, FolderName, entry.Name);
        string name = $"operator/{FolderName}/{entry.Name}";
        foreach (string ending in (string[])[".pem", ".bin"])
        {
            if (!File.Exists(path + ending))
                throw new InvalidOperationException($"{name}{ending} is missing");
        }

        ServiceKey key = ServiceKey.Create(
            entry.Usage, name, File.ReadAllText(path + ".pem"), File.ReadAllBytes(path + ".bin"), root);
        return key.Certificate.Version == entry.Version
            ? key
            : throw new InvalidOperationException($"the certificate of {name} has another version");
    }
}
