using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Rendezvous.Configuration;

namespace LumenLink.Rendezvous.Trust;

/// <summary>What the check of a beacon's certificate found.</summary>
internal enum ChainResult
{
    /// <summary>It leads to a CA marked production.</summary>
    Production,

    /// <summary>It leads to a CA marked development.</summary>
    Development,

    /// <summary>It leads to none of the operator's CAs.</summary>
    Untrusted,

    /// <summary>It leads to one, but a certificate is out of its time.</summary>
    Expired,

    /// <summary>It is no certificate.</summary>
    Malformed,
}

/// <summary>
/// The operator's device CAs, pinned: operator/device-cas/production/*.crt and
/// operator/device-cas/development/*.crt, PEM. Checks use these roots only: no system store, no network.
/// </summary>
internal sealed class DeviceCas(X509Certificate2Collection production, X509Certificate2Collection development)
{
    /// <summary>Reads the two folders.</summary>
    /// <exception cref="InvalidOperationException">
    /// A file is no certificate; there is no CA that may be used here; or production finds a development CA.
    /// </exception>
    public static DeviceCas Load(string operatorFolder, ServiceEnvironment environment)
    {
        X509Certificate2Collection production = LoadFolder(Path.Combine(operatorFolder, "device-cas", "production"));
        X509Certificate2Collection development = LoadFolder(Path.Combine(operatorFolder, "device-cas", "development"));
        if (environment == ServiceEnvironment.Production && development.Count > 0)
            throw new InvalidOperationException("production refuses the CAs in operator/device-cas/development");
        if (production.Count + development.Count == 0)
            throw new InvalidOperationException("operator/device-cas holds no CA certificate");
        return new DeviceCas(production, development);
    }

    /// <summary>Checks a certificate in DER at a given time.</summary>
    public ChainResult Check(byte[] certificate, DateTimeOffset now)
    {
        X509Certificate2 leaf;
        try
        {
            leaf = X509CertificateLoader.LoadCertificate(certificate);
        }
        catch (CryptographicException)
        {
            return ChainResult.Malformed;
        }

        using (leaf)
        {
            ChainResult result = Check(leaf, production, ChainResult.Production, now);
            return result == ChainResult.Untrusted
                ? Check(leaf, development, ChainResult.Development, now)
                : result;
        }
    }

    private static ChainResult Check(
        X509Certificate2 leaf, X509Certificate2Collection roots, ChainResult good, DateTimeOffset now)
    {
        if (roots.Count == 0)
            return ChainResult.Untrusted;
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        if (chain.Build(leaf))
            return good;
        return chain.ChainStatus.All(status => status.Status is X509ChainStatusFlags.NotTimeValid)
            ? ChainResult.Expired
            : ChainResult.Untrusted;
    }

    private static X509Certificate2Collection LoadFolder(string folder)
    {
        X509Certificate2Collection collection = [];
        if (!Directory.Exists(folder))
            return collection;
        foreach (string path in Directory.EnumerateFiles(folder, "*.crt").Order(StringComparer.Ordinal))
        {
            try
            {
                collection.Add(X509Certificate2.CreateFromPem(File.ReadAllText(path)));
            }
            catch (CryptographicException exception)
            {
                throw new InvalidOperationException(
                    $"operator/device-cas: {Path.GetFileName(path)} is not a PEM certificate", exception);
            }
        }

        return collection;
    }
}
