using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Cli.Authority;

/// <summary>
/// A device CA at work in its folder, with nobody else in it. The index is written before a certificate or list leaves:
/// what a power cut leaves behind is a certificate that nobody has, never one that nobody can revoke.
/// </summary>
internal sealed class CertificateAuthority : IDisposable
{
    private readonly AuthorityFolder folder;
    private readonly TimeProvider time;
    private readonly IDisposable held;

    private CertificateAuthority(AuthorityFolder folder, TimeProvider time)
    {
        this.folder = folder;
        this.time = time;
        Index = folder.ReadIndex();
        held = folder.Lock();
        Index = folder.ReadIndex(); // nobody writes it from now on
        Certificate = AuthorityFolder.ReadCertificate(folder.DeviceCaCertificate);
    }

    /// <summary>What is known now.</summary>
    public AuthorityIndex Index { get; private set; }

    /// <summary>The device CA's certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Opens a folder; its key is opened by those who need it.</summary>
    /// <exception cref="AuthorityException">There is no CA, or somebody else is at work there.</exception>
    public static CertificateAuthority Open(AuthorityFolder folder, TimeProvider time) => new(folder, time);

    /// <summary>The device CA's key, checked against its certificate.</summary>
    /// <exception cref="AuthorityException">It cannot be opened, or is another one.</exception>
    public ECDsa OpenKey(IKeyStore keys) => OpenKey(keys, Index.DeviceCaKey, Certificate);

    /// <summary>The key of a certificate.</summary>
    /// <exception cref="AuthorityException">It cannot be opened, or is another one.</exception>
    public static ECDsa OpenKey(IKeyStore keys, KeyReference reference, X509Certificate2 certificate)
    {
        ECDsa key = keys.Open(reference);
        using ECDsa? certified = certificate.GetECDsaPublicKey();
        if (P256Keys.ToBytes(key) is { } bytes && P256Keys.ToBytes(certified) is { } own && bytes.SequenceEqual(own))
            return key;
        key.Dispose();
        throw new AuthorityException($"{reference.Id} is not the key of {certificate.Subject}.", false);
    }

    /// <summary>Issues a beacon's certificate and keeps a copy in the folder.</summary>
    /// <param name="key">The device CA's key.</param>
    /// <param name="publicKey">X || Y, a point of the curve.</param>
    /// <param name="days">How long it is valid.</param>
    /// <param name="isRenewal">The beacon may hold a valid one already.</param>
    /// <exception cref="AuthorityException">It must not have one.</exception>
    public IssuedCertificate Issue(ECDsa key, byte[] publicKey, int days, bool isRenewal)
    {
        DateTimeOffset now = time.GetUtcNow();
        byte[] hash = SHA256.HashData(publicKey);
        string keyHash = Convert.ToHexStringLower(hash);
        string id = BeaconId.FromBytes(hash).ToString();
        CheckEarlier([.. Index.Issued.Where(one => one.BeaconId == id)], keyHash, isRenewal, now);
        DateTimeOffset until = now.AddDays(days);
        if (until > Certificate.NotAfter)
        {
            throw new AuthorityException(string.Create(
                CultureInfo.InvariantCulture,
                $"The device CA ends on {Certificate.NotAfter:yyyy-MM-dd}, before a certificate of {days} days: give "
                + $"fewer --days, or make the next device CA (lumen ca init --root)."));
        }

        using X509Certificate2 certificate = CertificateProfiles.Device(
            Certificate, key, publicKey, now - CertificateProfiles.Backdated, until);
        IssuedCertificate issued = new(
            Convert.ToHexStringLower(certificate.SerialNumberBytes.Span), id, keyHash, now, certificate.NotAfter);
        Save(Index with { Issued = [.. Index.Issued, issued] });
        AuthorityFolder.Write(folder.Issued(issued.Serial), certificate.ExportCertificatePem() + "\n");
        return issued;
    }

    /// <summary>
    /// The valid certificate of a key, PEM; null when it holds none. One that is in the index and has no file never
    /// left: what a power cut left behind.
    /// </summary>
    /// <param name="publicKey">X || Y.</param>
    public string? FindValid(byte[] publicKey)
    {
        string keyHash = Convert.ToHexStringLower(SHA256.HashData(publicKey));
        DateTimeOffset now = time.GetUtcNow();
        return Index.Issued
            .Where(one => one.KeySha256 == keyHash && one.State(now) == "valid")
            .Where(one => File.Exists(folder.Issued(one.Serial)))
            .MaxBy(one => one.NotAfter) is { } valid
                ? File.ReadAllText(folder.Issued(valid.Serial))
                : null;
    }

