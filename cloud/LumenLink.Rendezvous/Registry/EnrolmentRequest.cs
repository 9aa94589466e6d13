using System.Security.Cryptography;
using System.Text.Json;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Registry;

/// <summary>One enrolment as it is asked for: in a file of a folder, or in the body of a call.</summary>
/// <param name="PublicKey">P-256 X || Y, base64 of 64 bytes.</param>
/// <param name="Certificate">Certificate of that key, PEM; left out in a dry run that has an issuer.</param>
/// <param name="Name">Name for people; left out, a group makes one.</param>
/// <param name="Region">Region label; a group allots it.</param>
/// <param name="Level">software, emulated_chip or secure_element; a group says it.</param>
/// <param name="HardwareModel">Hardware model; a group may say it.</param>
/// <param name="Group">Name of the group to be enrolled through.</param>
/// <param name="Issuer">In a dry run: certificate of the CA that will issue one for the key, PEM.</param>
/// <param name="Location">Where the beacon is.</param>
internal sealed record EnrolmentRequest(
    string PublicKey, string? Certificate = null, string? Name = null, string? Region = null, string? Level = null,
    int? HardwareModel = null, string? Group = null, string? Issuer = null, Location? Location = null)
{
    /// <summary>Levels by the names that files and calls have for them.</summary>
    public static IReadOnlyDictionary<string, SecurityLevel> Levels { get; } = Enum.GetValues<SecurityLevel>()
        .ToDictionary(level => JsonNamingPolicy.SnakeCaseLower.ConvertName(level.ToString()));
}

/// <summary>A field that cannot be used.</summary>
/// <param name="Outcome">FieldInvalid, or what is wrong with the certificate.</param>
/// <param name="Field">Its name in files and calls.</param>
/// <param name="Sentence">What it must be.</param>
internal sealed record FieldFault(EnrolOutcome Outcome, string Field, string Sentence)
{
    /// <summary>A value that is out of its bounds.</summary>
    public static FieldFault Of(string field, string must) => new(EnrolOutcome.FieldInvalid, field, $"{field} {must}.");
}

/// <summary>The fields of a request, read and checked each for itself.</summary>
/// <param name="PublicKey">X || Y, a point of the curve.</param>
/// <param name="Certificate">DER; null in a dry run without one.</param>
/// <param name="Issuer">DER; null with a certificate.</param>
/// <param name="Level">Level.</param>
/// <param name="HardwareModel">Hardware model.</param>
/// <param name="Name">Name; null: the group makes one.</param>
/// <param name="Region">Region; null: the group allots it.</param>
/// <param name="Location">Where it is; null: not said.</param>
internal sealed record EnrolmentFields(
    byte[] PublicKey, byte[]? Certificate, byte[]? Issuer, SecurityLevel Level, int HardwareModel, string? Name,
    string? Region, GeoPoint? Location)
{
    private const string PemLabel = "CERTIFICATE";
    private const string NoPem = "certificate must be a PEM certificate.";

    /// <summary>Reads a request; what a group says need not be there, and must not be otherwise.</summary>
    public static FieldFault? Read(
        EnrolmentRequest asked, EnrolmentGroup? group, bool isDryRun, out EnrolmentFields? fields)
    {
        fields = null;
        byte[] publicKey = new byte[WireSizes.PublicKey];
        if (!Convert.TryFromBase64String(asked.PublicKey, publicKey, out int written) || written != publicKey.Length
            || !P256.IsPublicKey(publicKey))
            return FieldFault.Of("public_key", "must be the base64 of 64 bytes, a point X || Y of the curve P-256");
        if ((Label("name", asked.Name, EnrolmentPolicy.MaxName, group is not null)
            ?? Label("region", asked.Region, EnrolmentPolicy.MaxRegion, isOptional: true)) is { } label)
            return label;
        if (Registry.Location.Read("location", asked.Location, out GeoPoint? location) is { } nowhere)
            return nowhere;
        if (Of(asked, group, out SecurityLevel level, out int hardwareModel) is { } terms)
            return terms;
        if (Certificates(asked, isDryRun, out byte[]? certificate, out byte[]? issuer) is { } unusable)
            return unusable;
        fields = new EnrolmentFields(
            publicKey, certificate, issuer, level, hardwareModel, asked.Name,
            group is null ? asked.Region ?? "" : null, location);
        return null;
    }

    /// <summary>A label for people: no control characters, so many characters at most, and one at least.</summary>
    public static FieldFault? Label(string field, string? text, int most, bool isOptional) =>
        text is null && isOptional ? null
        : text is null || text.Length > most || (text.Length == 0 && !isOptional) || text.Any(char.IsControl)
            ? FieldFault.Of(field, $"must be {(isOptional ? "at most" : "1 to")} {most} characters, none a control")
            : null;

    /// <summary>A level by its name.</summary>
    public static FieldFault? OfLevel(string? text, out SecurityLevel level) =>
        EnrolmentRequest.Levels.TryGetValue(text ?? "", out level)
            ? null
            : FieldFault.Of("level", "must be one of " + string.Join(", ", EnrolmentRequest.Levels.Keys));

    /// <summary>A hardware model.</summary>
    public static FieldFault? OfHardware(int model) => model is >= 1 and <= ushort.MaxValue
        ? null
        : FieldFault.Of("hardware_model", "must be a number from 1 to 65535");

    private static FieldFault? Of(
        EnrolmentRequest asked, EnrolmentGroup? group, out SecurityLevel level, out int hardwareModel)
    {
        level = group?.Level ?? default;
        hardwareModel = asked.HardwareModel ?? group?.HardwareModel ?? 0;
        if ((group is null || asked.Level is not null) && OfLevel(asked.Level, out level) is { } wrong)
            return wrong;
        if (OfHardware(hardwareModel) is { } unusable)
            return unusable;
        if (group is null)
            return null;
        if (level != group.Level)
            return FieldFault.Of("level", "is another one than the group's: leave it out");
        if (group.HardwareModel is { } model && hardwareModel != model)
            return FieldFault.Of("hardware_model", "is another one than the group's: leave it out");
        return string.IsNullOrEmpty(asked.Region)
            ? null
            : FieldFault.Of("region", "is allotted by the group: leave it out");
    }

    private static FieldFault? Certificates(
        EnrolmentRequest asked, bool isDryRun, out byte[]? certificate, out byte[]? issuer)
    {
        issuer = null;
        certificate = asked.Certificate is null ? null : Der(asked.Certificate);
        if (asked.Certificate is not null && certificate is null)
            return new FieldFault(EnrolOutcome.CertificateInvalid, "certificate", NoPem);
        if (asked.Issuer is not null && !(isDryRun && certificate is null))
            return FieldFault.Of("issuer", "is for a dry run without a certificate");
        if (certificate is not null)
            return null;
        issuer = asked.Issuer is null ? null : Der(asked.Issuer);
        return issuer is not null ? null
            : asked.Issuer is null ? FieldFault.Of("certificate", "must be a PEM certificate")
            : FieldFault.Of("issuer", "must be a PEM certificate");
    }

    private static byte[]? Der(string text) =>
        PemEncoding.TryFind(text, out PemFields pem) && text.AsSpan()[pem.Label].SequenceEqual(PemLabel)
            ? Convert.FromBase64String(text[pem.Base64Data])
            : null;
}
