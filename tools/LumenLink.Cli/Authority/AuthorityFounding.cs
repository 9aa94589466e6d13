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
            making.Write(existing is null ? BelowNewRoot(making) : BelowRoot(making, existing, openRootStore));
            Directory.Move(making.Path, place.Path);
        }
        finally
        {
            if (Directory.Exists(making.Path))
                Directory.Delete(making.Path, recursive: true);
        }
    }

    private AuthorityIndex BelowNewRoot(AuthorityFolder making)
    {
        using IKeyStore store = openStore(making);
        using ECDsa rootKey = store.Create("root", out KeyReference rootReference);
        using X509Certificate2 root = CertificateProfiles.Root(rootKey, name, isDevelopment, now);
        using ECDsa key = store.Create("device-ca", out KeyReference reference);
        return WriteCas(making, root, rootKey, key, reference) with { RootKey = rootReference };
    }

    private AuthorityIndex BelowRoot(
        AuthorityFolder making, AuthorityFolder existing,
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
        if (now.AddDays(CertificateProfiles.DeviceCaDays) > root.NotAfter)
            throw new AuthorityException("The root ends before a new device CA would: make a new root.");
        // One store at a time, as both may be tokens of one module; the root first, so that nothing is made in vain.
        WithRoot(_ => true);
        using ECDsa key = Create(making, out KeyReference made);
        return WithRoot(rootKey => WriteCas(making, root, rootKey, key, made));

        T WithRoot<T>(Func<ECDsa, T> use)
        {
            using IKeyStore store = openRootStore(existing, reference);
            using ECDsa rootKey = CertificateAuthority.OpenKey(store, reference, root);
            return use(rootKey);
        }
    }

    /// <summary>Makes the device CA's key; what is left of it here is its public half.</summary>
    private ECDsa Create(AuthorityFolder making, out KeyReference reference)
    {
        using IKeyStore store = openStore(making);
        using ECDsa key = store.Create("device-ca", out reference);
        return P256Keys.FromBytes(P256Keys.ToBytes(key)!);
    }

    private AuthorityIndex WriteCas(
        AuthorityFolder making, X509Certificate2 root, ECDsa rootKey, ECDsa key, KeyReference reference)
    {
        using X509Certificate2 certificate =
            CertificateProfiles.DeviceCa(root, rootKey, key, name, isDevelopment, now);
        AuthorityFolder.Write(making.RootCertificate, root.ExportCertificatePem() + "\n");
        AuthorityFolder.Write(making.DeviceCaCertificate, certificate.ExportCertificatePem() + "\n");
        return new AuthorityIndex { Name = name, IsDevelopment = isDevelopment, DeviceCaKey = reference };
    }
}
