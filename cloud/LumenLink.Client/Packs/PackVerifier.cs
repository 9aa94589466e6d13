using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LumenLink.Client;

/// <summary>
/// The check of a pack without a network: a pure function of the pack, what the client keeps, and the time. A pack is a
/// compact JWS (RFC 7515, ES256) whose header carries the operator root's certificate of its key.
/// </summary>
public static class PackVerifier
{
    /// <summary>Characters of a pack at most; a longer one is not looked at.</summary>
    internal const int MaxCharacters = 256 * 1024;

    /// <summary>How far the client's clock may be behind the service's before a pack is from the future.</summary>
    internal static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(60);

    private const string Type = "lumenlink-pack+jwt";
    private const string CertificateMember = "lumenlink_cert";

    /// <summary>Checks a pack.</summary>
    /// <param name="pack">The compact JWS, as the service gave it.</param>
    /// <param name="pins">What the client keeps.</param>
    /// <param name="now">The time.</param>
    /// <returns>What it came to; nothing is thrown for what a pack has.</returns>
    public static PackCheck Verify(string pack, PackPins pins, DateTimeOffset now)
    {
        if (pack is null)
            throw new ArgumentNullException(nameof(pack));
        if (pins is null)
            throw new ArgumentNullException(nameof(pins));
        (PackVerdict verdict, VerifiedPack? content, uint version) = Check(pack, pins, now);
        return content is null
            ? new PackCheck { Verdict = verdict, Pins = pins }
            : new PackCheck
            {
                Verdict = verdict,
                Pack = content,
                Pins = pins with { CertificateVersion = version, PackVersion = content.Version },
            };
    }

    private static (PackVerdict, VerifiedPack?, uint) Check(string pack, PackPins pins, DateTimeOffset now)
    {
        string[] parts = pack.Length <= MaxCharacters ? pack.Split('.') : [];
        if (parts.Length != 3 || Header(parts[0]) is not { } header
            || Base64UrlText.Decode(Text(header, CertificateMember)) is not { } certified
            || Base64UrlText.Decode(parts[2]) is not { Length: OperatorCertificate.HalfPairBytes } signature)
            return (PackVerdict.Malformed, null, 0);
        if (OperatorCertificate.Read(certified, pins.Roots) is not { } certificate
            || Text(header, "kid") != Thumbprint(certificate.Key))
            return (PackVerdict.CertificateUntrusted, null, 0);
        if (certificate.Version < pins.CertificateVersion)
            return (PackVerdict.CertificateRolledBack, null, 0);
        byte[] signed = Encoding.ASCII.GetBytes(pack.Substring(0, pack.LastIndexOf('.')));
        if (!OperatorCertificate.Verifies(certificate.Key, signed, signature))
            return (PackVerdict.SignatureInvalid, null, 0);
        if (Payload(parts[1]) is not var (payload, json))
            return (PackVerdict.Malformed, null, 0);
        PackVerdict verdict = Judge(payload, pins, now);
        return (verdict, verdict == PackVerdict.Good ? Content(payload, json) : null, certificate.Version);
    }

    private static PackVerdict Judge(PackPayload payload, PackPins pins, DateTimeOffset now)
    {
        // Whole seconds, as the times of a pack are.
        DateTimeOffset second = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        return payload.Aud != pins.Audience ? PackVerdict.OtherAudience
            : payload.Iat - second > ClockSkew ? PackVerdict.NotYetValid
            : payload.Exp <= second ? PackVerdict.Expired
            : payload.Version < pins.PackVersion ? PackVerdict.VersionRolledBack
            : PackVerdict.Good;
    }

    private static VerifiedPack Content(PackPayload payload, JsonElement json) => new()
    {
        IssuedAt = payload.Iat,
        ExpiresAt = payload.Exp,
        Version = payload.Version,
        Beacons = payload.Beacons,
        Transports = payload.Transports,
        Discovery = payload.Discovery,
        Payload = json,
    };

    /// <summary>The header of a pack; null when it is another one.</summary>
    private static JsonElement? Header(string encoded) =>
        Object(encoded) is { } header && Text(header, "alg") == "ES256" && Text(header, "typ") == Type
            && !header.TryGetProperty("crit", out _)
            ? header
            : null;

    private static (PackPayload Payload, JsonElement Json)? Payload(string encoded)
    {
        if (Object(encoded) is not { } json)
            return null;
        try
        {
            return json.Deserialize(ClientJson.Default.PackPayload) is { } payload ? (payload, json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonElement? Object(string encoded) =>
        Base64UrlText.Decode(encoded) is { } bytes
            && CanonicalJson.Parse(bytes) is { ValueKind: JsonValueKind.Object } value
            ? value
            : null;

    private static string? Text(JsonElement value, string member) =>
        value.TryGetProperty(member, out JsonElement text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;

    /// <summary>kid of a key: its thumbprint (RFC 7638).</summary>
    private static string Thumbprint(byte[] key)
    {
        string x = Base64UrlText.Encode([.. key.Take(key.Length / 2)]);
        string y = Base64UrlText.Encode([.. key.Skip(key.Length / 2)]);
        using SHA256 hash = SHA256.Create();
        return Base64UrlText.Encode(hash.ComputeHash(
            Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""")));
    }
}
