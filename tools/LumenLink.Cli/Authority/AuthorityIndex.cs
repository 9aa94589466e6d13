using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LumenLink.Cli.Authority;

/// <summary>One certificate that was issued.</summary>
/// <param name="Serial">Serial number, hex in lower case.</param>
/// <param name="BeaconId">Beacon id, 11 characters.</param>
/// <param name="KeySha256">SHA-256 of the public key, hex.</param>
/// <param name="IssuedAt">When.</param>
/// <param name="NotAfter">End of its validity.</param>
/// <param name="RevokedAt">When it was revoked, or null.</param>
/// <param name="Reason">Why it was revoked, or null.</param>
internal sealed record IssuedCertificate(
    string Serial, string BeaconId, string KeySha256, DateTimeOffset IssuedAt, DateTimeOffset NotAfter,
    DateTimeOffset? RevokedAt = null, X509RevocationReason? Reason = null)
{
    /// <summary>valid, expired or revoked.</summary>
    public string State(DateTimeOffset now) => RevokedAt is not null ? "revoked" : now < NotAfter ? "valid" : "expired";
}

/// <summary>What a CA's folder knows beside certificates and keys: ca.json. Never changed, only written anew.</summary>
internal sealed record AuthorityIndex
{
    /// <summary>The format this program writes and reads.</summary>
    public const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
    };

    /// <summary>Format of the file.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>What the operator calls the CA.</summary>
    public required string Name { get; init; }

    /// <summary>It is marked development; else production.</summary>
    public required bool IsDevelopment { get; init; }

    /// <summary>The root's key; null when another folder holds it.</summary>
    public KeyReference? RootKey { get; init; }

    /// <summary>The device CA's key.</summary>
    public required KeyReference DeviceCaKey { get; init; }

    /// <summary>Number of the last revocation list; 0 before the first.</summary>
    public long CrlNumber { get; init; }

    /// <summary>When the last list was made.</summary>
    public DateTimeOffset? CrlThisUpdate { get; init; }

    /// <summary>When the next one is due.</summary>
    public DateTimeOffset? CrlNextUpdate { get; init; }

    /// <summary>All certificates, in the order in which they were issued.</summary>
    public IReadOnlyList<IssuedCertificate> Issued { get; init; } = [];

    /// <summary>Reads ca.json.</summary>
    /// <exception cref="AuthorityException">It is damaged, or of another version.</exception>
    public static AuthorityIndex Parse(byte[] json)
    {
        AuthorityIndex? index;
        try
        {
            index = JsonSerializer.Deserialize<AuthorityIndex>(json, Options);
        }
        catch (JsonException)
        {
            index = null;
        }

        return index is { Format: CurrentFormat }
            ? index
            : throw new AuthorityException(
                "ca.json is damaged, or of another version of lumen: put it back from the last backup.", false);
    }

    /// <summary>Writes any value as this file writes its own.</summary>
    public static string Text<T>(T value) => JsonSerializer.Serialize(value, Options);
}
