using LumenLink.Cli.Authority;
using LumenLink.Cli.Provisioning;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Cli.Release;

/// <summary>Releases and policy of an operator folder, as they are changed.</summary>
/// <param name="path">The folder.</param>
internal sealed class PolicyFolder(string path)
{
    private readonly ReleaseFolder releases = new(path);

    /// <summary>The operator's policy.</summary>
    public string PolicyPath => Path.Combine(path, ReferencePolicy.FileName);

    /// <summary>Names of the imported releases.</summary>
    public IReadOnlyList<string> Names => releases.Names;

    /// <summary>The policy; an empty one with version 0 before there is any.</summary>
    /// <exception cref="ReleaseException">It cannot be used.</exception>
    public PolicyFile ReadPolicy() => Read(
        PolicyPath, () => File.Exists(PolicyPath) ? PolicyFile.Parse(File.ReadAllText(PolicyPath)) : new PolicyFile());

    /// <summary>An imported release, verified.</summary>
    /// <exception cref="ReleaseException">It cannot be used.</exception>
    public ReleaseManifest ReadRelease(string name) => Read(releases.FileOf(name), () => releases.Read(name));

    /// <summary>Pins a key.</summary>
    /// <returns>How people call it.</returns>
    /// <exception cref="ReleaseException">The file holds none.</exception>
    public string Trust(string keyFile)
    {
        byte[] key = Read(keyFile, () => ReleaseFolder.ReadKey(keyFile));
        RunFolder.Write(releases.FileOfKey(key), key);
        return SignedRelease.KeyId(key);
    }

    /// <summary>
    /// Takes a release up: its file first, then the policy that names it with the next version. A cut in between leaves
    /// a file that no policy names.
    /// </summary>
    /// <param name="file">The signed manifest.</param>
    /// <returns>The release; and the policy's version, null when it was imported before.</returns>
    /// <exception cref="ReleaseException">It is not signed by a pinned key, or another one has its name.</exception>
    public (ReleaseManifest Release, int? PolicyVersion) Import(string file)
    {
        PolicyFile before = ReadPolicy();
        string text = File.ReadAllText(file).Trim();
        ReleaseManifest release = Read(file, () => SignedRelease.Verify(text, releases.Keys));
        string kept = releases.FileOf(release.Release);
        if (File.Exists(kept) && !ReadRelease(release.Release).Write().AsSpan().SequenceEqual(release.Write()))
        {
            throw new ReleaseException(
                $"Another release {release.Release} was imported before: a release is never changed, it gets a new "
                + "name.");
        }

        if (before.Releases.Contains(release.Release))
            return (release, null);
        AuthorityFolder.Write(kept, text + "\n");
        PolicyFile after = before with
        {
            Version = before.Version + 1,
            Releases = [.. before.Releases, release.Release],
        };
        AuthorityFolder.Write(PolicyPath, after.Write());
        return (release, after.Version);
    }

    /// <summary>Takes a release out of the policy; its file stays.</summary>
    /// <returns>The policy's new version.</returns>
    /// <exception cref="ReleaseException">It is not in the policy, or nothing would be left that says what may
    /// run.</exception>
    public int Withdraw(string name)
    {
        PolicyFile before = ReadPolicy();
        if (!before.Releases.Contains(name))
            throw new ReleaseException($"The policy does not name release {name}.");
        PolicyFile after = before with
        {
            Version = before.Version + 1,
            Releases = [.. before.Releases.Where(one => one != name)],
        };
        if (after.Releases.Length + after.Measurements.Length == 0)
        {
            throw new ReleaseException(
                "It is the last reference value, and without one every measurement passes: import the next release "
                + "first.");
        }

        AuthorityFolder.Write(PolicyPath, after.Write());
        return after.Version;
    }

    private static T Read<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FormatException problem)
        {
            throw new ReleaseException($"{file}: {problem.Message}");
        }
    }
}
