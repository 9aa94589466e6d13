using System.Security.Cryptography;
using LumenLink.Cli.Provisioning;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Cli.Keys;

/// <summary>The service keys of an operator folder: makes, certifies and destroys what the list of them says.</summary>
/// <param name="operatorFolder">The folder; root.pub is in it.</param>
internal sealed class ServiceKeyFolder(string operatorFolder)
{
    /// <summary>Where the root's private key is when the operator does not say.</summary>
    public string RootKey => Path.Combine(operatorFolder, "root-key.pem");

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

    /// <summary>Gives each usage that has no key its first one.</summary>
    public void Complete(DateTimeOffset now)
    {
        KeyManifest manifest = Read();
        KeyManifest complete = Enum.GetValues<KeyUsage>()
            .Where(usage => manifest.Of(usage).All(entry => entry.RevokedAt is not null))
            .Aggregate(manifest, (before, usage) =>
                KeyRotation.Rotate(before, usage, now, TimeSpan.Zero, TimeSpan.Zero));
        if (complete != manifest)
            Apply(manifest, complete, RootKey);
    }

    /// <summary>
    /// Makes the folder what the list says: new keys first, then the list, then the end of keys that are over. A cut
    /// in between leaves what the old list says, or files that nothing names.
    /// </summary>
    /// <param name="before">The list in the folder.</param>
    /// <param name="after">The list to be there.</param>
    /// <param name="rootKeyFile">PEM of the root's private key; read when there is something to certify.</param>
    /// <exception cref="KeysException">The root's key is absent or another one.</exception>
    public void Apply(KeyManifest before, KeyManifest after, string rootKeyFile)
    {
        string manifest = KeyManifest.PathIn(operatorFolder);
        Directory.CreateDirectory(Path.GetDirectoryName(manifest)!);
        KeyEntry[] made = [.. after.Keys.Where(entry => before.Keys.All(old => old.Name != entry.Name))];
        if (made.Length > 0)
        {
            using ECDsa root = OpenRoot(rootKeyFile);
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
    }

    private ECDsa OpenRoot(string rootKeyFile)
    {
        if (!File.Exists(rootKeyFile))
            throw new KeysException($"there is no {rootKeyFile}: the operator root certifies a new key");
        ECDsa root = ECDsa.Create();
        try
        {
            root.ImportFromPem(File.ReadAllText(rootKeyFile));
            string pinned = Path.Combine(operatorFolder, "root.pub");
            if (File.Exists(pinned) && PublicBytes(root).AsSpan().SequenceEqual(File.ReadAllBytes(pinned)))
                return root;
        }
        catch (Exception problem) when (problem is CryptographicException or ArgumentException)
        {
            // Said below: it is no key, so it is not the root's.
        }

        root.Dispose();
        throw new KeysException($"{rootKeyFile} is not the key of root.pub in {operatorFolder}");
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
        PublicBytes(service).CopyTo(certificate.Key, 0);
        certificate.KeyId = ByteReader.U32(SHA256.HashData(certificate.Key), 0);
        certificate.RootId = ByteReader.U32(SHA256.HashData(PublicBytes(root)), 0);
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

    private static byte[] PublicBytes(ECDsa key)
    {
        ECPoint point = key.ExportParameters(false).Q;
        return [.. point.X!, .. point.Y!];
    }
}
