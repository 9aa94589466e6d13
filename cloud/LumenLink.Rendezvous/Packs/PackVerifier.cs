using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Trust;
using Base64Url = System.Buffers.Text.Base64Url;

namespace LumenLink.Rendezvous.Packs;

/// <summary>What a client finds of a pack, in the order of its checks.</summary>
internal enum PackVerdict
{
    /// <summary>It may be relied upon until it expires.</summary>
    Good,

    /// <summary>It is no compact JWS of a pack, or not in its one byte form.</summary>
    Malformed,

    /// <summary>Its key is not certified for packs by a root that the client pins.</summary>
    CertificateUntrusted,

    /// <summary>Its key is older than one that the client has seen: it may be revoked.</summary>
    CertificateRolledBack,

    /// <summary>The certified key did not sign it.</summary>
    SignatureInvalid,

    /// <summary>It is for clients of another deployment.</summary>
    OtherAudience,

    /// <summary>It was issued later than the client's clock allows.</summary>
    NotYetValid,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>Its version is below one that the client has seen.</summary>
    VersionRolledBack,
}

/// <summary>What a client keeps: two things pinned, two that only rise.</summary>
/// <param name="Roots">Operator roots, 64 bytes each: the current one and the next.</param>
/// <param name="Audience">Name of the deployment.</param>
/// <param name="CertificateVersion">Highest version of a certificate for packs that it has believed.</param>
/// <param name="PackVersion">Highest version of a pack that it has believed.</param>
internal sealed record PackPins(
    IReadOnlyList<byte[]> Roots, string Audience, uint CertificateVersion = 0, long PackVersion = 0);

/// <summary>What the check came to.</summary>
/// <param name="Verdict">The first check that failed, or Good.</param>
/// <param name="Payload">The pack's JSON when it is good, else null.</param>
/// <param name="Pins">What to keep from now on.</param>
internal sealed record PackCheck(PackVerdict Verdict, JsonObject? Payload, PackPins Pins);

/// <summary>
/// The check of a pack by a client without a network: a pure function of the pack, what the client keeps, and the time.
/// </summary>
internal static class PackVerifier
{
    /// <summary>Checks a compact JWS.</summary>
    public static PackCheck Verify(string jws, PackPins pins, DateTimeOffset now)
    {
        PackVerdict verdict = Check(jws, pins, now, out JsonObject? payload, out ServiceCertificate certificate);
        return verdict == PackVerdict.Good
            ? new PackCheck(verdict, payload, pins with
            {
                CertificateVersion = certificate.Version,
                PackVersion = Number(payload!, "version")!.Value,
            })
            : new PackCheck(verdict, null, pins);
    }

    private static PackVerdict Check(
        string jws, PackPins pins, DateTimeOffset now, out JsonObject? payload, out ServiceCertificate certificate)
    {
        payload = null;
        certificate = new ServiceCertificate();
        string[] parts = jws.Length > PackPolicy.MaxCharacters ? [] : jws.Split('.');
        if (parts.Length != 3 || Read(parts[0]) is not { } header || Text(header, "alg") != "ES256"
            || Text(header, "typ") != PackSignature.Type || header.ContainsKey("crit")
            || Bytes(Text(header, PackSignature.CertificateMember)) is not { } bytes
            || Bytes(parts[2]) is not { Length: WireSizes.Signature } signature)
        {
            return PackVerdict.Malformed;
        }

        if (bytes.Length != ServiceCertificate.Size || certificate.Read(bytes, 0, bytes.Length) != WireError.None
            || certificate.Usage != ServiceCertificate.UsagePacks || !IsCertified(certificate, bytes, pins)
            || Text(header, "kid") != PackSignature.Thumbprint(certificate.Key))
        {
            return PackVerdict.CertificateUntrusted;
        }

        if (certificate.Version < pins.CertificateVersion)
            return PackVerdict.CertificateRolledBack;
        byte[] signed = Encoding.ASCII.GetBytes(jws[..jws.LastIndexOf('.')]);
        if (!P256.Verifies(certificate.Key, signed, signature))
            return PackVerdict.SignatureInvalid;
        payload = Read(parts[1]);
        return payload is null ? PackVerdict.Malformed : Check(payload, pins, now);
    }

    private static PackVerdict Check(JsonObject payload, PackPins pins, DateTimeOffset now)
    {
        if (Text(payload, "aud") is not { } audience || Number(payload, "iat") is not { } issued
            || Number(payload, "exp") is not { } expires || Number(payload, "version") is not { } version)
        {
            return PackVerdict.Malformed;
        }

        long seconds = now.ToUnixTimeSeconds();
        return audience != pins.Audience ? PackVerdict.OtherAudience
            : issued > seconds + (long)PackPolicy.ClockSkew.TotalSeconds ? PackVerdict.NotYetValid
            : expires <= seconds ? PackVerdict.Expired
            : version < pins.PackVersion ? PackVerdict.VersionRolledBack
            : PackVerdict.Good;
    }

    private static bool IsCertified(ServiceCertificate certificate, byte[] bytes, PackPins pins) =>
        pins.Roots.Any(root =>
            ByteReader.U32(SHA256.HashData(root), 0) == certificate.RootId
            && ServiceKey.IsSignedBy(root, certificate, bytes));

    /// <summary>An object in its one byte form, or null.</summary>
    private static JsonObject? Read(string encoded)
    {
        if (Bytes(encoded) is not { } bytes)
            return null;
        try
        {
            return JsonNode.Parse(bytes) is JsonObject value && CanonicalJson.Write(value).AsSpan().SequenceEqual(bytes)
                ? value
                : null;
        }
        catch (Exception exception) when (exception is JsonException or FormatException or ArgumentException
            or InvalidOperationException)
        {
            return null; // not JSON; a number that is not whole; a member twice; text that is no Unicode
        }
    }

    /// <summary>Bytes of the one text in base64url that they have, or null.</summary>
    private static byte[]? Bytes(string? encoded)
    {
        if (encoded is null || !Base64Url.IsValid(encoded))
            return null;
        byte[] bytes = Base64Url.DecodeFromChars(encoded);
        return Base64Url.EncodeToString(bytes) == encoded ? bytes : null; // no blanks, no padding
    }

    private static string? Text(JsonObject value, string member) =>
        value.TryGetPropertyValue(member, out JsonNode? node) && node?.GetValueKind() == JsonValueKind.String
            ? node.GetValue<string>()
            : null;

    private static long? Number(JsonObject value, string member) =>
        value.TryGetPropertyValue(member, out JsonNode? node) && node?.GetValueKind() == JsonValueKind.Number
            ? node.GetValue<long>()
            : null;
}
