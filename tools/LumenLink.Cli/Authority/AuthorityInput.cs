using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Cli.Provisioning;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Cli.Authority;

/// <summary>Checks what lumen ca is given.</summary>
internal static class AuthorityInput
{
    private const int MaxRequestBytes = 64 << 10;
    private const int MaxSerialDigits = 40;
    private const int BeaconIdDigits = 2 * BeaconId.ByteCount;

    /// <summary>The reasons of RFC 5280 section 5.3.1 that fit a beacon, as they are typed.</summary>
    public static readonly IReadOnlyDictionary<string, X509RevocationReason> Reasons =
        new Dictionary<string, X509RevocationReason>
        {
            ["unspecified"] = X509RevocationReason.Unspecified,
            ["key-compromise"] = X509RevocationReason.KeyCompromise,
            ["affiliation-changed"] = X509RevocationReason.AffiliationChanged,
            ["superseded"] = X509RevocationReason.Superseded,
            ["cessation-of-operation"] = X509RevocationReason.CessationOfOperation,
        };

    /// <summary>What the operator calls a CA.</summary>
    public static string Name(string text) =>
        text.Length is >= 1 and <= CertificateProfiles.MaxNameLength && text.Trim() == text
        && text.All(one => one is >= ' ' and <= '~')
            ? text
            : throw new AuthorityException(
                $"--name takes 1 to {CertificateProfiles.MaxNameLength} printable ASCII characters, no blanks around.");

    /// <summary>A number of days.</summary>
    public static int Days(int days, int most) => days >= 1 && days <= most
        ? days
        : throw new AuthorityException($"--days takes a number from 1 to {most}.");

    /// <summary>A public key in hex or base64, or a file of one: 64 bytes, or PEM.</summary>
    public static byte[] PublicKey(string text) =>
        PublicKeyText.Read("--public-key", text, out string problem) ?? throw new AuthorityException(problem);

    /// <summary>
    /// The public key of a certificate request (PKCS#10, PEM); its signature proves that who asks has the private one.
    /// The names and extensions that it asks for are not taken: the profile says them.
    /// </summary>
    public static byte[] Request(string file)
    {
        string text;
        try
        {
            if (new FileInfo(file).Length > MaxRequestBytes)
                throw new AuthorityException("--csr: this file is too large to be a certificate request.");
            text = File.ReadAllText(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new AuthorityException($"--csr: the file \"{file}\" cannot be read.");
        }

        try
        {
            CertificateRequest request = CertificateRequest.LoadSigningRequestPem(text, HashAlgorithmName.SHA256);
            using ECDsa? key = request.PublicKey.GetECDsaPublicKey();
            return P256Keys.ToBytes(key)
                ?? throw new AuthorityException("--csr: the request is for another key than one of the curve P-256.");
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new AuthorityException(
                "--csr: this is no certificate request in PEM (PKCS#10), or its signature is wrong.");
        }
    }

    /// <summary>A serial number in hex, as lists and openssl show it; colons may stand between bytes.</summary>
    public static string Serial(string text)
    {
        string digits = text.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();
        return digits.Length is >= 2 and <= MaxSerialDigits && digits.All(char.IsAsciiHexDigit)
            ? digits
            : throw new AuthorityException("--serial takes a serial number in hex; lumen ca list shows them.");
    }

    /// <summary>A beacon id: 11 characters, or 16 hex digits.</summary>
    public static string Beacon(string text)
    {
        if (text.Length == BeaconIdDigits && text.All(char.IsAsciiHexDigit))
            return BeaconId.FromBytes(Convert.FromHexString(text)).ToString();
        return BeaconId.TryParse(text, out BeaconId id)
            ? id.ToString()
            : throw new AuthorityException("--beacon takes a beacon id: 11 characters, or 16 hex digits.");
    }
}
