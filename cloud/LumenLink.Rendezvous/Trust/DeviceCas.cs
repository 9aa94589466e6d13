using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Rendezvous.Configuration;

namespace LumenLink.Rendezvous.Trust;

/// <summary>What the check of a beacon's certificate found.</summary>
internal enum ChainResult
{
    /// <summary>A CA marked production issued it.</summary>
    Production,

    /// <summary>A CA marked development issued it.</summary>
    Development,

    /// <summary>None of the operator's CAs issued it.</summary>
    Untrusted,

    /// <summary>One of them did, but a certificate is out of its time.</summary>
    Expired,

    /// <summary>It is no certificate.</summary>
    Malformed,
}

/// <summary>A pinned device CA.</summary>
/// <param name="Certificate">Its certificate.</param>
/// <param name="IsProduction">It is marked production.</param>
/// <param name="Revoked">Its revocation list.</param>
internal sealed record DeviceCa(X509Certificate2 Certificate, bool IsProduction, RevocationList Revoked);

/// <summary>What the check of a beacon's certificate came to.</summary>
/// <param name="Chain">Where it leads.</param>
/// <param name="Issuer">The CA that issued it; null unless it leads to one.</param>
/// <param name="Serial">Its serial number.</param>
internal readonly record struct CertificateCheck(ChainResult Chain, DeviceCa? Issuer, BigInteger Serial);

/// <summary>
/// The operator's device CAs, pinned, as they stand now. A beacon's certificate is issued by one of them itself: that
/// a CA lies below some root is nothing to this service. No system store, no network.
/// </summary>
internal sealed class DeviceCas(IReadOnlyList<DeviceCa> cas)
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<DeviceCa> All => cas;

    /// <summary>Checks a certificate in DER at a given time; its revocation is the caller's to ask for.</summary>
    public CertificateCheck Check(byte[] certificate, DateTimeOffset now)
    {
        X509Certificate2 leaf;
        try
        {
            leaf = X509CertificateLoader.LoadCertificate(certificate);
        }
        catch (CryptographicException)
        {
            return new CertificateCheck(ChainResult.Malformed, null, default);
        }

        using (leaf)
        {
            CertificateCheck result = new(ChainResult.Untrusted, null, default);
            foreach (DeviceCa ca in cas)
            {
                ChainResult chain = Check(leaf, ca, now);
                if (chain is ChainResult.Production or ChainResult.Development)
                {
                    BigInteger serial = new(leaf.SerialNumberBytes.Span, isUnsigned: true, isBigEndian: true);
                    return new CertificateCheck(chain, ca, serial);
                }

                if (chain == ChainResult.Expired)
                    result = result with { Chain = chain };
            }

            return result;
        }
    }

    /// <summary>
    /// Time until the first revocation list is over, zero when one is of no use; null when none is there or needed.
    /// </summary>
    public TimeSpan? ListsLeft(DateTimeOffset now, ServiceEnvironment environment) => cas
        .Where(ca => !ca.Revoked.IsNotNeeded(environment))
        .Select(ca => (TimeSpan?)(ca.Revoked.IsOfUse(now, environment) ? ca.Revoked.NextUpdate - now : TimeSpan.Zero))
        .Min();

    private static ChainResult Check(X509Certificate2 leaf, DeviceCa ca, DateTimeOffset now)
    {
        if (!leaf.IssuerName.RawData.AsSpan().SequenceEqual(ca.Certificate.SubjectName.RawData))
            return ChainResult.Untrusted;
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(ca.Certificate);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.Build(leaf);
        // Where the chain ends does not matter, because the issuer is the pinned certificate itself.
        X509ChainStatusFlags faults = chain.ChainStatus.Aggregate(
            X509ChainStatusFlags.NoError, (all, one) => all | one.Status) & ~X509ChainStatusFlags.PartialChain;
        if (chain.ChainElements.Count < 2
            || !chain.ChainElements[1].Certificate.RawDataMemory.Span.SequenceEqual(ca.Certificate.RawDataMemory.Span))
            return ChainResult.Untrusted;
        return faults switch
        {
            X509ChainStatusFlags.NoError => ca.IsProduction ? ChainResult.Production : ChainResult.Development,
            X509ChainStatusFlags.NotTimeValid => ChainResult.Expired,
            _ => ChainResult.Untrusted,
        };
    }
}
