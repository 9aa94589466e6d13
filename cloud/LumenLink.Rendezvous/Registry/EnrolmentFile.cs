using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Registry;

/// <summary>
/// One enrolment as a JSON file: name, region, public_key (base64), certificate (PEM), level, hardware_model.
/// </summary>
internal static class EnrolmentFile
{
    private const int MaxName = 64;
    private const int MaxRegion = 32;
    private const int MaxFileBytes = 64 * 1024;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <summary>Reads and checks a file.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? Read(string path, int tenantId, out BeaconEnrolment? enrolment)
    {
        enrolment = null;
        try
        {
            if (new FileInfo(path).Length > MaxFileBytes)
                return $"it is larger than {MaxFileBytes} bytes";
            Document? document = JsonSerializer.Deserialize<Document>(File.ReadAllBytes(path), Options);
            return document is null ? "it is empty" : Check(document, tenantId, out enrolment);
        }
        catch (JsonException exception)
        {
            return $"it is not an enrolment: {exception.Message}";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"it cannot be read: {exception.Message}";
        }
    }

    private static string? Check(Document document, int tenantId, out BeaconEnrolment? enrolment)
    {
        enrolment = null;
        if (document.Name.Length is 0 or > MaxName || document.Name.Any(char.IsControl))
            return $"name must be 1 to {MaxName} characters";
        if (document.Region.Length > MaxRegion || document.Region.Any(char.IsControl))
            return $"region must be at most {MaxRegion} characters";
        if (document.HardwareModel is < 1 or > ushort.MaxValue)
            return "hardware_model must be a number from 1 to 65535";
        byte[] publicKey = new byte[WireSizes.PublicKey];
        if (!Convert.TryFromBase64String(document.PublicKey, publicKey, out int written) || written != publicKey.Length)
            return "public_key must be the base64 of 64 bytes";
        if (!PemEncoding.TryFind(document.Certificate, out PemFields pem)
            || !document.Certificate.AsSpan()[pem.Label].SequenceEqual("CERTIFICATE"))
        {
            return "certificate must be a PEM certificate";
        }

        byte[] certificate = Convert.FromBase64String(document.Certificate[pem.Base64Data]);
        if (DeviceCertificates.PublicKey(certificate) is not { } certified)
            return "certificate is not a certificate of a P-256 key";
        if (!certified.AsSpan().SequenceEqual(publicKey))
            return "certificate is for another key than public_key";
        enrolment = new BeaconEnrolment(
            tenantId, publicKey, certificate, document.Level, document.HardwareModel, document.Name, document.Region);
        return null;
    }

    private sealed class Document
    {
        public required string Name { get; init; }

        public string Region { get; init; } = "";

        public required string PublicKey { get; init; }

        public required string Certificate { get; init; }

        public required SecurityLevel Level { get; init; }

        public required int HardwareModel { get; init; }
    }
}
