using LumenLink.Protocol;

namespace LumenLink.Rendezvous.Trust;

/// <summary>
/// Releases in an operator folder: release-keys/NAME.pub are the pinned keys, 64 bytes each; releases/NAME.jws are the
/// signed manifests.
/// </summary>
/// <param name="operatorFolder">The folder.</param>
internal sealed class ReleaseFolder(string operatorFolder)
{
    private readonly string keys = Path.Combine(operatorFolder, "release-keys");
    private readonly string releases = Path.Combine(operatorFolder, "releases");

    /// <summary>The pinned keys.</summary>
    /// <exception cref="FormatException">A file is not a key.</exception>
    public IReadOnlyList<byte[]> Keys => !Directory.Exists(keys)
        ? []
        : [.. Directory.EnumerateFiles(keys, "*.pub").Order(StringComparer.Ordinal).Select(ReadKey)];

    /// <summary>Names of the imported releases.</summary>
    public IReadOnlyList<string> Names => !Directory.Exists(releases)
        ? []
        : [.. Directory.EnumerateFiles(releases, "*.jws").Select(file => Path.GetFileNameWithoutExtension(file)!)
            .Order(StringComparer.Ordinal)];

    /// <summary>Where the file of a release is.</summary>
    public string FileOf(string name) => Path.Combine(releases, name + ".jws");

    /// <summary>Where a pinned key is.</summary>
    public string FileOfKey(byte[] key) => Path.Combine(keys, SignedRelease.KeyId(key) + ".pub");

    /// <summary>A release, verified.</summary>
    /// <exception cref="FormatException">It is not there, or not signed by a pinned key.</exception>
    public ReleaseManifest Read(string name)
    {
        string file = FileOf(name);
        if (!File.Exists(file))
            throw new FormatException($"release {name} was not imported: lumen release import");
        try
        {
            ReleaseManifest read = SignedRelease.Verify(File.ReadAllText(file).Trim(), Keys);
            return read.Release == name ? read : throw new FormatException($"it is release {read.Release}");
        }
        catch (FormatException problem)
        {
            throw new FormatException($"release {name}: {problem.Message}", problem);
        }
    }

    /// <summary>A public key of 64 bytes, a point of the curve.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static byte[] ReadKey(string file)
    {
        byte[] key = File.ReadAllBytes(file);
        return key.Length == WireSizes.PublicKey && P256.IsKey(key)
            ? key
            : throw new FormatException($"{Path.GetFileName(file)} is not a public key of 64 bytes");
    }
}
