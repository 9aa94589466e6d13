using System.Buffers.Binary;
using System.Collections.Concurrent;
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
internal sealed record DeviceCa(X509Certificate2 Certificate, bool IsProduction, RevocationList Revoked)
{
    /// <summary>What the mark makes of certificates that it issued.</summary>
    public ChainResult Chain => IsProduction ? ChainResult.Production : ChainResult.Development;

    /// <summary>True for the SHA-256 of its certificate, or of its key (SubjectPublicKeyInfo).</summary>
    public bool IsNamedBy(ReadOnlySpan<byte> sha256) =>
        sha256.SequenceEqual(SHA256.HashData(Certificate.RawDataMemory.Span))
        || sha256.SequenceEqual(SHA256.HashData(Certificate.PublicKey.ExportSubjectPublicKeyInfo()));
}

/// <summary>What the check of a beacon's certificate came to.</summary>
/// <param name="Chain">Where it leads.</param>
/// <param name="Issuer">The CA that issued it; null unless it leads to one.</param>
/// <param name="Serial">Its serial number.</param>
/// <param name="PublicKey">The P-256 key that it certifies, X || Y; null when it certifies none.</param>
internal readonly record struct CertificateCheck(
    ChainResult Chain, DeviceCa? Issuer, BigInteger Serial, byte[]? PublicKey)
{
    /// <summary>What comes of no certificate.</summary>
    public static CertificateCheck None => new(ChainResult.Untrusted, null, default, null);
}

/// <summary>
/// The operator's device CAs, pinned, as they stand now. A beacon's certificate is issued by one of them itself: that
/// a CA lies below some root is nothing to this service. No system store, no network. What does not depend on the time
/// is found out once for each certificate, because a chain costs more than the rest of a verdict.
/// </summary>
internal sealed class DeviceCas(IReadOnlyList<DeviceCa> cas)
{
    private readonly ConcurrentDictionary<UInt128, Known> known = new();

    /// <summary>All of them.</summary>
    public IReadOnlyList<DeviceCa> All => cas;

    /// <summary>Checks a certificate in DER at a given time; its revocation is the caller's to ask for.</summary>
    public CertificateCheck Check(byte[] certificate, DateTimeOffset now)
    {
        UInt128 digest = BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(certificate));
        if (!known.TryGetValue(digest, out Known? found) || !found.Der.AsSpan().SequenceEqual(certificate))
        {
            if (known.Count >= TrustPolicy.CertificatesKnown)
                known.Clear();
            found = known[digest] = Read(certificate);
        }

        return found.Issuer is null || (now >= found.From && now <= found.Until)
            ? found.Check
            : found.Check with { Chain = ChainResult.Expired, Issuer = null };
    }

    /// <summary>What would come of a certificate that a CA, with its own in DER, issues for this key.</summary>
    public CertificateCheck CheckPlanned(byte[] ca, byte[] publicKey, DateTimeOffset now)
    {
        CertificateCheck check = CertificateCheck.None with { PublicKey = publicKey };
        if (cas.FirstOrDefault(one => one.Certificate.RawDataMemory.Span.SequenceEqual(ca)) is not { } issuer)
            return check;
        return now >= issuer.Certificate.NotBefore && now <= issuer.Certificate.NotAfter
            ? check with { Chain = issuer.Chain, Issuer = issuer }
            : check with { Chain = ChainResult.Expired };
    }

    /// <summary>
    /// Time until the first revocation list is over, zero when one is of no use; null when none is there or needed.
    /// </summary>
    public TimeSpan? ListsLeft(DateTimeOffset now, ServiceEnvironment environment) => cas
        .Where(ca => !ca.Revoked.IsNotNeeded(environment))
        .Select(ca => (TimeSpan?)(ca.Revoked.IsOfUse(now, environment) ? ca.Revoked.NextUpdate - now : TimeSpan.Zero))
        .Min();

    private Known Read(byte[] der)
    {
        X509Certificate2 leaf;
        try
        {
            leaf = X509CertificateLoader.LoadCertificate(der);
        }
        catch (CryptographicException)
        {
            return new Known(der, CertificateCheck.None with { Chain = ChainResult.Malformed }, default, default);
        }

        using (leaf)
        {
            CertificateCheck check = CertificateCheck.None with { PublicKey = DeviceCertificates.PublicKey(leaf) };
            if (cas.FirstOrDefault(ca => Issued(ca, leaf)) is not { } issuer)
                return new Known(der, check, default, default);
            check = check with
            {
                Chain = issuer.Chain,
                Issuer = issuer,
                Serial = new BigInteger(leaf.SerialNumberBytes.Span, isUnsigned: true, isBigEndian: true),
            };
            return new Known(
                der, check,
                new[] { leaf.NotBefore, issuer.Certificate.NotBefore }.Max(),
                new[] { leaf.NotAfter, issuer.Certificate.NotAfter }.Min());
        }
    }

    /// <summary>Whether the certificate is by this CA, whatever the time is.</summary>
    private static bool Issued(DeviceCa ca, X509Certificate2 leaf)
    {
        if (!leaf.IssuerName.RawData.AsSpan().SequenceEqual(ca.Certificate.SubjectName.RawData))
            return false;
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(ca.Certificate);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationFlags =
            X509VerificationFlags.IgnoreNotTimeValid | X509VerificationFlags.AllowUnknownCertificateAuthority;
        chain.Build(leaf);
        // Where the chain ends does not matter, because the issuer is the pinned certificate itself.
        X509ChainStatusFlags faults = chain.ChainStatus.Aggregate(
            X509ChainStatusFlags.NoError, (all, one) => all | one.Status)
            & ~(X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotTimeValid);
        return faults == X509ChainStatusFlags.NoError && chain.ChainElements.Count >= 2
            && chain.ChainElements[1].Certificate.RawDataMemory.Span.SequenceEqual(ca.Certificate.RawDataMemory.Span);
    }

    /// <summary>What is known of a certificate whatever the time is, and the time in which it is good.</summary>
    private sealed record Known(byte[] Der, CertificateCheck Check, DateTimeOffset From, DateTimeOffset Until)
    {
        public DeviceCa? Issuer => Check.Issuer;
    }
}
