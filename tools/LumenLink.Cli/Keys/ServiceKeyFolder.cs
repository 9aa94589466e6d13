using System.Security.Cryptography;
using LumenLink.Cli.Authority;
using LumenLink.Cli.Provisioning;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Cli.Keys;

/// <summary>The service keys of an operator folder: makes, certifies and destroys what the list of them says.</summary>
/// <param name="operatorFolder">The folder; root.pub is in it.</param>
internal sealed class ServiceKeyFolder(string operatorFolder)
{
    /// <summary>Where the root's private key is in a development run.</summary>
    public string RootKey => Path.Combine(operatorFolder, "root-key.pem");

    /// <summary>True when the folder has a root.</summary>
    public bool IsPinned => File.Exists(Pinned);

    private string Pinned => Path.Combine(operatorFolder, "root.pub");

    /// <summary>The list of keys; empty in a new folder.</summary>
    /// <exception cref="KeysException">It cannot be read.</exception>
    public KeyManifest Read()
    {
        try
        {
            return KeyManifest.ReadFrom(operatorFolder);
        }
        catch (InvalidOperationException problem)
        {
            throw new KeysException(problem.Message);
        }
    }

    /// <summary>Takes a root for this folder, for ever: beacons pin it.</summary>
    /// <param name="publicKey">X || Y.</param>
    /// <exception cref="KeysException">The folder has another one.</exception>
    public void Pin(byte[] publicKey)
    {
        if (!File.Exists(Pinned))
            RunFolder.Write(Pinned, publicKey);
        else if (!File.ReadAllBytes(Pinned).AsSpan().SequenceEqual(publicKey))
            throw new KeysException($"{Pinned} is another root: beacons pin it, so it is never replaced");
    }

    /// <summary>Gives each usage that has no key its first one.</summary>
    /// <param name="now">When.</param>
    /// <param name="openRoot">The root's private key; called when there is something to certify.</param>
    public KeyManifest Complete(DateTimeOffset now, Func<ECDsa> openRoot) => Change(
        manifest => Enum.GetValues<KeyUsage>()
            .Where(usage => manifest.Of(usage).All(entry => entry.RevokedAt is not null))
            .Aggregate(manifest, (before, usage) =>
                KeyRotation.Rotate(before, usage, now, TimeSpan.Zero, TimeSpan.Zero)),
        openRoot);

    /// <summary>
    /// Changes the list, with nobody else at work here, and makes the folder what it says: new keys first, then the
    /// list, then the end of keys that are over. A cut in between leaves what the old list says, or files that nothing
    /// names.
    /// </summary>
    /// <param name="change">The list to be there, from the one that is.</param>
    /// <param name="openRoot">The root's private key; called when there is something to certify.</param>
    /// <returns>The list that is there now.</returns>
    /// <exception cref="KeysException">The root is another one, or somebody else is at work.</exception>
    public KeyManifest Change(Func<KeyManifest, KeyManifest> change, Func<ECDsa> openRoot)
    {
        string manifest = KeyManifest.PathIn(operatorFolder);
        Directory.CreateDirectory(Path.GetDirectoryName(manifest)!);
        using IDisposable held = Lock();
        KeyManifest before = Read();
        KeyManifest after = change(before);
        if (after == before)
            return after;
        KeyEntry[] made = [.. after.Keys.Where(entry => before.Keys.All(old => old.Name != entry.Name))];
        if (made.Length > 0)
        {
            using ECDsa root = openRoot();
            if (!File.Exists(Pinned) || !P256Keys.ToBytes(root)!.AsSpan().SequenceEqual(File.ReadAllBytes(Pinned)))
                throw new KeysException($"this is not the key of root.pub in {operatorFolder}");
            foreach (KeyEntry entry in made)
                Make(root, entry);
        }

        RunFolder.Write(manifest + ".new", after.Write());
        File.Move(manifest + ".new", manifest, overwrite: true);
        foreach (KeyEntry entry in before.Keys)
        {
            if (after.Keys.Any(kept => kept.Name == entry.Name && kept.RevokedAt is null))
                continue;
            File.Delete(FileOf(entry, ".pem"));
            File.Delete(FileOf(entry, ".bin"));
        }

        return after;
    }

    /// <summary>A root's private key as a development run has it, PEM in the clear.</summary>
    /// <exception cref="KeysException">It is not there, or is none.</exception>
    public static ECDsa OpenRoot(string rootKeyFile)
    {
        if (!File.Exists(rootKeyFile))
            throw new KeysException($"there is no {rootKeyFile}: the operator root certifies a new key (--root)");
        ECDsa root = ECDsa.Create();
        try
        {
            root.ImportFromPem(File.ReadAllText(rootKeyFile));
            return root;
        }
        catch (Exception problem) when (problem is CryptographicException or ArgumentException)
        {
            root.Dispose();
            throw new KeysException($"{rootKeyFile} is not a private key of P-256 in the clear");
        }
    }

    private FileStream Lock()
    {
        try
        {
            return new FileStream(
                Path.Combine(operatorFolder, KeyManifest.FolderName, ".lock"), FileMode.OpenOrCreate,
                FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new KeysException("another lumen keys is at work here: try again when it is done");
        }
    }

    private void Make(ECDsa root, KeyEntry entry)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.Delete(FileOf(entry, ".pem")); // a left-over may have another mode
        RunFolder.WriteSecret(FileOf(entry, ".pem"), key.ExportPkcs8PrivateKeyPem());
        RunFolder.Write(FileOf(entry, ".bin"), Certify(root, key, entry));
    }

    private static byte[] Certify(ECDsa root, ECDsa service, KeyEntry entry)
    {
        var certificate = new ServiceCertificate { Version = entry.Version, Usage = (byte)entry.Usage };
        P256Keys.ToBytes(service)!.CopyTo(certificate.Key, 0);
        certificate.KeyId = ByteReader.U32(SHA256.HashData(certificate.Key), 0);
        certificate.RootId = ByteReader.U32(SHA256.HashData(P256Keys.ToBytes(root)!), 0);
        byte[] bytes = new byte[ServiceCertificate.Size];
        certificate.Write(bytes, 0);
        byte[] message = new byte[SignedMessages.CertificateSize];
        SignedMessages.Certificate(message, 0, bytes, 0);
        root.SignData(message, HashAlgorithmName.SHA256).CopyTo(certificate.Signature, 0);
        certificate.Write(bytes, 0);
        return bytes;
    }

    private string FileOf(KeyEntry entry, string ending) =>
        Path.Combine(operatorFolder, KeyManifest.FolderName, entry.Name + ending);
}
