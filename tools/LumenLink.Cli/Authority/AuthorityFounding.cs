using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LumenLink.Cli.Authority;

/// <summary>Makes a new CA: a root with a device CA below it, or a device CA below a root there is.</summary>
/// <param name="name">What the operator calls it.</param>
/// <param name="isDevelopment">Marked development, else production.</param>
/// <param name="now">The time.</param>
/// <param name="openStore">Opens the key store for a folder of new keys.</param>
internal sealed class AuthorityFounding(
    string name, bool isDevelopment, DateTimeOffset now, Func<AuthorityFolder, IKeyStore> openStore)
{
    private const int SuffixBytes = 4;

    /// <summary>Makes it beside its place, then moves it there: a folder that is there is whole.</summary>
    /// <param name="place">Where it is to be; nothing may be there.</param>
    /// <param name="existing">Folder that holds the root; null for a new root.</param>
    /// <param name="openRootStore">Opens the key store of an existing root.</param>
    /// <exception cref="AuthorityException">Something is there, or a key cannot be made or opened.</exception>
    public void Found(
        AuthorityFolder place, AuthorityFolder? existing, Func<AuthorityFolder, KeyReference, IKeyStore> openRootStore)
    {
        if (Path.Exists(place.Path))
            throw new AuthorityException($"{place.Path} is there: a CA is never overwritten. Name another --ca.");
        string suffix = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SuffixBytes));
        AuthorityFolder making = new($"{place.Path}.making-{suffix}");
        Directory.CreateDirectory(making.Path);
        try
        {
            using (IKeyStore store = openStore(making))
            {
                making.Write(existing is null
                    ? BelowNewRoot(making, store)
                    : BelowRoot(making, store, existing, openRootStore));
            }

            Directory.Move(making.Path, place.Path);
        }
        finally
        {
            if (Directory.Exists(making.Path))
                Directory.Delete(making.Path, recursive: true);
        }
    }

    private AuthorityIndex BelowNewRoot(AuthorityFolder making, IKeyStore store)
    {
        using ECDsa rootKey = store.Create("root", out KeyReference reference);
        using X509Certificate2 root = CertificateProfiles.Root(rootKey, name, isDevelopment, now);
        return WriteCas(making, store, root, rootKey) with { RootKey = reference };
    }

    private AuthorityIndex BelowRoot(
        AuthorityFolder making, IKeyStore store, AuthorityFolder existing,
        Func<AuthorityFolder, KeyReference, IKeyStore> openRootStore)
    {
        AuthorityIndex index = existing.ReadIndex();
        if (index.IsDevelopment != isDevelopment)
        {
            throw new AuthorityException(
                $"The root in {existing.Path} is marked {(index.IsDevelopment ? "development" : "production")}: a CA "
                + $"below it is marked the same ({(isDevelopment ? "leave out" : "give")} --development).");
        }

        KeyReference reference = index.RootKey
            ?? throw new AuthorityException($"{existing.Path} does not hold its root: name the folder that does.");
        using X509Certificate2 root = AuthorityFolder.ReadCertificate(existing.RootCertificate);
        using IKeyStore rootStore = openRootStore(existing, reference);
        using ECDsa rootKey = CertificateAuthority.OpenKey(rootStore, reference, root);
        return WriteCas(making, store, root, rootKey);
    }

    private AuthorityIndex WriteCas(
        AuthorityFolder making, IKeyStore store, X509Certificate2 root, ECDsa rootKey)
    {
        if (now.AddDays(CertificateProfiles.DeviceCaDays) > root.NotAfter)
            throw new AuthorityException("The root ends before a new device CA would: make a new root.");
        using ECDsa key = store.Create("device-ca", out KeyReference reference);
        using X509Certificate2 certificate =
            CertificateProfiles.DeviceCa(root, rootKey, key, name, isDevelopment, now);
        AuthorityFolder.Write(making.RootCertificate, root.ExportCertificatePem() + "\n");
        AuthorityFolder.Write(making.DeviceCaCertificate, certificate.ExportCertificatePem() + "\n");
        return new AuthorityIndex { Name = name, IsDevelopment = isDevelopment, DeviceCaKey = reference };
    }
}