    /// <summary>Issues a certificate to a key that holds none, PEM.</summary>
    /// <param name="key">The device CA's key.</param>
    /// <param name="publicKey">X || Y, a point of the curve.</param>
    /// <param name="days">How long it is valid.</param>
    /// <exception cref="AuthorityException">It must not have one.</exception>
    public string IssueFirst(ECDsa key, byte[] publicKey, int days) =>
        File.ReadAllText(folder.Issued(Issue(key, publicKey, days, isRenewal: true).Serial));

    /// <summary>Revokes certificates; the next list tells of it.</summary>
    /// <param name="what">What the caller named, for the message.</param>
    /// <param name="which">The certificates that are meant.</param>
    /// <param name="reason">Why.</param>
    /// <returns>Those that are revoked now and were not before.</returns>
    /// <exception cref="AuthorityException">There is none, or they are revoked already.</exception>
    public IReadOnlyList<IssuedCertificate> Revoke(
        string what, Func<IssuedCertificate, bool> which, X509RevocationReason reason)
    {
        if (!Index.Issued.Any(which))
            throw new AuthorityException($"This CA has issued nothing to {what}: lumen ca list shows what it has.");
        DateTimeOffset now = time.GetUtcNow();
        HashSet<string> serials =
            [.. Index.Issued.Where(one => which(one) && one.RevokedAt is null).Select(one => one.Serial)];
        if (serials.Count == 0)
            throw new AuthorityException($"{what} is revoked already.");
        Save(Index with
        {
            Issued =
            [
                .. Index.Issued.Select(one =>
                    serials.Contains(one.Serial) ? one with { RevokedAt = now, Reason = reason } : one),
            ],
        });
        return [.. Index.Issued.Where(one => serials.Contains(one.Serial))];
    }

    /// <summary>Makes the next revocation list, PEM, and keeps it in the folder.</summary>
    /// <param name="key">The device CA's key.</param>
    /// <param name="days">Days until the one after it is due.</param>
    public string MakeRevocationList(ECDsa key, int days)
    {
        DateTimeOffset now = time.GetUtcNow();
        AuthorityIndex next = Index with
        {
            CrlNumber = Index.CrlNumber + 1,
            CrlThisUpdate = now,
            CrlNextUpdate = now.AddDays(days),
        };
        byte[] list = CertificateProfiles.RevocationList(
            Certificate, key, next.CrlNumber, now, now.AddDays(days),
            Index.Issued.Where(one => one.RevokedAt is not null)
                .Select(one => (Convert.FromHexString(one.Serial), one.RevokedAt!.Value, one.Reason!.Value)));
        string pem = PemEncoding.WriteString("X509 CRL", list) + "\n";
        Save(next);
        AuthorityFolder.Write(folder.RevocationList, pem);
        return pem;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Certificate.Dispose();
        held.Dispose();
    }

    private static void CheckEarlier(
        IssuedCertificate[] earlier, string keyHash, bool isRenewal, DateTimeOffset now)
    {
        if (Array.Find(earlier, one => one.KeySha256 != keyHash) is { } other)
        {
            throw new AuthorityException(
                $"Beacon id {other.BeaconId} belongs to another key already: this beacon needs a new key.");
        }

        if (Array.Exists(earlier, one => one.Reason == X509RevocationReason.KeyCompromise))
            throw new AuthorityException("This key was revoked as compromised: it gets no certificate any more.");
        if (!isRenewal && Array.Find(earlier, one => one.State(now) == "valid") is { } valid)
        {
            throw new AuthorityException(string.Create(
                CultureInfo.InvariantCulture,
                $"Beacon {valid.BeaconId} holds certificate {valid.Serial} until {valid.NotAfter:yyyy-MM-dd}: "
                + $"--renew issues another one beside it, lumen ca revoke ends it."));
        }
    }

    private void Save(AuthorityIndex next)
    {
        folder.Write(next);
        Index = next;
    }
}
