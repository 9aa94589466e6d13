using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Cli.Authority;
using LumenLink.Cli.Beacon;
using LumenLink.Cli.Provisioning;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Cli.Enroll;

/// <summary>What is said of one board, by options or by a line; null is not said.</summary>
/// <param name="PublicKey">Hex, base64, or a file of 64 bytes or PEM.</param>
/// <param name="Certificate">File of a certificate that was issued already, PEM or DER.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Region">Region label.</param>
/// <param name="Level">Security level.</param>
/// <param name="HardwareModel">Hardware model number.</param>
/// <param name="Group">Enrolment group.</param>
/// <param name="Location">Where it is, latitude,longitude.</param>
internal sealed record BoardTerms(
    string? PublicKey, string? Certificate, string? Name, string? Region, string? Level, string? HardwareModel,
    string? Group, string? Location = null)
{
    /// <summary>These terms, with those of all boards where these say nothing. A group says the region.</summary>
    public BoardTerms Or(BoardTerms others) => this with
    {
        Region = Region ?? (Group is null && others.Group is null ? others.Region : null),
        Level = Level ?? others.Level,
        HardwareModel = HardwareModel ?? others.HardwareModel,
        Group = Group ?? others.Group,
    };
}

/// <summary>A board, read from its terms.</summary>
/// <param name="Terms">The terms.</param>
/// <param name="PublicKey">X || Y, a point of the curve.</param>
/// <param name="CertificatePem">The certificate that was given, or null.</param>
/// <param name="HardwareModel">Hardware model, or null.</param>
/// <param name="Location">Where it is, or null.</param>
internal sealed record Board(
    BoardTerms Terms, byte[] PublicKey, string? CertificatePem, int? HardwareModel, GeoPoint? Location = null)
{
    private const int MaxCertificateBytes = 64 << 10;

    /// <summary>Reads terms; files are looked for from a folder.</summary>
    /// <exception cref="BeaconException">They are no board's; the message says what to do.</exception>
    public static Board Read(BoardTerms terms, string folder)
    {
        int? model = null;
        if (terms.HardwareModel is { } text)
        {
            model = int.TryParse(
                text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture,
                out int number)
                ? number
                : throw Wrong("hardware_model is a number.");
        }

        GeoPoint? location = terms.Location is { } place ? LocationText.Read(place) : null;
        byte[]? certified = null;
        string? pem = null;
        if (terms.Certificate is { } file)
            (pem, certified) = ReadCertificate(Path.Combine(folder, file));
        byte[] key = terms.PublicKey is { } given
            ? PublicKeyText.Read("public_key", FileOr(given, folder), out string problem) ?? throw Wrong(problem)
            : certified ?? throw Wrong("Give public_key, or certificate, or both.");
        return certified is null || certified.AsSpan().SequenceEqual(key)
            ? new Board(terms, key, pem, model, location)
            : throw Wrong("certificate is for another key than public_key.");
    }

    /// <summary>A path as it is seen from here, if there is such a file; else the text itself.</summary>
    private static string FileOr(string text, string folder)
    {
        string path = Path.Combine(folder, text);
        return File.Exists(path) ? path : text;
    }

    private static (string Pem, byte[] PublicKey) ReadCertificate(string file)
    {
        try
        {
            if (new FileInfo(file).Length > MaxCertificateBytes)
                throw Wrong($"certificate: {file} is too large to be one.");
            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificateFromFile(file);
            using ECDsa? key = certificate.GetECDsaPublicKey();
            return P256Keys.ToBytes(key) is { } bytes
                ? (certificate.ExportCertificatePem(), bytes)
                : throw Wrong($"certificate: {file} is not of a key of the curve P-256.");
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw Wrong($"certificate: {file} is no certificate that can be read, PEM or DER.");
        }
    }

    private static BeaconException Wrong(string sentence) => new(sentence, isInput: true);
}
